// Finds a Python that is new enough, and says how to get one. It must never install anything.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { HostEnvironment } from './report.ts';

export interface Python {
  readonly executable: string;
  /** `3.11.7`. */
  readonly version: string;
  readonly minor: number;
  readonly platform: string;
  readonly machine: string;
  /** `glibc`, or empty (musl, macOS). */
  readonly libc: string;
}

const run = promisify(execFile);
const OLDEST_MINOR = 10;
const COMMANDS = ['python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python3', 'python'];
const QUESTION =
  'import json, platform, sys; print(json.dumps({"executable": sys.executable, "version": platform.python_version(), ' +
  '"major": sys.version_info[0], "minor": sys.version_info[1], "platform": sys.platform, "machine": platform.machine(), ' +
  '"libc": platform.libc_ver()[0]}))';

/** What one interpreter says of itself; undefined for anything that is no Python ≥ 3.10 (a shim without a version, Python 2). */
async function ask(command: string, env: NodeJS.ProcessEnv): Promise<Python | undefined> {
  const answer = await run(command, ['-I', '-c', QUESTION], { env, timeout: 20_000 }).catch(() => undefined);
  if (answer === undefined) return undefined;
  const { major, ...python } = JSON.parse(answer.stdout);
  return major === 3 && python.minor >= OLDEST_MINOR ? python : undefined;
}

/** Every Python ≥ 3.10 on the host's PATH, the one that `python3` means first, then the newest. */
export async function findPythons(hostEnv: HostEnvironment): Promise<readonly Python[]> {
  const found = await Promise.all(['python3', ...COMMANDS].map((command) => ask(command, { ...hostEnv })));
  const byExecutable = new Map<string, Python>();
  for (const python of found) {
    if (python !== undefined && !byExecutable.has(python.executable)) byExecutable.set(python.executable, python);
  }
  return [...byExecutable.values()];
}

/** How to get Python on this platform (`process.platform`). */
export function pythonAdvice(platform: string): string {
  const how: Record<string, string> = {
    linux:
      'sudo apt install python3 python3-venv (Debian, Ubuntu), sudo dnf install python3 (Fedora, RHEL), apk add python3 (Alpine)',
    darwin: 'brew install python, or the installer from python.org',
    win32: 'use WSL 2, and there: sudo apt install python3 python3-venv',
  };
  return `The local cloud needs Python 3.10 or newer, and none was found on PATH. Get it: ${how[platform] ?? 'see python.org'}. Then start again; nothing was downloaded.`;
}
