// Small questions to the loopback: a free port, does a server answer. It must never ask another address.

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { createServer } from 'node:net';

const ANSWER_TIMEOUT_MS = 2_000;
/** RFC 8555 section 6.1 wants one of every client; Pebble `-strict` refuses requests without. */
const HEADERS = { 'user-agent': 'evercert-local' };
const handedOut = new Set<number>();

/** Below the ports that systems give to outgoing connections (Linux from 32768, macOS from 49152): one of those would be taken while its server still starts, or is down for a while. */
const [FIRST_PORT, LAST_PORT] = [20_000, 32_000];

const canListen = (port: number): Promise<boolean> =>
  new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen({ port, host: '127.0.0.1' }, () => server.close(() => done(true)));
  });

/** A TCP port of 127.0.0.1 that nobody listens on, and that this process was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + Math.floor(Math.random() * (LAST_PORT - FIRST_PORT));
    if (!handedOut.has(port) && (await canListen(port))) {
      handedOut.add(port);
      return port;
    }
  }
}

/** GET of an http(s) URL; `ca` (PEM) is the only authority trusted. Rejects when there is no answer within 2 s. */
export function get({ url, ca }: { url: string; ca?: string }): Promise<{ status: number; body: string }> {
  const ask = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((done, fail) => {
    const request = ask(
      url,
      { agent: false, headers: HEADERS, timeout: ANSWER_TIMEOUT_MS, ...(ca === undefined ? {} : { ca }) },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', fail);
        answer.on('end', () => done({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') }));
      },
    );
    request.on('timeout', () => request.destroy(new Error(`no answer from ${url}`)));
    request.on('error', fail);
    request.end();
  });
}

/** Whether the URL answers with a 2xx status; a refused or broken connection is a no. */
export const answers = (question: { url: string; ca?: string }): Promise<boolean> =>
  get(question).then(
    ({ status }) => status >= 200 && status < 300,
    () => false,
  );
