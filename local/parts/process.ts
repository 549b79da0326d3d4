// The one way in which a child process is started, watched and ended. Children lead their own process groups, so that a
// Ctrl-C reaches only us and a stop takes their children too; a guard ends them when we crash. It must never know what they do.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PartError } from './report.ts';

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment of the child: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** stdout and stderr are appended here. */
  readonly logFile: string;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningProcess {
  readonly pid: number;
  readonly logFile: string;
  readonly ended: Promise<Ended>;
  readonly isRunning: () => boolean;
  /** SIGTERM (or the part's own stop signal), after a grace SIGKILL, to the whole group; resolves when it is gone. */
  readonly stop: () => Promise<void>;
  /** SIGKILL to the whole group: a crash. */
  readonly kill: () => Promise<void>;
}

const GRACE_MS = 5_000;
const HEALTH_POLL_MS = 50;
const TAIL_LINES = 20;
const running = new Set<RunningProcess>();
let guard: ChildProcess | undefined;

/** Signals a whole process group; one that is gone already is no fault. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The guard lives until our end of its pipe closes, however we end. */
function theGuard(): ChildProcess {
  if (guard !== undefined) return guard;
  guard = spawn('sh', [join(import.meta.dirname, 'guard.sh')], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/bin:/bin' },
    cwd: '/',
  });
  guard.unref();
  guard.once('exit', () => {
    guard = undefined;
  });
  guard.stdin?.on('error', (cause) => process.emitWarning(`the guard of child processes is gone: ${cause.message}`));
  (guard.stdin as unknown as { unref(): void }).unref();
  for (const one of running) tellGuard(`+${one.pid}`);
  return guard;
}

process.once('exit', () => {
  for (const one of running) signalGroup(one.pid, 'SIGKILL');
});

const tellGuard = (line: string): boolean => theGuard().stdin?.write(`${line}\n`) ?? false;

/** The log's last lines. */
export const logTail = (logFile: string): string =>
  readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');

/** Ends the group and waits for it: SIGKILL follows when the signal is not obeyed in time. */
async function endGroup(child: RunningProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.isRunning()) {
    signalGroup(child.pid, signal);
    const patience = new AbortController();
    const late = delay(GRACE_MS, 'late', { signal: patience.signal, ref: false }).catch(() => 'in time');
    if ((await Promise.race([child.ended, late])) === 'late') signalGroup(child.pid, 'SIGKILL');
    await child.ended;
    patience.abort();
  }
}

/** Starts a command without waiting for it. `stopSignal` is what it obeys (SIGTERM unless said). */
export async function spawnProcess(
  options: Command & { readonly stopSignal?: NodeJS.Signals },
): Promise<RunningProcess> {
  const { command, args, env, cwd, logFile, stopSignal = 'SIGTERM' } = options;
  theGuard();
  const log = openSync(logFile, 'a');
  const child = spawn(command, args, { env: { ...env }, cwd, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  if (child.pid === undefined) {
    const cause = await new Promise<Error>((done) => child.once('error', done));
    throw new PartError({
      code: 'CommandNotFound',
      message: `${command} could not be started: ${cause.message}`,
      cause,
    });
  }
  const { pid } = child;
  tellGuard(`+${pid}`);
  let over = false;
  const ended = new Promise<Ended>((done) =>
    child.once('exit', (code, signal) => {
      over = true;
      running.delete(self);
      signalGroup(pid, 'SIGKILL');
      tellGuard(`-${pid}`);
      done({ code, signal });
    }),
  );
  const self: RunningProcess = {
    pid,
    logFile,
    ended,
    isRunning: () => !over,
    stop: () => endGroup(self, stopSignal),
    kill: () => endGroup(self, 'SIGKILL'),
  };
  running.add(self);
  return self;
}

/** Runs a command to its end and gives its exit code (128 when a signal ended it). */
export async function runToEnd(command: Command): Promise<number> {
  const child = await spawnProcess(command);
  return (await child.ended).code ?? 128;
}

/**
 * Starts a server and resolves once `healthy` answers true.
 * Throws PartError `PartDidNotStart` with the end of its log when it ends first or is not healthy within `deadlineMs`.
 */
export async function startServer(
  options: Command & {
    readonly name: string;
    readonly healthy: () => Promise<boolean>;
    readonly deadlineMs: number;
    readonly stopSignal?: NodeJS.Signals;
  },
): Promise<RunningProcess> {
  const child = await spawnProcess(options);
  const deadline = performance.now() + options.deadlineMs;
  while (child.isRunning() && performance.now() < deadline) {
    if (await options.healthy()) return child;
    await delay(HEALTH_POLL_MS);
  }
  const what = child.isRunning() ? `was not healthy within ${options.deadlineMs / 1000} s` : 'ended at once';
  await child.kill();
  throw new PartError({
    code: 'PartDidNotStart',
    message: `${options.name} ${what}. The end of ${basename(options.logFile)}:\n${logTail(options.logFile)}`,
  });
}

/** Stops everything that was started here, all at the same time. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((one) => one.stop()));
}
