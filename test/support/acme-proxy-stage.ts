// A CA made of one handler behind the proxy of faults, and a client before it, all on loopback. It must never be Pebble.
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type RunningAcmeProxy, startAcmeProxy } from '#local/acme-proxy/proxy.ts';
import type { FaultRule } from '#local/acme-proxy/rules.ts';
import { makeLocalhostCertificate } from '#local/parts/localhost-certificate.ts';

export interface ProxyStage {
  readonly proxy: RunningAcmeProxy;
  /** What arrived at the CA. */
  readonly arrived: { readonly path: string; readonly host: string | undefined; readonly body: string }[];
  /** How the CA answers; at first 200 and `{}`. */
  answerWith: (request: IncomingMessage, response: ServerResponse) => void;
  /** Rejects with the client's error where no whole answer comes. */
  ask(path: string, body?: string): Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>;
  stop(): Promise<void>;
}

/** The body of a signed request, as clients send it. */
export const signed = (payload: object): string => {
  const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url');
  return JSON.stringify({ protected: 'e30', payload: encoded, signature: 'c2ln' });
};

const closed = (server: Server): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    server.closeAllConnections();
  });

export const acmeProxyStage = async (rules: readonly FaultRule[] = []): Promise<ProxyStage> => {
  const tls = await makeLocalhostCertificate(new Date());
  const arrived: ProxyStage['arrived'] = [];
  const ca = createServer({ cert: tls.certificatePem, key: tls.privateKeyPem }, async (incoming, response) => {
    const body = (await buffer(incoming)).toString('utf8');
    arrived.push({ path: incoming.url ?? '', host: incoming.headers.host, body });
    stage.answerWith(incoming, response);
  });
  ca.listen(0, '127.0.0.1');
  await once(ca, 'listening');
  const { port } = ca.address() as AddressInfo;
  const upstream = { directoryUrl: `https://127.0.0.1:${port}/dir`, caPem: tls.caPem };
  const proxy = await startAcmeProxy({ upstream, rules });
  const stage: ProxyStage = {
    proxy,
    arrived,
    answerWith: (_request, response) => void response.writeHead(200).end('{}'),
    ask: async (path, body) => {
      const options = { method: body === undefined ? 'GET' : 'POST', ca: proxy.caPem, agent: false };
      const outgoing = request(new URL(path, proxy.directoryUrl), options).end(body);
      const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
      const whole = (await buffer(answer)).toString('utf8');
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: whole };
    },
    stop: async () => {
      await proxy.stop();
      await closed(ca);
    },
  };
  return stage;
};
