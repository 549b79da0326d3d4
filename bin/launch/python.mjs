// Looks for Python before anything is downloaded: without it there is no local cloud (local/parts/python-search.ts says
// the same once packages are there). Plain Node built-ins only; it must never install anything.
import { spawnSync } from 'node:child_process';
import { LaunchError } from './install.mjs';

const COMMANDS = ['python3', 'python3.14', 'python3.13', 'python3.12', 'python3.11', 'python3.10', 'python'];
const TEST = 'import sys; sys.exit(0 if sys.version_info >= (3, 10) else 1)';
const HOW = {
  linux:
    'sudo apt install python3 python3-venv (Debian, Ubuntu), sudo dnf install python3 (Fedora, RHEL), apk add python3 (Alpine)',
  darwin: 'brew install python, or the installer from python.org',
  win32: 'use WSL 2, and there: sudo apt install python3 python3-venv',
};

/** Throws a LaunchError that says how to get Python when no Python ≥ 3.10 is on PATH. */
export function requirePython() {
  const found = COMMANDS.some((command) => spawnSync(command, ['-I', '-c', TEST], { stdio: 'ignore' }).status === 0);
  if (found) return;
  throw new LaunchError(
    `the local cloud needs Python 3.10 or newer, and none was found on PATH. Get it: ${HOW[process.platform] ?? 'see python.org'}. ` +
      'Then start again; nothing was downloaded.',
  );
}
