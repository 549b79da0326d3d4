// One request handed on to the CA behind the proxy, and its whole answer. It must never change either.
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

export interface Upstream {
  readonly directoryUrl: string;
  /** What its TLS certificate is signed by; PEM. */
  readonly caPem: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>> & {
    readonly location?: string | undefined;
  };
  readonly body: Buffer;
}

export const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** undefined: the CA cannot be reached or broke off. A connection each: the CA may be another process the next time. */
export const forward = (
  { directoryUrl, caPem }: Upstream,
  { request, body }: { request: IncomingMessage; body: Buffer },
): Promise<Answer | undefined> =>
  new Promise((done) => {
    const { method, headers, url = '/' } = request;
    const target = new URL(url, directoryUrl);
    const onward = httpsRequest(
      target,
      { method, headers: { ...headers, connection: 'close' }, ca: caPem, agent: false },
      (answer) => {
        readBody(answer).then(
          (whole) => done({ status: answer.statusCode ?? 502, headers: answer.headers, body: whole }),
          () => done(undefined),
        );
      },
    );
    onward.on('error', () => done(undefined));
    onward.end(body);
  });
