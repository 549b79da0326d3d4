// moto: a second, in places stricter AWS (Private CA, Secrets Manager, Route53). It must never know what is asked of it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from './emulator.ts';
import { answers, freePort } from './network.ts';
import type { PythonEnvironment } from './python.ts';

export interface MotoOptions {
  readonly python: PythonEnvironment;
  /** An own folder: home and log. */
  readonly runFolder: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts moto's server for account 000000000000 and resolves when it is healthy. */
export async function startMoto({ python, runFolder, env }: MotoOptions): Promise<RunningEmulator> {
  mkdirSync(runFolder, { recursive: true });
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const account = { MOTO_ACCOUNT_ID: '000000000000', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  return startEmulator({
    endpoint,
    server: {
      name: 'moto',
      command: join(python.bin, 'moto_server'),
      args: ['-H', '127.0.0.1', '-p', `${port}`],
      env: { PATH: '/usr/bin:/bin', HOME: runFolder, ...account, ...env },
      cwd: runFolder,
      logFile: join(runFolder, 'moto.log'),
      healthy: () => answers({ url: `${endpoint}/moto-api/data.json` }),
      deadlineMs: 30_000,
    },
  });
}
