// Debian packages unpacked into a folder of ours: no root, nothing installed. apt resolves against what the machine has and checks
// each file's hash against the archive's signed index. It must never know what the packages are for.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HostEnvironment } from './report.ts';

const run = promisify(execFile);

export interface PackageRequest {
  /** Names; what they depend on comes too, where the machine lacks it. */
  readonly packages: readonly string[];
  /** Unpacked into it also where the machine has them. */
  readonly always?: readonly string[];
  /** Must not exist yet, or be empty. */
  readonly folder: string;
  readonly hostEnv: HostEnvironment;
}

/** Never taken from elsewhere than the running system: its loader fits no other. */
const OF_THE_SYSTEM = /^(libc6|libc-bin|base-files|dpkg)$/;

/** `Inst libogg0 (1.3.5-3 Debian:12.15/oldstable [amd64])` -> `libogg0=1.3.5-3`; an upgrade has `[old]` before the bracket. */
export const simulatedPackages = (output: string): string[] =>
  [...output.matchAll(/^Inst (\S+) (?:\[\S+\] )?\((\S+) /gm)]
    .filter(([, name]) => !OF_THE_SYSTEM.test(name!))
    .map(([, name, version]) => `${name}=${version}`);

/** apt's own lists and caches in our folder, so that neither root nor the age of the machine's lists matters. */
const privateApt = (folder: string): string[] => {
  const [lists, cache] = [join(folder, 'apt', 'lists'), join(folder, 'apt', 'cache')];
  for (const path of [join(lists, 'partial'), join(cache, 'archives', 'partial')]) mkdirSync(path, { recursive: true });
  const options = [`Dir::State::lists=${lists}`, `Dir::Cache=${cache}`, 'Debug::NoLocking=1', 'APT::Sandbox::User='];
  // Only the packages' lists, in one language.
  const spared = ['Acquire::Languages=none', 'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false'];
  return [...options, ...spared].flatMap((option) => ['-o', option]);
};

/** Downloads and unpacks; rejects with apt's words where there is no apt, no such package, or no archive to be reached. */
export const unpackDebian = async ({ packages, always = [], folder, hostEnv }: PackageRequest): Promise<void> => {
  const apt = privateApt(folder);
  const env = { ...hostEnv, LC_ALL: 'C' };
  const aptGet = (...args: string[]) => run('apt-get', [...apt, ...args], { cwd: folder, env, maxBuffer: 1 << 24 });
  // A source that does not answer may be one that is not needed: what is missing then is told below.
  const update = await aptGet('-q', 'update').then(
    () => undefined,
    (error: Error) => error,
  );
  try {
    const { stdout } = await aptGet('install', '--simulate', '--no-install-recommends', ...packages);
    const wanted = simulatedPackages(stdout);
    const have = new Set(wanted.map((one) => one.split('=')[0]));
    await aptGet('-q', 'download', ...wanted, ...always.filter((name) => !have.has(name)));
  } catch (cause) {
    throw update === undefined ? cause : new Error(`${update.message.trim()}\n${(cause as Error).message}`, { cause });
  }
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg-deb', ['-x', join(folder, file), folder]);
    rmSync(join(folder, file));
  }
  rmSync(join(folder, 'apt'), { recursive: true, force: true });
};
