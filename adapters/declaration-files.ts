// Declarations from the file system: *.yaml, *.yml and *.json of a folder and its sub-folders, as text. It must never
// know what stands in them.
import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Problem } from '#core/declaration/model.ts';
import type { DeclarationFile } from '#core/declaration/read.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/** What was found under a path: `scope` is `folder` where a folder was read, and a missing issuer is then an error. */
export interface DeclarationSource {
  readonly scope: 'folder' | 'file';
  /** Sorted by `file`, which is relative to the folder, with `/`. */
  readonly files: readonly DeclarationFile[];
  /** One problem for each file or folder that could not be read. */
  readonly problems: readonly Problem[];
}

/** Why nothing was read at all: the path itself is wrong. */
export interface PathRefusal {
  readonly refusal: string;
}

interface Walk {
  readonly files: DeclarationFile[];
  readonly problems: Problem[];
  /** Real paths of the folders that are open: a link back to one of them is a loop. */
  readonly open: Set<string>;
}

const unreadable = (file: string, message: string, code = 'FILE_UNREADABLE'): Problem => ({
  severity: 'error',
  code,
  file,
  line: 1,
  column: 1,
  path: '',
  message,
  hint: code === 'FILE_UNREADABLE' ? 'make it readable UTF-8 text, or remove it' : 'split the file',
});

const why = (cause: unknown): string =>
  cause instanceof Error ? cause.message.replace(/, \w+ '.*'$/, '') : String(cause);

const readOne = (path: string, file: string, walk: Walk): void => {
  try {
    const { size } = statSync(path);
    if (size > MAX_BYTES) {
      walk.problems.push(unreadable(file, 'the file is larger than 32 MiB', 'FILE_TOO_LARGE'));
      return;
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path));
    walk.files.push({ file, text });
  } catch (cause) {
    const message =
      cause instanceof TypeError ? 'the file is not UTF-8 text' : `the file cannot be read: ${why(cause)}`;
    walk.problems.push(unreadable(file, message));
  }
};

const entriesOf = (path: string, file: string, walk: Walk): Dirent[] => {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    walk.problems.push(unreadable(file || '.', `the folder cannot be read: ${why(cause)}`));
    return [];
  }
};

const typeOf = (path: string, entry: Dirent): 'file' | 'folder' | 'other' => {
  if (!entry.isSymbolicLink()) return entry.isDirectory() ? 'folder' : entry.isFile() ? 'file' : 'other';
  const target = statSync(path, { throwIfNoEntry: false });
  if (target === undefined) return 'file';
  return target.isDirectory() ? 'folder' : target.isFile() ? 'file' : 'other';
};

const readInto = (path: string, prefix: string, walk: Walk): void => {
  const real = realpathSync(path);
  if (walk.open.has(real)) return;
  walk.open.add(real);
  for (const entry of entriesOf(path, prefix, walk)) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const child = join(path, entry.name);
    const file = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    const type = typeOf(child, entry);
    if (type === 'folder') readInto(child, file, walk);
    else if (type === 'file' && /\.(ya?ml|json)$/i.test(entry.name)) readOne(child, file, walk);
  }
  walk.open.delete(real);
};

const byFile = (a: { file: string }, b: { file: string }): number => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0);

/**
 * Reads a folder (recursively; hidden folders and node_modules are left out) or a single file. A path that is not
 * there, or holds no YAML, is a refusal; what cannot be read inside it is a problem beside the rest.
 */
export const readDeclarationFiles = (path: string): DeclarationSource | PathRefusal => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { refusal: `there is no file or folder "${path}"` };
  const walk: Walk = { files: [], problems: [], open: new Set() };
  if (found.isDirectory()) readInto(path, '', walk);
  else readOne(path, basename(path), walk);
  if (walk.files.length === 0 && walk.problems.length === 0) {
    return { refusal: `there is no YAML file (*.yaml, *.yml, *.json) in "${path}"` };
  }
  return { scope: found.isDirectory() ? 'folder' : 'file', files: walk.files.sort(byFile), problems: walk.problems };
};
