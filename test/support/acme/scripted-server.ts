// An HTTPS server on loopback that has a directory and nonces and otherwise answers what a test says, right or wrong.
// It must never be a CA: it checks no signature.

import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { dnsRequest } from '#test/support/requests.ts';
import { FakeHierarchy, readRequest } from './issuing.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly userAgent: string | undefined;
  /** Of the JWS of a POST. */
  readonly nonce: string | undefined;
  readonly payload: unknown;
}

/** `hangs`: no answer at all. `cutShort`: announces more than it sends, and closes. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly hangs?: boolean;
  readonly cutShort?: boolean;
}

export interface ScriptedServer {
  readonly origin: string;
  readonly directoryUrl: string;
  readonly rootPem: string;
  readonly asked: Asked[];
  /** Path -> answer; what has none is 404. Changes take effect at once. */
  readonly answers: Map<string, Answer | ((asked: Asked) => Answer)>;
  stop(): Promise<void>;
}

const DAY_MS = 86_400_000;

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

const decoded = (part: string | undefined): unknown =>
  part === undefined || part === '' ? undefined : JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));

const askedOf = async (request: IncomingMessage): Promise<Asked> => {
  const text = await bodyOf(request);
  const jws = text === '' ? {} : (JSON.parse(text) as { protected?: string; payload?: string });
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    userAgent: request.headers['user-agent'],
    nonce: (decoded(jws.protected) as { nonce?: string } | undefined)?.nonce,
    payload: decoded(jws.payload),
  };
};

const send = (response: ServerResponse, answer: Answer, nonce: string | undefined): void => {
  if (answer.hangs === true) return;
  const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
  const type = typeof answer.body === 'string' ? 'text/html' : 'application/json';
  response.writeHead(answer.status ?? 200, {
    'content-type': type,
    ...(nonce === undefined ? {} : { 'replay-nonce': nonce }),
    ...(answer.cutShort === true ? { 'content-length': Buffer.byteLength(text) + 100 } : {}),
    ...answer.headers,
  });
  if (answer.cutShort === true) response.write(text, () => response.destroy());
  else response.end(text);
};

/** Certificate and key of the server for `name`, valid until `notAfter`. */
const serverCertificate = async (name: string, notAfter: Date) => {
  const now = new Date();
  const hierarchy = await FakeHierarchy.create(now);
  const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const request = await readRequest(await dnsRequest(key, [name]));
  const [cert] = await hierarchy.issue({ ...request!, notBefore: new Date(now.getTime() - 2 * DAY_MS), notAfter });
  return { cert: cert!, key: key.open(), rootPem: hierarchy.rootPem };
};

/** Starts it with a certificate for `name` (default: its own, localhost). */
export const startScriptedServer = async (
  options: { name?: string; notAfter?: Date } = {},
): Promise<ScriptedServer> => {
  const asked: Asked[] = [];
  const answers: ScriptedServer['answers'] = new Map();
  let nonces = 0;
  const tls = await serverCertificate(options.name ?? 'localhost', options.notAfter ?? new Date(Date.now() + DAY_MS));
  const server = createServer({ cert: tls.cert, key: tls.key }, async (request, response) => {
    const seen = await askedOf(request);
    asked.push(seen);
    if (seen.method !== 'GET') nonces += 1;
    const answer = answers.get(seen.path) ?? { status: 404 };
    send(
      response,
      typeof answer === 'function' ? answer(seen) : answer,
      seen.method === 'GET' ? undefined : `nonce-${nonces}`,
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  answers.set('/directory', {
    body: {
      newNonce: `${origin}/new-nonce`,
      newAccount: `${origin}/new-account`,
      newOrder: `${origin}/new-order`,
      meta: { profiles: { classic: 'as ever' } },
    },
  });
  answers.set('/new-nonce', { body: '' });
  return {
    origin,
    directoryUrl: `${origin}/directory`,
    rootPem: tls.rootPem,
    asked,
    answers,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
