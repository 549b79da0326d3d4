// microburst: a proxy before an emulator that throttles, resets and loses answers by rule. It must never know who calls.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from './emulator.ts';
import { answers, freePort } from './network.ts';
import type { PythonEnvironment } from './python.ts';

export interface MicroburstOptions {
  readonly python: PythonEnvironment;
  /** An own folder: home and log. */
  readonly runFolder: string;
  /** The emulator behind it, `http://127.0.0.1:<port>`. */
  readonly upstream: string;
}

export interface RunningMicroburst extends RunningEmulator {
  /** Replaces the rules: a JSON list; service names are botocore's (`stepfunctions`, not `states`). */
  readonly setRules: (rules: readonly unknown[]) => Promise<void>;
  /** What fired so far, as microburst tells it. */
  readonly fired: () => Promise<unknown>;
}

/** Starts microburst without rules. It does not obey SIGTERM. The first call of each service takes seconds: warm it up. */
export async function startMicroburst({ python, runFolder, upstream }: MicroburstOptions): Promise<RunningMicroburst> {
  mkdirSync(runFolder, { recursive: true });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const emulator = await startEmulator({
    endpoint,
    server: {
      name: 'microburst',
      command: join(python.bin, 'microburst'),
      args: ['--upstream', upstream, '--host', '127.0.0.1', '--port', `${port}`],
      env: { PATH: '/usr/bin:/bin', HOME: runFolder, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
      cwd: runFolder,
      logFile: join(runFolder, 'microburst.log'),
      healthy: () => answers({ url: `${endpoint}/_microburst/rules` }),
      deadlineMs: 60_000,
      stopSignal: 'SIGKILL',
    },
  });
  const setRules = async (rules: readonly unknown[]): Promise<void> => {
    const answer = await fetch(`${endpoint}/_microburst/rules`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rules),
    });
    if (!answer.ok) throw new Error(`microburst refused the rules (${answer.status}): ${await answer.text()}`);
  };
  const fired = async (): Promise<unknown> => (await fetch(`${endpoint}/_microburst/fired`)).json();
  return Object.assign(emulator, { setRules, fired });
}
