// One GET without a signature, over Node's own client: what the sweep asks of a CA, where acme-client would cost 900 kB.
// It must never retry, nor know what is asked.
import { type IncomingMessage, get as plain } from 'node:http';
import { get as secure } from 'node:https';
import { EvercertError } from '#core/errors.ts';
import type { Endpoint } from './endpoint.ts';
import { networkError } from './network-errors.ts';

const MAX_BODY_BYTES = 100_000;

export interface PlainAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly body: string;
}

const bodyOf = async (response: IncomingMessage, url: string): Promise<string> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES)
      throw new EvercertError('CA_PROTOCOL', `${url} answered more than ${MAX_BODY_BYTES} bytes`);
  }
  return Buffer.concat(chunks).toString('utf8');
};

/** Redirects are not followed. Errors: CA_UNREACHABLE, CA_UNTRUSTED, CA_PROTOCOL. */
export const plainGet = async (
  url: string,
  { endpoint, timeoutMs, userAgent }: { endpoint: Endpoint; timeoutMs: number; userAgent: string },
): Promise<PlainAnswer> => {
  const headers = { 'user-agent': userAgent, accept: 'application/json' };
  // The whole exchange has this long, its body included.
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = url.startsWith('http:')
        ? plain(url, { headers, signal }, resolve)
        : secure(url, { headers, signal, agent: endpoint.agent() }, resolve);
      request.on('error', reject);
    });
    const body = await bodyOf(response, url);
    return { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'], body };
  } catch (thrown) {
    throw thrown instanceof EvercertError ? thrown : networkError(thrown, url, timeoutMs);
  }
};
