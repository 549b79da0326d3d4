// moto: a second, in places stricter AWS (Private CA, Secrets Manager, Route53). It must never know what is asked of it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningEmulator, startEmulator } from './emulator.ts';
import { answers, freePort } from './network.ts';
import type { PythonEnvironment } from './python.ts';

/**
 * Its own door, with two things put right of its Private CAs: each says SHORT_LIVED_CERTIFICATE whatever was asked (AWS's
 * default is GENERAL_PURPOSE), and a root lives no longer than what it signs (here ten years).
 */
const DOOR = `
import datetime, sys
from moto.acmpca import models
from moto.server import main

made = models.CertificateAuthority.__init__
generated = models.CertificateAuthority.generate_cert

class TenYears:
    timezone = datetime.timezone
    timedelta = staticmethod(lambda days: datetime.timedelta(days=3650))

def general_purpose(self, *given, **named):
    made(self, *given, **named)
    self.usage_mode = "GENERAL_PURPOSE"

def long_lived_root(self, *given, **named):
    models.datetime = datetime if self.certificate_bytes else TenYears
    return generated(self, *given, **named)

models.CertificateAuthority.__init__ = general_purpose
models.CertificateAuthority.generate_cert = long_lived_root
sys.exit(main())
`;

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
      command: python.python,
      args: ['-c', DOOR, '-H', '127.0.0.1', '-p', `${port}`],
      env: { PATH: '/usr/bin:/bin', HOME: runFolder, ...account, ...env },
      cwd: runFolder,
      logFile: join(runFolder, 'moto.log'),
      healthy: () => answers({ url: `${endpoint}/moto-api/data.json` }),
      deadlineMs: 30_000,
    },
  });
}
