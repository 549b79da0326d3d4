// Builds Pebble, the ACME test CA, from the pinned Go module beside this file. It must never know how it is run.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { whileClaimed } from './claim.ts';
import type { Folders } from './folders.ts';
import { logTail, runToEnd } from './process.ts';
import { type HostEnvironment, PartError, type Reporter, reported } from './report.ts';

export interface Go {
  readonly command: string;
  /** `go1.26.6`. */
  readonly version: string;
}

const STEP = 'pebble';
const VERSION = 'v2.10.1';
const OLDEST_MINOR = 24;
const run = promisify(execFile);
const moduleFolder = join(import.meta.dirname, 'pebble');

/** Whether a version like `go1.24.3` can build the module. */
export function isNewEnough(version: string): boolean {
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= OLDEST_MINOR);
}

/** The Go toolchain behind a command, or undefined when there is none or it is too old. Go's telemetry writes below `home`. */
export async function findGo({
  command,
  hostEnv,
  home,
}: {
  command: string;
  hostEnv: HostEnvironment;
  home: string;
}): Promise<Go | undefined> {
  const env = { ...hostEnv, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), GOTOOLCHAIN: 'local' };
  const answer = await run(command, ['env', 'GOVERSION'], { env }).catch(() => undefined);
  const version = answer?.stdout.trim() ?? '';
  return isNewEnough(version) ? { command, version } : undefined;
}

/** Go's caches lie below the ignored folder for the time of the build; the host's proxy settings are kept. */
function goEnvironment({ work, hostEnv }: { work: string; hostEnv: HostEnvironment }): Record<string, string> {
  const kept = Object.entries(hostEnv).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const config = hostEnv.XDG_CONFIG_HOME ?? join(hostEnv.HOME ?? homedir(), '.config');
  return {
    ...Object.fromEntries(kept),
    HOME: join(work, 'home'),
    XDG_CONFIG_HOME: join(work, 'home', '.config'),
    GOENV: hostEnv.GOENV ?? join(config, 'go', 'env'),
    GOPATH: join(work, 'path'),
    GOMODCACHE: join(work, 'modules'),
    GOCACHE: join(work, 'cache'),
    GOTMPDIR: work,
    GOTOOLCHAIN: 'local',
    GOFLAGS: '-buildvcs=false -modcacherw',
    GOWORK: 'off',
    CGO_ENABLED: '0',
    PATH: hostEnv.PATH ?? ['/usr/bin', '/bin'].join(delimiter),
  };
}

async function build({
  go,
  binary,
  folders,
  hostEnv,
}: {
  go: Go;
  binary: string;
  folders: Folders;
  hostEnv: HostEnvironment;
}): Promise<void> {
  const work = join(folders.parts, 'pebble-build');
  const logFile = join(folders.parts, 'pebble.log');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  cpSync(moduleFolder, join(work, 'module'), { recursive: true });
  const flags = ['-mod=readonly', '-trimpath', '-ldflags', `-s -w -X main.version=${VERSION}`];
  const args = ['build', ...flags, '-o', join(work, 'pebble'), 'github.com/letsencrypt/pebble/v2/cmd/pebble'];
  const code = await runToEnd({
    command: go.command,
    args,
    cwd: join(work, 'module'),
    logFile,
    env: goEnvironment({ work, hostEnv }),
  });
  if (code !== 0) {
    throw new PartError({
      code: 'PebbleNotBuilt',
      message: `Pebble could not be built with ${go.version}. Is the Go module proxy reachable? Repair, then start again. The end of .evercert/parts/pebble.log:\n${logTail(logFile)}`,
    });
  }
  renameSync(join(work, 'pebble'), binary);
  rmSync(work, { recursive: true, force: true });
}

/** Pebble's binary for this go.sum on this platform; `go` is asked for a toolchain only when a build is needed. */
export async function installPebble({
  folders,
  hostEnv,
  reporter,
  go,
}: {
  folders: Folders;
  hostEnv: HostEnvironment;
  reporter: Reporter;
  go: () => Promise<Go>;
}): Promise<string> {
  const sources = ['go.mod', 'go.sum'].map((name) => readFileSync(join(moduleFolder, name), 'utf8'));
  const identity = [VERSION, process.platform, process.arch, ...sources];
  const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  const binary = join(folders.parts, `pebble-${key}`);
  if (existsSync(binary)) return binary;
  const toolchain = await go();
  const work = async (): Promise<void> => {
    if (existsSync(binary)) return;
    const why = `building the test CA Pebble ${VERSION} from source with ${toolchain.version}, once; usually 40-90 s`;
    await reported({
      reporter,
      step: STEP,
      why,
      done: 'Pebble built',
      work: () => build({ go: toolchain, binary, folders, hostEnv }),
    });
  };
  const onWait = (pid: number): void =>
    reporter({ step: STEP, text: `process ${pid} is building Pebble; waiting for it` });
  await whileClaimed({ path: join(folders.parts, 'pebble.lock'), onWait, work });
  return binary;
}
