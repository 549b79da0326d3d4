// The way to the emulator: one call streamed or read whole, over kept-alive connections. It must never know what calls mean.
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import type { Answered } from './refusals.ts';

export interface UpstreamCall {
  method: string;
  /** Path and query. */
  path: string;
  /** Flat name, value, name, value ... as the caller sent them, `Host` included. */
  rawHeaders: readonly string[];
  body: Readable | Buffer;
  signal?: AbortSignal;
}

export interface Upstream {
  /** Resolves with the answer's head; its body is a stream. */
  stream(call: UpstreamCall): Promise<IncomingMessage>;
  /** Resolves with the whole answer. */
  exchange(call: UpstreamCall): Promise<Answered>;
  close(): void;
}

/** Belong to one connection and not to the message (RFC 9110 section 7.6.1); `Expect` has been met by our server. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'expect']);

/** Header pairs that may travel on. */
export function endToEnd(rawHeaders: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const [name = '', value = ''] = rawHeaders.slice(index, index + 2);
    if (!HOP_BY_HOP.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}

/** Calls go to `endpoint` (http://host:port) with the caller's own `Host` header: ministack tells services by credential scope, target and path. */
export function upstreamAt(endpoint: string): Upstream {
  const { hostname, port } = new URL(endpoint);
  // uvicorn closes an idle connection after 75 s: ours goes earlier.
  const agent = new Agent({ keepAlive: true, maxSockets: 512, maxFreeSockets: 128, timeout: 60_000 });
  const stream = (call: UpstreamCall): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const outgoing = httpRequest(
        {
          agent,
          hostname,
          port,
          method: call.method,
          path: call.path,
          headers: headerObject(call.rawHeaders),
          signal: call.signal,
        },
        resolve,
      );
      outgoing.on('error', reject);
      outgoing.setNoDelay(true);
      if (Buffer.isBuffer(call.body)) outgoing.end(call.body);
      else {
        call.body.on('error', (error) => outgoing.destroy(error));
        call.body.pipe(outgoing);
      }
    });
  return {
    stream,
    exchange: async (call) => {
      const answer = await stream(call);
      return { status: answer.statusCode ?? 502, rawHeaders: answer.rawHeaders, body: await buffer(answer) };
    },
    close: () => agent.destroy(),
  };
}

function headerObject(rawHeaders: readonly string[]): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  const kept = endToEnd(rawHeaders);
  for (let index = 0; index + 1 < kept.length; index += 2) {
    const [name = '', value = ''] = kept.slice(index, index + 2);
    const before = headers[name];
    headers[name] = before === undefined ? value : [before, value].flat();
  }
  return headers;
}
