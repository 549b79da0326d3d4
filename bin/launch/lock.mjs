// A lock between processes of one checkout: a folder that holds the owner's pid. It must never know what is being locked.
// Plain Node 20, no packages: the launchers run before anything is installed.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const POLL_MS = 250;
const UNSIGNED_STALE_MS = 5_000;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** Whether a process of that number runs (one of another user counts too). */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    if (error.code === 'EPERM') return true;
    throw error;
  }
}

const orUndefined = (read) => {
  try {
    return read();
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
};

const makeFolder = (path) => {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
};

/** The pid of the living owner, 0 while the owner has not signed yet, or undefined when the lock is free or stale. */
function owner(lock) {
  const made = orUndefined(() => statSync(lock).mtimeMs);
  if (made === undefined) return undefined;
  const pid = Number(orUndefined(() => readFileSync(join(lock, 'pid'), 'utf8')) ?? 0);
  if (pid > 0) return isAlive(pid) ? pid : undefined;
  return Date.now() - made < UNSIGNED_STALE_MS ? 0 : undefined;
}

/** Removes a lock whose owner is gone; a second folder keeps two breakers from each removing the other's fresh lock. */
function breakStale(lock) {
  const breaker = `${lock}.breaking`;
  if (!makeFolder(breaker)) {
    const made = orUndefined(() => statSync(breaker).mtimeMs) ?? Date.now();
    if (Date.now() - made > UNSIGNED_STALE_MS) rmSync(breaker, { recursive: true, force: true });
    return;
  }
  try {
    if (owner(lock) === undefined) rmSync(lock, { recursive: true, force: true });
  } finally {
    rmSync(breaker, { recursive: true, force: true });
  }
}

/**
 * Runs `work` while this process alone holds the lock folder `lock`; waits for another living owner.
 * `onWait(pid)` is called once when there is somebody to wait for.
 */
export async function whileLocked({ lock, onWait, work }) {
  for (let told = false; !makeFolder(lock); ) {
    const pid = owner(lock);
    if (pid === undefined) {
      breakStale(lock);
    } else if (pid > 0 && !told) {
      told = true;
      onWait(pid);
    }
    await sleep(POLL_MS);
  }
  writeFileSync(join(lock, 'pid'), `${process.pid}`);
  try {
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
