// How a workload gets the new certificate without anyone's hand: a server that watches its mounted directory. Restarts are
// told of in restart.test.ts. It must never restart the server.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { issue } from '#test/support/cluster/issued.ts';
import { type Mount, mountSecret } from '#test/support/cluster/kubelet.ts';
import { shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';
import { serveFrom, type TlsServer } from '#test/support/cluster/tls-server.ts';

const KEY = 'evercert/shop/web';
const first = await issue('web.example.com');
const second = await issue('web.example.com');

let stage: Stage;
let mount: Mount;
let server: TlsServer;
const folder = mkdtempSync(join(tmpdir(), 'evercert-mount-'));

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-pick-up', namespaces: ['shop'] });
  await stage.put(KEY, first);
  await stage.apply(...shipped({ 'shop/web': {} }));
  await stage.arrives({ namespace: 'shop', name: 'web-tls' }, first);
  mount = await mountSecret(stage.cluster.server, { namespace: 'shop', name: 'web-tls', folder });
  server = await serveFrom(folder);
});
afterAll(async () => {
  server?.stop();
  mount?.stop();
  await stage?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly serial: string;
  /** Tells connections apart. */
  readonly localPort: number;
  readonly body: string;
}

const ask = (agent: Agent): Promise<Seen> =>
  new Promise((done, fail) => {
    const request = get({ host: '127.0.0.1', port: server.port, agent, servername: 'web.example.com' }, (answer) => {
      const socket = answer.socket as TLSSocket;
      const seen = { serial: socket.getPeerCertificate().serialNumber.toLowerCase(), localPort: socket.localPort ?? 0 };
      let body = '';
      answer.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      answer.on('end', () => done({ ...seen, body }));
    });
    request.on('error', fail);
  });

describe('a server that watches its mounted directory', () => {
  it('serves the new serial to new connections, and the open one is not dropped', async () => {
    const trusting = { ca: first.caPem, maxSockets: 1 };
    const kept = new Agent({ ...trusting, keepAlive: true });
    const before = await ask(kept);
    expect(before).toMatchObject({ serial: first.serial, body: 'served' });

    await stage.put(KEY, second);
    await stage.bump({ namespace: 'shop', name: 'web-tls' }, second.versionId);
    const fresh = (): Promise<Seen> => ask(new Agent(trusting));
    await expect.poll(async () => (await fresh()).serial, { timeout: 20_000 }).toBe(second.serial);

    // The same TCP connection goes on as it was.
    expect(await ask(kept)).toEqual(before);
    kept.destroy();
    expect(mount.swaps()).toBe(2);
  });
});
