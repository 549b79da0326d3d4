// A CA behind faults: an HTTPS server of our own before Pebble. The client's Host header goes on unchanged, because Pebble
// builds its URLs from it and demands it in each signature (RFC 8555 section 6.4). It must never keep a signed body.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { makeLocalhostCertificate } from '../parts/localhost-certificate.ts';
import { saidIn } from './jws.ts';
import { kindOf, type RequestKind } from './kinds.ts';
import { OrderBook } from './order-book.ts';
import { type Consequence, type FaultRule, Faults, retryAfterText } from './rules.ts';
import { type Answer, forward, readBody, type Upstream } from './upstream.ts';

/** One request as it went through. */
export interface AcmeRecord {
  readonly at: Date;
  readonly method: string;
  readonly kind: RequestKind;
  readonly path: string;
  /** Of the order that it is for or about; empty where that is not known. */
  readonly dnsNames: readonly string[];
  /** What a new order says that it replaces. */
  readonly replaces?: string;
  /** What the client was answered; absent: it got no whole answer. */
  readonly status?: number;
  /** What the CA itself answered; absent: it was not asked, or did not answer. */
  readonly upstreamStatus?: number;
  readonly fault?: Consequence['kind'];
}

export interface RunningAcmeProxy {
  readonly directoryUrl: string;
  /** What clients must trust to reach it; PEM. */
  readonly caPem: string;
  /** Each request that has ended, in that order. */
  records(): readonly AcmeRecord[];
  /** Rules from now on; gives what lifts this one. */
  add(rule: FaultRule): () => void;
  /** Lifts all, or those that are meant for this name. */
  lift(dnsName?: string): void;
  readonly stop: () => Promise<void>;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
}

const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'date']);

const send = (response: ServerResponse, { status, headers, body }: Answer): void => {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  response.writeHead(status, { ...Object.fromEntries(kept), 'content-length': body.length }).end(body);
};

/** All headers, half of what they promise. */
const sendHalf = (response: ServerResponse, { status, headers, body }: Answer): void => {
  const kept = Object.entries(headers).filter(([name]) => !HOP_BY_HOP.has(name));
  response.writeHead(status, { ...Object.fromEntries(kept), 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
};

const altered = async (answer: Answer, then: Extract<Consequence, { kind: 'alter' }>): Promise<Answer> => {
  const body = then.body === undefined ? answer.body : Buffer.from(await then.body(answer.body.toString('utf8')));
  const told = then.retryAfter === undefined ? {} : { 'retry-after': retryAfterText(then.retryAfter, new Date()) };
  return { ...answer, headers: { ...answer.headers, ...told }, body };
};

const ownAnswer = ({ status, retryAfter, contentType, body }: Extract<Consequence, { kind: 'answer' }>): Answer => ({
  status,
  headers: {
    'content-type': contentType ?? 'application/problem+json',
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfterText(retryAfter, new Date()) }),
  },
  body: Buffer.from(body),
});

/** What happened to one request, beside what it was. */
type Fate = Pick<AcmeRecord, 'status' | 'upstreamStatus' | 'fault'>;

class Passage {
  readonly #faults: Faults;
  readonly #upstream: Upstream;
  readonly #book = new OrderBook();
  readonly records: AcmeRecord[] = [];

  constructor({ faults, upstream }: { faults: Faults; upstream: Upstream }) {
    this.#faults = faults;
    this.#upstream = upstream;
  }

  async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new Date();
    const body = await readBody(request);
    const { method = '', url: path = '' } = request;
    const kind = kindOf(path);
    const said = saidIn(body.toString('utf8'));
    const dnsNames = said.dnsNames.length > 0 ? said.dnsNames : this.#book.namesOf(path);
    const asked = { method, kind, path, dnsNames };
    const fate = await this.#decide({ request, response, body }, { asked, said: said.dnsNames });
    const { replaces } = said;
    this.records.push({ at, ...asked, ...(replaces === undefined ? {} : { replaces }), ...fate });
  }

  async #decide(
    exchange: Exchange,
    { asked, said }: { asked: Parameters<Faults['of']>[0]; said: readonly string[] },
  ): Promise<Fate> {
    const { request, response } = exchange;
    const then = this.#faults.of(asked);
    const fault = then === undefined ? {} : { fault: then.kind };
    if (then?.kind === 'hang') return fault;
    if (then?.kind === 'answer') {
      send(response, ownAnswer(then));
      return { ...fault, status: then.status };
    }
    const given =
      then?.kind === 'reset' && then.effect === 'before'
        ? undefined
        : await forward(this.#upstream, { request, body: exchange.body });
    if (given === undefined) {
      request.socket.destroy();
      return fault;
    }
    const { location } = given.headers;
    this.#book.learn({ ...asked, dnsNames: said, location, body: given.body.toString('utf8') });
    const upstreamStatus = given.status;
    if (then?.kind === 'reset') request.socket.destroy();
    else if (then?.kind === 'truncate') sendHalf(response, given);
    else {
      send(response, then?.kind === 'alter' ? await altered(given, then) : given);
      return { ...fault, upstreamStatus, status: given.status };
    }
    return { ...fault, upstreamStatus };
  }
}

const listening = (server: Server): Promise<number> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ port: 0, host: '127.0.0.1' }, () => done((server.address() as AddressInfo).port));
  });

/** Starts it before a CA, with these rules standing from the first request on. */
export const startAcmeProxy = async ({
  upstream,
  rules = [],
}: {
  upstream: Upstream;
  rules?: readonly FaultRule[];
}): Promise<RunningAcmeProxy> => {
  const tls = await makeLocalhostCertificate(new Date());
  const faults = new Faults();
  for (const rule of rules) faults.add(rule);
  const passage = new Passage({ faults, upstream });
  const server = createServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, (request, response) => {
    // A client that leaves in the middle of its request is none of ours.
    passage.pass(request, response).catch(() => request.socket.destroy());
  });
  const port = await listening(server);
  const { pathname } = new URL(upstream.directoryUrl);
  return {
    directoryUrl: `https://127.0.0.1:${port}${pathname}`,
    caPem: tls.caPem,
    records: () => [...passage.records],
    add: (rule) => faults.add(rule),
    lift: (dnsName) => faults.lift(dnsName),
    stop: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
};
