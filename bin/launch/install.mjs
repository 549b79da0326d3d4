// Makes node_modules what package-lock.json says, on a machine that has nothing but Node 20 and npm.
// Plain Node built-ins only; it must never know what will be run afterwards.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { whileLocked } from './lock.mjs';

/** The repository's real folder, however the launcher was reached (npx goes through a symbolic link). */
export const root = dirname(dirname(dirname(realpathSync(fileURLToPath(import.meta.url)))));

/** What a person should read: no stack. */
export class LaunchError extends Error {}

export const say = (line) => process.stderr.write(`evercert: ${line}\n`);

const readPackages = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined);

/**
 * The first package that is not installed as locked, or undefined when all are.
 * npm writes its hidden lockfile last, so that an interrupted install has none.
 */
export function missingPackage({ locked, installed }) {
  if (installed === undefined) return 'node_modules';
  return Object.keys(locked).find((path) => {
    const { version, integrity, optional, devOptional } = locked[path];
    if (path === '') return false;
    const found = installed[path];
    if (found === undefined) return !(optional || devOptional);
    return found.version !== version || (integrity !== undefined && found.integrity !== integrity);
  });
}

const wanting = () =>
  missingPackage({
    locked: readPackages(join(root, 'package-lock.json')) ?? {},
    installed: readPackages(join(root, 'node_modules', '.package-lock.json')),
  });

/** npm as this process was started by it, else the one on PATH. */
function npmCommand() {
  const cli = process.env.npm_execpath && join(dirname(process.env.npm_execpath), 'npm-cli.js');
  if (cli && basename(dirname(cli)) === 'bin' && existsSync(cli)) return { command: process.execPath, first: [cli] };
  return { command: process.platform === 'win32' ? 'npm.cmd' : 'npm', first: [] };
}

/** Runs `npm ci`; its talk goes to stderr. Rejects with a LaunchError that says what to do. */
function npmCi() {
  const { command, first } = npmCommand();
  const args = [
    ...first,
    'ci',
    '--ignore-scripts',
    '--include=dev',
    '--include=optional',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ];
  const env = { ...process.env, npm_config_local_prefix: root };
  const started = Date.now();
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 2, 2], shell: command === 'npm.cmd' });
    const timer = setInterval(() => say(`… still installing (${Math.round((Date.now() - started) / 1000)} s)`), 10_000);
    const stop = (signal) => child.kill(signal);
    process.once('SIGINT', stop).once('SIGTERM', stop);
    const end = (error) => {
      clearInterval(timer);
      process.off('SIGINT', stop).off('SIGTERM', stop);
      error ? fail(error) : done((Date.now() - started) / 1000);
    };
    child.on('error', (cause) =>
      end(
        new LaunchError(`npm could not be started (${cause.message}). Install npm, which comes with Node.js.`, {
          cause,
        }),
      ),
    );
    child.on('exit', (code, signal) => {
      if (code === 0) return end();
      if (signal || code === 130)
        return end(
          new LaunchError(`the installation was interrupted${signal ? ` (${signal})` : ''}; start again to go on.`),
        );
      end(
        new LaunchError(
          `npm ci failed with exit code ${code}; its own words stand above. Is the npm registry reachable? Repair, then start again.`,
        ),
      );
    });
  });
}

/**
 * Installs the npm packages when node_modules is absent or not as locked. One process installs, others wait for it.
 * `before` is asked first when something must be downloaded; it throws when that would be in vain.
 */
export async function ensureInstalled({ before }) {
  if (wanting() === undefined) return;
  before();
  mkdirSync(join(root, '.evercert'), { recursive: true });
  await whileLocked({
    lock: join(root, '.evercert', 'npm-install.lock'),
    onWait: (pid) => say(`another process (${pid}) is installing the npm packages; waiting for it`),
    work: async () => {
      const missing = wanting();
      if (missing === undefined) return;
      say(`installing the npm packages (${missing} is not there as package-lock.json has it); usually 20-60 s, once`);
      const seconds = await npmCi();
      const still = wanting();
      if (still !== undefined)
        throw new LaunchError(`npm ci ended well, but ${still} is still missing. Delete node_modules and start again.`);
      say(`npm packages installed in ${seconds.toFixed(0)} s`);
    },
  });
}
