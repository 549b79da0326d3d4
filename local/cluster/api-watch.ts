// Follows what an API server has of one kind, by its own watch: an answer that does not end, one JSON line an event
// (Kubernetes API concepts, "Efficient detection of changes"). It must never know what is followed.
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import type { ApiIdentity } from './api-client.ts';

export interface ApiEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'ERROR' | 'BOOKMARK';
  // biome-ignore lint/suspicious/noExplicitAny: the objects of any kind.
  readonly object: any;
}

/** Tells every object that is there, then each change, until the signal or the end of the connection. Rejects where it cannot be begun. */
export type ApiWatch = (asked: {
  /** Of a list, with a query or without. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: ApiEvent) => void;
}) => Promise<void>;

/** Watches of one API server as one identity (a client certificate). */
export const apiWatch =
  (server: { readonly endpoint: string; readonly caPem: string }, identity: ApiIdentity): ApiWatch =>
  ({ path, signal, onEvent }) =>
    new Promise((done, fail) => {
      const query = `${path.includes('?') ? '&' : '?'}watch=true`;
      const { certificatePem: cert, keyPem: key } = identity;
      const asked = request(`${server.endpoint}${path}${query}`, {
        ca: server.caPem,
        signal,
        agent: false,
        headers: { accept: 'application/json' },
        ...(cert === undefined || key === undefined ? {} : { cert, key }),
      });
      const over = (error?: Error): void => {
        if (error === undefined || signal.aborted) done();
        else fail(error);
      };
      asked.on('error', over);
      asked.on('response', (answer) => {
        if (answer.statusCode !== 200) {
          answer.resume();
          return fail(new Error(`the watch of ${path} was answered with ${answer.statusCode}`));
        }
        answer.on('close', () => done());
        createInterface({ input: answer })
          .on('error', over)
          .on('line', (line) => onEvent(JSON.parse(line) as ApiEvent));
      });
      asked.end();
    });
