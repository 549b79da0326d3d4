// The ignored folder and what lies where in it. It must never know what the files say.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Claim, claim, isAlive } from './claim.ts';

export interface Folders {
  /** What was installed or built; kept between starts. */
  readonly parts: string;
  /** One folder per running process. */
  readonly runs: string;
  /** The handlers' bundles. */
  readonly bundles: string;
  /** The emulator's data of `--keep`. */
  readonly kept: string;
}

export const ignoredFolder = (root: string): string => join(root, '.evercert');

/** The layout under `<root>/.evercert`; makes the folders. */
export function projectFolders(root: string): Folders {
  const at = (name: string): string => join(ignoredFolder(root), name);
  const folders: Folders = { parts: at('parts'), runs: at('run'), bundles: at('bundles'), kept: at('kept') };
  for (const path of [folders.parts, folders.runs, folders.bundles]) mkdirSync(path, { recursive: true });
  return folders;
}

/** Removes the run folders of processes that are gone. */
export function sweepRuns(folders: Folders): void {
  for (const name of readdirSync(folders.runs)) {
    const pid = Number.parseInt(name, 10);
    if (pid > 0 && !isAlive(pid)) rmSync(join(folders.runs, name), { recursive: true, force: true });
  }
}

const BUNDLE_LIFE_MS = 24 * 3_600_000;

/** Removes bundles of yesterday: each start makes its own, because the catalogue in it names that start's ports. */
export function sweepBundles(folders: Folders, now: Date): void {
  for (const name of readdirSync(folders.bundles)) {
    const path = join(folders.bundles, name);
    const made = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Number.POSITIVE_INFINITY;
    if (now.getTime() - made > BUNDLE_LIFE_MS) rmSync(path, { recursive: true, force: true });
  }
}

/** This process's own empty folder `.evercert/run/<pid>[-<name>]`; what dead processes left is removed first. */
export function makeRunFolder({ root, name }: { root: string; name?: string }): string {
  const folders = projectFolders(root);
  sweepRuns(folders);
  sweepBundles(folders, new Date());
  const path = join(folders.runs, name === undefined ? `${process.pid}` : `${process.pid}-${name}`);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  return path;
}

/** One local cloud per checkout: claims the place, or says which process has it. */
export const claimInstance = (root: string): Claim => claim(join(ignoredFolder(root), 'local-cloud.lock'));
