// An https server with a CA of its own that answers as a test tells it: for what a real API server does rarely. It must never
// judge a request.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { keyPem, makeAuthority, makeKeys, signLeaf } from '#test/support/signing.ts';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** Tells connections apart. */
  readonly port: number;
}

export type Answering = (response: ServerResponse, asked: Received) => void;

export interface ScriptedApiServer {
  readonly endpoint: string;
  readonly caPem: string;
  /** In their order. */
  readonly received: readonly Received[];
  /** How it answers from now on. */
  answer: Answering;
  /** Ends all connections, as a load balancer does with idle ones. */
  readonly cut: () => void;
  readonly stop: () => void;
}

/** A JSON answer. */
export const json =
  (status: number, body: unknown): Answering =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };

/** A Kubernetes Status. */
export const status = (code: number, message: string): Answering =>
  json(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });

const textOf = async (asked: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of asked) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
};

/** Starts it on a free port of the loopback, as `127.0.0.1` or under the names told. */
export const startScriptedApiServer = async (
  names: readonly { readonly type: 'dns' | 'ip'; readonly value: string }[] = [{ type: 'ip', value: '127.0.0.1' }],
): Promise<ScriptedApiServer> => {
  const issuer = await makeAuthority('kubernetes');
  const keys = await makeKeys();
  const dates = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };
  const usages = ['1.3.6.1.5.5.7.3.1'];
  const cert = await signLeaf({ keys, issuer, names, ...dates, isCa: false, usages });
  const received: Received[] = [];
  const sockets = new Set<Socket>();
  const state: { answer: Answering } = { answer: json(200, {}) };
  const server = createServer({ cert, key: (await keyPem(keys)).open() }, async (asked, response) => {
    const { method = '', url: path = '', headers } = asked;
    const one = { method, path, headers, body: await textOf(asked), port: asked.socket.remotePort ?? 0 };
    received.push(one);
    state.answer(response, one);
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return Object.assign(state, {
    endpoint: `https://127.0.0.1:${port}`,
    caPem: issuer.certificate.toString('pem'),
    received,
    cut,
    stop: () => {
      cut();
      server.close();
    },
  });
};
