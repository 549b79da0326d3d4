// Requests to an API server by whoever is given: the administrator's certificate, or a bearer token. It must never know
// what is asked.
import { request } from 'node:https';

export interface ApiIdentity {
  readonly certificatePem?: string;
  readonly keyPem?: string;
  readonly token?: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Parsed where it is JSON; else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: the objects of any kind.
  readonly body: any;
}

export type ApiRequest = (asked: {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** Of the body; JSON unless said. */
  readonly type?: string;
}) => Promise<ApiAnswer>;

const TIMEOUT_MS = 10_000;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

/** A way to ask one API server as one identity. Rejects without an answer within ten seconds. */
export const apiClient =
  (server: { readonly endpoint: string; readonly caPem: string }, identity: ApiIdentity): ApiRequest =>
  ({ method, path, body, type = 'application/json' }) =>
    new Promise((done, fail) => {
      const asked = request(
        `${server.endpoint}${path}`,
        {
          method,
          ca: server.caPem,
          timeout: TIMEOUT_MS,
          ...(identity.certificatePem === undefined ? {} : { cert: identity.certificatePem }),
          ...(identity.keyPem === undefined ? {} : { key: identity.keyPem }),
          headers: {
            accept: 'application/json',
            ...(body === undefined ? {} : { 'content-type': type }),
            ...(identity.token === undefined ? {} : { authorization: `Bearer ${identity.token}` }),
          },
        },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on('data', (chunk: Buffer) => chunks.push(chunk));
          answer.on('error', fail);
          answer.on('end', () =>
            done({ status: answer.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString('utf8')) }),
          );
        },
      );
      asked.on('timeout', () => asked.destroy(new Error(`no answer to ${method} ${path}`)));
      asked.on('error', fail);
      asked.end(body === undefined ? undefined : JSON.stringify(body));
    });
