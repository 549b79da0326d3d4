// `npm start` as a process of its own, as a person starts it: it ends when its parent does. It must never know what it is to show.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RunResult } from '#local/watch/result.ts';

export interface LocalRun {
  /** The page's address, as soon as it was told. */
  readonly url: Promise<string>;
  /** Ctrl-C, and what comes of it. */
  interrupt(): Promise<{ readonly exitCode: number | null; readonly result: RunResult; readonly told: string }>;
}

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const addressIn = (child: ChildProcess, told: () => string): Promise<string> =>
  new Promise((done, fail) => {
    child.stderr?.on('data', () => {
      const address = /page: (http:\S+)/.exec(told())?.[1];
      if (address !== undefined) done(address);
    });
    child.once('exit', () => fail(new Error(`it ended before it told an address:\n${told()}`)));
  });

/** With these arguments beside `--json`. */
export const startLocalRun = (args: readonly string[] = []): LocalRun => {
  const child = spawn(process.execPath, ['bin/local.ts', '--json', ...args], {
    cwd: ROOT,
    // With a channel: it ends when its other end is gone.
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const [out, told]: [string[], string[]] = [[], []];
  child.stdout?.on('data', (chunk) => out.push(String(chunk)));
  child.stderr?.on('data', (chunk) => told.push(String(chunk)));
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const text = (): string => told.join('');
  return {
    url: addressIn(child, text),
    interrupt: async () => {
      child.kill('SIGINT');
      const exitCode = await ended;
      return { exitCode, result: JSON.parse(out.join('').trim().split('\n').at(-1) ?? '') as RunResult, told: text() };
    },
  };
};
