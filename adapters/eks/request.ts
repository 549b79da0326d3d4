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

export interface AskOptions {
  /** From the first byte sent to the last one of the answer. */
  readonly timeoutMs?: number;
  readonly mostBytes?: number;
}

/** Node's words for a certificate that does not verify. */
const UNTRUSTED = /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|ERR_TLS_CERT)/;
const MOST_WORDS = 500;

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Line {
  readonly server: ApiServer;
  readonly agent: Agent;
  readonly timeoutMs: number;
  readonly mostBytes: number;
}

/** No answer, and why; `stale`: on a kept connection, which the other side may have ended while nobody asked. */
class NoAnswer extends Error {
  readonly stale: boolean;
  constructor(message: string, options: { readonly stale: boolean; readonly cause: unknown }) {
    super(message, { cause: options.cause });
    this.stale = options.stale;
  }
}

const send = (line: Line, token: string, { method, path, body, type }: KubernetesRequest): Promise<Answer> =>
  new Promise((done, fail) => {
    const signal = AbortSignal.timeout(line.timeoutMs);
    const headers = {
      accept: 'application/json',
      authorization: `Bearer ${token}`,
      'user-agent': 'evercert',
      ...(body === undefined ? {} : { 'content-type': type }),
    };
    const options = { method, headers, agent: line.agent, signal };
    // Of the same host whatever the path says.
    const url = new URL(`${new URL(line.server.endpoint).origin}${path}`);
    const request = httpsRequest(url, options, (answer) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      answer.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes <= line.mostBytes) return;
        fail(new NoAnswer('the answer is too long', { stale: false, cause: undefined }));
        answer.destroy();
      });
      answer.on('error', failed);
      answer.on('end', () => done({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }));
    });
    const failed = (cause: Error): void => {
      const message = signal.aborted ? `no answer within ${line.timeoutMs / 1000} s` : cause.message;
      fail(new NoAnswer(message, { stale: request.reusedSocket, cause }));
    };
    request.on('error', failed);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });

/** A kept connection may have died in a function's sleep: what gets no answer on one is asked once more on a new one. */
const sendSurely = async (line: Line, token: string, asked: KubernetesRequest): Promise<Answer> => {
  const [first] = await Promise.allSettled([send(line, token, asked)]);
  if (first.status === 'fulfilled') return first.value;
  if (!(first.reason instanceof NoAnswer) || !first.reason.stale) throw first.reason;
  // What else is kept and not in use is as old.
  for (const kept of Object.values(line.agent.freeSockets).flat()) kept?.destroy();
  const alone = new Agent({ ca: line.server.caPem });
  return send({ ...line, agent: alone }, token, asked);
};

const unreached = ({ name }: ApiServer, { action }: KubernetesRequest, thrown: unknown): EvercertError => {
  const { message, cause } = thrown instanceof Error ? thrown : { message: String(thrown), cause: undefined };
  const { code = '' } = (cause ?? {}) as { readonly code?: string };
  const told = { detail: { action }, cause: thrown };
  return new EvercertError(
    UNTRUSTED.test(code) ? 'CLUSTER_UNTRUSTED' : 'CLUSTER_UNREACHABLE',
    `cluster ${name}, ${action}: ${message}`,
    told,
  );
};

const parsed = (text: string): { readonly json: unknown } | undefined => {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
};

/** The message of a Kubernetes Status; never the body itself, nor a token that it repeats. */
const saidBy = (text: string, token: string): string => {
  const { message } = (parsed(text)?.json ?? {}) as { readonly message?: unknown };
  return typeof message === 'string' ? message.replaceAll(token, '[sealed]').slice(0, MOST_WORDS) : '';
};

const codeOf = (status: number): EvercertError['code'] => {
  if (status === 401) return 'CLUSTER_UNAUTHORIZED';
  if (status === 403) return 'CLUSTER_FORBIDDEN';
  return status === 429 || status >= 500 ? 'CLUSTER_UNREACHABLE' : 'CLUSTER_REFUSED';
};

/** A way to ask one cluster; connections are kept between requests, redirects are not followed. */
export const askCluster = (server: ApiServer, tokens: TokenSource, options: AskOptions = {}): AskCluster => {
  const { timeoutMs = 5_000, mostBytes = 4 * 1024 * 1024 } = options;
  const agent = new Agent({ ca: server.caPem, keepAlive: true, maxSockets: 8 });
  const line: Line = { server, agent, timeoutMs, mostBytes };
  const answerTo = async (token: string, asked: KubernetesRequest): Promise<Answer> => {
    const [sent] = await Promise.allSettled([sendSurely(line, token, asked)]);
    if (sent.status === 'rejected') throw unreached(server, asked, sent.reason);
    return sent.value;
  };
  return async (asked) => {
    let token = (await tokens()).open();
    let answer = await answerTo(token, asked);
    // The kept one is not taken (any more): a new one, once.
    if (answer.status === 401) {
      token = (await tokens({ fresh: true })).open();
      answer = await answerTo(token, asked);
    }
    const { status, text } = answer;
    const told = { detail: { action: asked.action } };
    const where = `cluster ${server.name}, ${asked.action}:`;
    if (status === 404) return undefined;
    if (status < 200 || status >= 300)
      throw new EvercertError(codeOf(status), `${where} ${status} ${saidBy(text, token)}`.trim(), told);
    const body = parsed(text);
    if (body === undefined) throw new EvercertError('CLUSTER_UNREACHABLE', `${where} the answer is no JSON`, told);
    return body.json;
  };
};
