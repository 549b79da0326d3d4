// Builds a program from one of the pinned Go modules beside this file. It must never know how it is run.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { whileClaimed } from './claim.ts';
import type { Folders } from './folders.ts';
import { logTail, runToEnd } from './process.ts';
import { type HostEnvironment, PartError, type PartErrorCode, type Reporter, reported } from './report.ts';

export interface Go {
  readonly command: string;
  /** `go1.26.6`. */
  readonly version: string;
}

/** A Go module of ours and the programs that it builds, in one go: they share what they are made of. */
export interface GoModule {
  /** The folder beside this file with go.mod and go.sum; also names the log, the claim and the folder of binaries. */
  readonly name: string;
  /** As `go build` takes them; each binary is called like its package's last part. */
  readonly packages: readonly string[];
  readonly version: string;
  /** Values set by the linker: `package.name=value`. */
  readonly linked?: readonly string[];
  /** A folder of a required module that is kept beside the binaries, under its last part's name. */
  readonly kept?: { readonly module: string; readonly folder: string };
  readonly why: (go: Go) => string;
  /** How often a line says that it still goes on; default: every ten seconds. */
  readonly tellEveryMs?: number;
  readonly errorCode: PartErrorCode;
}

interface Building {
  readonly folders: Folders;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
  /** Asked for a toolchain only when a build is needed. */
  readonly go: () => Promise<Go>;
}

const OLDEST_MINOR = 24;
const run = promisify(execFile);

/** Whether a version like `go1.24.3` can build the modules. */
export function isNewEnough(version: string, oldestMinor = OLDEST_MINOR): boolean {
  const [, major = '0', minor = '0'] = /^go(\d+)\.(\d+)/.exec(version) ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= oldestMinor);
}

/** The Go toolchain behind a command, or undefined when there is none or it is too old. Go's telemetry writes below `home`. */
export async function findGo({
  command,
  hostEnv,
  home,
  oldestMinor = OLDEST_MINOR,
}: {
  command: string;
  hostEnv: HostEnvironment;
  home: string;
  oldestMinor?: number;
}): Promise<Go | undefined> {
  const env = { ...hostEnv, HOME: home, XDG_CONFIG_HOME: join(home, '.config'), GOTOOLCHAIN: 'local' };
  const answer = await run(command, ['env', 'GOVERSION'], { env }).catch(() => undefined);
  const version = answer?.stdout.trim() ?? '';
  return isNewEnough(version, oldestMinor) ? { command, version } : undefined;
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

const moduleFolder = ({ name }: Pick<GoModule, 'name'>): string => join(import.meta.dirname, name);

/** Every file of a module, in order: what the binaries are made from. */
function sourcesOf(module: GoModule): string[] {
  const folder = moduleFolder(module);
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(go|mod|sum)$/.test(name),
  );
  return names.sort().map((name) => `${name}\n${readFileSync(join(folder, name), 'utf8')}`);
}

async function build(module: GoModule, { go, folder, building }: { go: Go; folder: string; building: Building }) {
  const { folders, hostEnv } = building;
  const work = join(folders.parts, `${module.name}-build`);
  const logFile = join(folders.parts, `${module.name}.log`);
  const made = join(work, 'made');
  rmSync(work, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  cpSync(moduleFolder(module), join(work, 'module'), { recursive: true });
  const linked = ['-s', '-w', ...(module.linked ?? []).flatMap((value) => ['-X', value])].join(' ');
  const args = ['build', '-mod=readonly', '-trimpath', '-ldflags', linked, '-o', `${made}/`, ...module.packages];
  const env = goEnvironment({ work, hostEnv });
  const code = await runToEnd({ command: go.command, args, cwd: join(work, 'module'), logFile, env });
  if (code !== 0)
    throw new PartError({
      code: module.errorCode,
      message: `${module.name} could not be built with ${go.version}. Is the Go module proxy reachable? Repair, then start again. The end of .evercert/parts/${module.name}.log:\n${logTail(logFile)}`,
    });
  if (module.kept !== undefined) {
    const { module: name, folder: inside } = module.kept;
    const list = ['list', '-mod=readonly', '-m', '-f', '{{.Dir}}', name];
    const { stdout } = await run(go.command, list, { cwd: join(work, 'module'), env });
    cpSync(join(stdout.trim(), inside), join(made, basename(inside)), { recursive: true });
  }
  renameSync(made, folder);
}

/** Builds, and leaves nothing but the finished folder and the log, whatever happens. */
async function buildAndTidy(module: GoModule, given: Parameters<typeof build>[1]): Promise<void> {
  try {
    await build(module, given);
  } finally {
    rmSync(join(given.building.folders.parts, `${module.name}-build`), { recursive: true, force: true });
  }
}

/** The folder of the module's binaries for exactly these sources on this platform; it may not be there. */
function folderOf(module: GoModule, { parts }: Folders): string {
  const identity = [
    module.version,
    process.platform,
    process.arch,
    ...module.packages,
    module.kept?.folder ?? '',
    ...sourcesOf(module),
  ];
  const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  return join(parts, `${module.name}-${key}`);
}

/** Whether nothing would have to be built. */
export const isBuilt = (module: GoModule, folders: Folders): boolean => existsSync(folderOf(module, folders));

/** The folder with the module's binaries for exactly these sources on this platform, built where it is not there. */
export async function installGoModule(module: GoModule, building: Building): Promise<string> {
  const { folders, reporter } = building;
  const folder = folderOf(module, folders);
  if (existsSync(folder)) return folder;
  const go = await building.go();
  const work = async (): Promise<void> => {
    if (existsSync(folder)) return;
    await reported({
      reporter,
      step: module.name,
      why: module.why(go),
      done: `${module.name} built`,
      work: () => buildAndTidy(module, { go, folder, building }),
      ...(module.tellEveryMs === undefined ? {} : { everyMs: module.tellEveryMs }),
    });
  };
  const onWait = (pid: number): void =>
    reporter({ step: module.name, text: `process ${pid} is building ${module.name}; waiting for it` });
  await whileClaimed({ path: join(folders.parts, `${module.name}.lock`), onWait, work });
  return folder;
}
