// Every real part starts, answers, and ends with the process that started it, however that ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startAcmeProxy } from '#local/acme-proxy/proxy.ts';
import { startCaddy } from '#local/parts/caddy.ts';
import { isAlive } from '#local/parts/claim.ts';
import { makeRunFolder } from '#local/parts/folders.ts';
import { type InstalledParts, installParts } from '#local/parts/install.ts';
import { startMicroburst } from '#local/parts/microburst.ts';
import { startMinistack } from '#local/parts/ministack.ts';
import { startMoto } from '#local/parts/moto.ts';
import { get } from '#local/parts/network.ts';
import { startPebble } from '#local/parts/pebble.ts';
import { startServer, stopAll } from '#local/parts/process.ts';

const root = join(import.meta.dirname, '..', '..');
const tenMinutesMs = 600_000; // the first time installs and builds
let parts: InstalledParts;
let run: string;

beforeAll(async () => {
  const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
  const need = ['ministack', 'moto', 'microburst', 'pebble', 'caddy'] as const;
  parts = await installParts({ root, hostEnv: process.env, reporter, need });
  run = makeRunFolder({ root, name: 'parts-test' });
  return () => rmSync(run, { recursive: true, force: true });
}, tenMinutesMs);
afterEach(stopAll);

describe('the emulators', () => {
  it('answer, and are back on the same port after a crash', async () => {
    const options = {
      python: parts.python,
      runFolder: join(run, 'ministack'),
      nodeModules: join(root, 'node_modules'),
    };
    const ministack = await startMinistack({ ...options, persist: true });
    const before = ministack.pid;
    await ministack.restart({ crash: true });
    expect(ministack.pid).not.toBe(before);
    expect(isAlive(before)).toBe(false);
    expect((await get({ url: `${ministack.endpoint}/_ministack/health` })).status).toBe(200);
  });

  it('of both kinds can be put behind a proxy of faults', async () => {
    const moto = await startMoto({ python: parts.python, runFolder: join(run, 'moto') });
    const options = { python: parts.python, runFolder: join(run, 'microburst'), upstream: moto.endpoint };
    const microburst = await startMicroburst(options);
    await microburst.setRules([]);
    expect(await microburst.fired()).toEqual([]);
    await microburst.stop();
    expect(isAlive(microburst.pid)).toBe(false);
  });
});

describe('the authorities', () => {
  it('Pebble serves its directory and every root of its chains', async () => {
    const options = { binary: parts.pebble ?? '', runFolder: join(run, 'pebble'), dnsPort: 53 };
    const pebble = await startPebble({ ...options, chainLength: 3, alternateRoots: 1 });
    const directory = JSON.parse((await get({ url: pebble.directoryUrl, ca: pebble.caPem })).body);
    expect(Object.keys(directory.meta.profiles).sort()).toEqual(['classic', 'shortlived', 'six-minutes', 'tlsserver']);
    expect(await pebble.rootPem()).toContain('BEGIN CERTIFICATE');
    expect(await pebble.alternateRootPem(1)).not.toBe(await pebble.rootPem());
  });

  it('Pebble comes back at its addresses, with new roots, behind a proxy that stays', async () => {
    const options = { binary: parts.pebble ?? '', runFolder: join(run, 'forgetful'), dnsPort: 53 };
    const pebble = await startPebble(options);
    const proxy = await startAcmeProxy({ upstream: pebble });
    const [root, { pid }] = [await pebble.rootPem(), pebble];
    await pebble.restart();
    expect(pebble.pid).not.toBe(pid);
    expect(await pebble.rootPem()).not.toBe(root);
    const directory = JSON.parse((await get({ url: proxy.directoryUrl, ca: proxy.caPem })).body);
    expect(new URL(directory.newOrder).origin).toBe(new URL(proxy.directoryUrl).origin);
    await proxy.stop();
    await pebble.stop();
    expect(isAlive(pebble.pid)).toBe(false);
  });

  it('Caddy serves its directory under its own root', async () => {
    const options = { binary: join(parts.python.bin, 'caddy'), runFolder: join(run, 'caddy'), dnsPort: 53 };
    const caddy = await startCaddy(options);
    const directory = JSON.parse((await get({ url: caddy.directoryUrl, ca: await caddy.rootPem() })).body);
    expect(directory.newOrder).toContain('/acme/local/new-order');
  });
});

describe('a part that cannot start', () => {
  it('says so with the end of its log', async () => {
    const server = startServer({
      name: 'the part',
      command: 'sh',
      args: ['-c', 'echo the port is taken >&2; exit 3'],
      env: { PATH: '/usr/bin:/bin' },
      cwd: run,
      logFile: join(run, 'part.log'),
      healthy: async () => false,
      deadlineMs: 10_000,
    });
    await expect(server).rejects.toMatchObject({
      code: 'PartDidNotStart',
      message: expect.stringContaining('the port is taken'),
    });
  });
});

describe('when the parent', () => {
  const start = async (): Promise<{ parent: ChildProcess; pids: number[] }> => {
    const parent = spawn(process.execPath, [join(root, 'test', 'support', 'parts-parent.ts')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pids = new Promise<number[]>((done, fail) => {
      createInterface({ input: parent.stdout! }).once('line', (line) => done(Object.values(JSON.parse(line))));
      parent.once('exit', (code) => fail(new Error(`the parent ended with ${code}`)));
    });
    return { parent, pids: await pids };
  };

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)('ends by %s, every part that it started ends', async (signal) => {
    const { parent, pids } = await start();
    expect(pids.filter(isAlive)).toHaveLength(5);
    parent.kill(signal);
    await expect.poll(() => pids.filter(isAlive), { timeout: 20_000 }).toEqual([]);
  });
});
