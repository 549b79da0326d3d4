// A claim between processes of one checkout: a folder that holds the owner's pid; a dead owner's claim is void.
// It must never know what is claimed. (bin/launch/lock.mjs does the same before anything is installed.)
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

export type Claim =
  | { readonly kind: 'claimed'; readonly release: () => void }
  | { readonly kind: 'held'; readonly pid: number };

const UNSIGNED_STALE_MS = 5_000;
const POLL_MS = 200;

const code = (error: unknown): unknown => (error as NodeJS.ErrnoException).code;

/** Whether a process of that number runs (one of another user counts too). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (code(error) === 'ESRCH') return false;
    if (code(error) === 'EPERM') return true;
    throw error;
  }
}

function unlessMissing<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (code(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (code(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The living owner's pid, 0 while it has not signed yet, undefined when the claim is free or void. */
function owner(path: string): number | undefined {
  const made = unlessMissing(() => statSync(path).mtimeMs);
  if (made === undefined) return undefined;
  const pid = Number(unlessMissing(() => readFileSync(join(path, 'pid'), 'utf8')) ?? 0);
  if (pid > 0) return isAlive(pid) ? pid : undefined;
  return Date.now() - made < UNSIGNED_STALE_MS ? 0 : undefined;
}

/** Removes a void claim; a second folder keeps two removers from taking away each other's fresh claim. */
function removeVoid(path: string): void {
  const remover = `${path}.removing`;
  if (!makeFolder(remover)) {
    const made = unlessMissing(() => statSync(remover).mtimeMs) ?? Date.now();
    if (Date.now() - made > UNSIGNED_STALE_MS) rmSync(remover, { recursive: true, force: true });
    return;
  }
  try {
    if (owner(path) === undefined) rmSync(path, { recursive: true, force: true });
  } finally {
    rmSync(remover, { recursive: true, force: true });
  }
}

/** Claims the folder `path` for this process, or says who holds it. */
export function claim(path: string): Claim {
  mkdirSync(dirname(path), { recursive: true });
  for (let tries = 0; tries < 50; tries++) {
    if (makeFolder(path)) {
      writeFileSync(join(path, 'pid'), `${process.pid}`);
      return { kind: 'claimed', release: () => rmSync(path, { recursive: true, force: true }) };
    }
    const pid = owner(path);
    if (pid !== undefined) return { kind: 'held', pid };
    removeVoid(path);
  }
  return { kind: 'held', pid: 0 };
}

/** Runs `work` while this process holds the claim; waits for another owner, and tells once (`onWait`) that it does. */
export async function whileClaimed<T>({
  path,
  onWait,
  work,
}: {
  path: string;
  onWait: (pid: number) => void;
  work: () => Promise<T>;
}): Promise<T> {
  for (let told = false; ; ) {
    const answer = claim(path);
    if (answer.kind === 'claimed') {
      try {
        return await work();
      } finally {
        answer.release();
      }
    }
    if (!told && answer.pid > 0) onWait(answer.pid);
    told ||= answer.pid > 0;
    await delay(POLL_MS);
  }
}
