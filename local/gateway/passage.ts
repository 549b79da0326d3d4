// One request on its way through the gateway: seen, perhaps struck, answered, recorded. It must never know about zones.
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { CallRecord } from './calls.ts';
import { type CallIdentity, identify, type SeenRequest } from './identify.ts';
import { type Answered, errorCodeOf, faultAnswer, xmlError } from './refusals.ts';
import { touchedBy } from './resources.ts';
import type { Route53Front } from './route53.ts';
import { type Fault, type GatewaySettings, route53Bucket, takeFault } from './settings.ts';
import { endToEnd, type Upstream } from './upstream.ts';

interface Parts {
  upstream: Upstream;
  /** By service, where it is not the emulator's. */
  elsewhere: ReadonlyMap<string, Upstream>;
  record: CallRecord;
  route53: Route53Front;
  settings: GatewaySettings;
}

interface Passing {
  request: IncomingMessage;
  response: ServerResponse;
  /** The body where it was read whole, else the stream. */
  body: Buffer | Readable;
  seen: SeenRequest;
  identity: CallIdentity;
  signal: AbortSignal;
}

/** What the record learns from the answer. */
interface Outcome {
  errorCode?: string | undefined;
}

/** Bodies of these services are not looked at, but streamed. */
const STREAMED = new Set(['s3', 'lambda']);
const LOOKED_AT_BYTES = 4 << 20;
const ERROR_BODY_BYTES = 64 << 10;

/** The listener of the gateway's HTTP server. */
export function passage(parts: Parts): RequestListener {
  const letThrough = route53Bucket(parts.settings);
  return (request, response) => {
    const startedMs = performance.now();
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    const outcome: Outcome = {};
    const run = async (): Promise<void> => {
      const passing = await look(request, response, gone.signal);
      response.on('close', () => recordCall(parts, { passing, outcome, startedMs }));
      const fault = takeFault(parts.settings, passing.identity);
      if (passing.identity.service === 'route53' && !letThrough(performance.now())) {
        send(passing, xmlError(400, 'Throttling', 'Rate exceeded'), outcome);
      } else await carry(parts, { passing, fault, outcome });
    };
    run().catch((error: Error & { code?: string }) => {
      // The emulator is away or the caller has left: to the caller a broken connection, in the record its code.
      outcome.errorCode ??= error.code ?? error.name;
      response.destroy();
    });
  };
}

async function look(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<Passing> {
  const head: SeenRequest = {
    method: request.method ?? 'GET',
    url: request.url ?? '/',
    headers: request.headers,
    body: '',
  };
  const isStreamed =
    STREAMED.has(identify(head).service) || Number(request.headers['content-length'] ?? 0) > LOOKED_AT_BYTES;
  const body = isStreamed ? request : await buffer(request);
  const seen = Buffer.isBuffer(body) ? { ...head, body: body.toString('utf8') } : head;
  return { request, response, body, seen, identity: identify(seen), signal };
}

async function carry(
  parts: Parts,
  one: { passing: Passing; fault: Fault | undefined; outcome: Outcome },
): Promise<void> {
  const { passing, fault, outcome } = one;
  if (fault?.delayMs !== undefined || fault?.kind === 'hang') await pause(fault.delayMs, passing.signal);
  if (passing.signal.aborted) return;
  switch (fault?.kind) {
    case 'throttle':
    case 'prior-request':
    case 'error500':
      return send(passing, faultAnswer(fault.kind, passing.identity, passing.seen), outcome);
    case 'reset':
    case 'hang':
      return reset(passing, outcome, fault.kind);
    case 'lost-answer':
    case 'silence': {
      await (mirrored(parts, passing) ?? upstreamOf(parts, passing).exchange(onward(passing)));
      if (fault.kind === 'silence') await pause(undefined, passing.signal);
      return reset(passing, outcome, fault.kind);
    }
    default: {
      const answered = mirrored(parts, passing);
      if (answered) return send(passing, await answered, outcome);
      return stream(parts, passing, outcome);
    }
  }
}

const upstreamOf = (parts: Parts, { identity }: Passing): Upstream =>
  parts.elsewhere.get(identity.service) ?? parts.upstream;

const onward = (passing: Passing) => ({
  method: passing.seen.method,
  path: passing.seen.url,
  rawHeaders: passing.request.rawHeaders,
  body: passing.body,
});

function mirrored(parts: Parts, passing: Passing): Promise<Answered> | undefined {
  if (passing.identity.service !== 'route53' || !Buffer.isBuffer(passing.body)) return undefined;
  const id = /\/(?:hostedzone|change)\/([^/?]+)/.exec(passing.seen.url)?.[1] ?? '';
  const operation = passing.identity.action.slice('route53:'.length);
  return parts.route53.answer({ ...onward(passing), body: passing.body, operation, id });
}

/** Resolves after the time, or when the caller has left; without a time only then. */
function pause(delayMs: number | undefined, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = delayMs === undefined ? undefined : setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function send(passing: Passing, answer: Answered, outcome: Outcome): void {
  passing.response.writeHead(answer.status, endToEnd(answer.rawHeaders));
  passing.response.end(answer.body);
  if (answer.status >= 400) outcome.errorCode = errorCodeOf(headersOf(answer.rawHeaders), answer.body.toString('utf8'));
}

const headersOf = (rawHeaders: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [[name.toLowerCase(), rawHeaders[index + 1] ?? '']] : [])),
  );

function reset(passing: Passing, outcome: Outcome, why: string): void {
  outcome.errorCode = why;
  passing.request.socket.resetAndDestroy();
}

async function stream(parts: Parts, passing: Passing, outcome: Outcome): Promise<void> {
  const answer = await upstreamOf(parts, passing).stream({ ...onward(passing), signal: passing.signal });
  const status = answer.statusCode ?? 502;
  passing.response.writeHead(status, endToEnd(answer.rawHeaders));
  let seen = '';
  if (status >= 400) {
    answer.on('data', (chunk: Buffer) => {
      if (seen.length < ERROR_BODY_BYTES) seen += chunk.toString('utf8');
    });
    answer.on('end', () => {
      outcome.errorCode = errorCodeOf(answer.headers, seen);
    });
  }
  await pipeline(answer, passing.response);
}

function recordCall(parts: Parts, ended: { passing: Passing; outcome: Outcome; startedMs: number }): void {
  const { passing, outcome } = ended;
  const { resource, permissions } = touchedBy(passing.identity, passing.seen);
  const isAnswered = passing.response.writableFinished;
  const errorCode = outcome.errorCode ?? (isAnswered ? undefined : 'caller left');
  parts.record.add({
    at: new Date().toISOString(),
    ...passing.identity,
    permissions,
    resource,
    status: isAnswered ? passing.response.statusCode : 0,
    ...(errorCode !== undefined && { errorCode }),
    ms: Math.round((performance.now() - ended.startedMs) * 10) / 10,
  });
}
