// Requests to one cluster's API server over node:https: its own CA, kept connections, a bound on time, errors with codes.
// It must never print a token, nor send one to another host.
import { Agent, request as httpsRequest } from 'node:https';
import { EvercertError } from '#core/errors.ts';
import type { TokenSource } from './token.ts';

export interface ApiServer {
  /** What declarations call the cluster: for messages. */
  readonly name: string;
  readonly endpoint: string;
  readonly caPem: string;
}

export interface KubernetesRequest {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
  /** Content type of the body. */
  readonly type?: 'application/merge-patch+json' | 'application/strategic-merge-patch+json';
  /** Verb and resource, for messages: `patch externalsecrets`. */
  readonly action: string;
}

/** The parsed answer; undefined: 404. Errors: CLUSTER_* as core/bridge/ports.ts says. */
export type AskCluster = (request: KubernetesRequest) => Promise<unknown>;

const TIMEOUT_MS = 5_000;
const MOST_BYTES = 4 * 1024 * 1024;
/** Node's words for a certificate that does not verify. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;

interface Answer {
  readonly status: number;
  readonly text: string;
}

const send = (server: ApiServer, agent: Agent, token: string, asked: KubernetesRequest): Promise<Answer> =>
  new Promise((done, fail) => {
    const { method, path, body, type } = asked;
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      'user-agent': 'evercert',
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    const request = httpsRequest(
      new URL(path, server.endpoint),
      { method, headers, agent, timeout: TIMEOUT_MS },
      (answer) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MOST_BYTES) request.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        answer.on('error', fail);
        answer.on('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)));
    request.on('error', fail);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });

const unreached = ({ name }: ApiServer, { action }: KubernetesRequest, cause: unknown): EvercertError => {
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string };
  const untrusted = UNTRUSTED.test(code);
  return new EvercertError(
    untrusted ? 'CLUSTER_UNTRUSTED' : 'CLUSTER_UNREACHABLE',
    `cluster ${name}, ${action}: ${message}`,
    { detail: { action }, cause },
  );
};

/** The message of a Kubernetes Status; never the body itself. */
const saidBy = (text: string): string => {
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message.slice(0, 500) : '';
  } catch {
    return '';
  }
};

const refusal = (server: ApiServer, { action }: KubernetesRequest, { status, text }: Answer): EvercertError => {
  const code =
    status === 401
      ? 'CLUSTER_UNAUTHORIZED'
      : status === 403
        ? 'CLUSTER_FORBIDDEN'
        : status === 429 || status >= 500
          ? 'CLUSTER_UNREACHABLE'
          : 'CLUSTER_REFUSED';
  return new EvercertError(code, `cluster ${server.name}, ${action}: ${status} ${saidBy(text)}`.trim(), {
    detail: { action },
  });
};

/** A way to ask one cluster; connections are kept between requests. */
export const askCluster = (server: ApiServer, tokens: TokenSource): AskCluster => {
  const agent = new Agent({ ca: server.caPem, keepAlive: true, maxSockets: 8 });
  return async (asked) => {
    const token = await tokens();
    const [sent] = await Promise.allSettled([send(server, agent, token.open(), asked)]);
    if (sent.status === 'rejected') throw unreached(server, asked, sent.reason);
    const { status, text } = sent.value;
    if (status === 404) return undefined;
    if (status < 200 || status >= 300) throw refusal(server, asked, sent.value);
    return JSON.parse(text) as unknown;
  };
};
