// Manifests in a folder of a GitOps repository: files of ours are written, left alone or removed. It must never touch a
// file that does not begin with our mark.
import { lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clusterOfText, KUSTOMIZATION } from '#core/bridge/manifests/text.ts';

export type Change = 'created' | 'changed' | 'unchanged' | 'removed';

export interface FileChange {
  readonly file: string;
  readonly change: Change;
}

/** What is to be done to a folder; `refusals`: nothing may be done, since files of others stand in the way. */
export interface FolderPlan {
  readonly changes: readonly FileChange[];
  readonly refusals: readonly string[];
}

interface Present {
  /** Undefined: no file, but a folder, a link or the like. */
  readonly text: string | undefined;
}

const presentIn = (folder: string): Map<string, Present> => {
  if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return new Map(
    names.map((name) => {
      const path = join(folder, name);
      return [name, { text: lstatSync(path).isFile() ? readFileSync(path, 'utf8') : undefined }];
    }),
  );
};

const refusalOf = (path: string, present: Present | undefined, cluster: string): string[] => {
  if (present === undefined) return [];
  const owner = present.text === undefined ? undefined : clusterOfText(present.text);
  if (owner === cluster) return [];
  return owner === undefined
    ? [`${path} is not a file of evercert manifests: move it away, or choose another folder`]
    : [`${path} belongs to the cluster ${owner}: give each cluster a folder of its own`];
};

/** Compares; writes nothing. Sorted by file. Throws where the folder cannot be read. */
export const planFolder = (folder: string, cluster: string, wanted: ReadonlyMap<string, string>): FolderPlan => {
  const present = presentIn(folder);
  const refusals = [...wanted.keys()].flatMap((name) => refusalOf(join(folder, name), present.get(name), cluster));
  const written = [...wanted].map(([file, text]): FileChange => {
    const before = present.get(file)?.text;
    return { file, change: before === undefined ? 'created' : before === text ? 'unchanged' : 'changed' };
  });
  const removed = [...present]
    .filter(([file, { text }]) => !wanted.has(file) && text !== undefined && clusterOfText(text) === cluster)
    .map(([file]): FileChange => ({ file, change: 'removed' }));
  return { refusals, changes: [...written, ...removed].sort((a, b) => (a.file < b.file ? -1 : 1)) };
};

/** Whole or not at all: beside the file, then in its place. */
const write = (path: string, text: string): void => {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, text);
  renameSync(unfinished, path);
};

/** What the kustomization names is there before it, and what it no longer names goes after it. */
export const carryOut = (folder: string, { changes }: FolderPlan, wanted: ReadonlyMap<string, string>): void => {
  mkdirSync(folder, { recursive: true });
  const [lists, others] = [true, false].map((isList) =>
    changes.filter(({ file }) => (file === KUSTOMIZATION) === isList),
  );
  for (const { file, change } of [...(others ?? []), ...(lists ?? [])])
    if (change === 'created' || change === 'changed') write(join(folder, file), wanted.get(file) ?? '');
  for (const { file, change } of changes) if (change === 'removed') rmSync(join(folder, file));
};
