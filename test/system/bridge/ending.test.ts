// A cluster of real parts ends with the process that started it, however that ends. It must never end one by its name.
import { type ChildProcess, spawn } from 'node:child_process';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { isAlive } from '#local/parts/claim.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'support', 'cluster', 'stage-parent.ts');

interface Started {
  readonly urls: readonly string[];
  readonly operator: number;
}

const start = async (): Promise<{ parent: ChildProcess; started: Started }> => {
  const parent = spawn(process.execPath, [PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const started = new Promise<Started>((done, fail) => {
    createInterface({ input: parent.stdout! }).once('line', (line) => done(JSON.parse(line)));
    parent.once('exit', (code) => fail(new Error(`the parent ended with ${code}`)));
  });
  return { parent, started: await started };
};

const listens = (url: string): Promise<boolean> =>
  new Promise((done) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });

const alive = async ({ urls, operator }: Started): Promise<boolean[]> => [
  ...(await Promise.all(urls.map(listens))),
  isAlive(operator),
];

describe('when the process that started a cluster', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'ends by %s, the API server, the operator and the emulator end',
    async (signal) => {
      const { parent, started } = await start();
      expect(await alive(started)).toEqual([true, true, true]);
      parent.kill(signal);
      await expect.poll(() => alive(started), { timeout: 30_000 }).toEqual([false, false, false]);
    },
  );
});
