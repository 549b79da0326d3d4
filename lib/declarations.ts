// The folder of declarations, as CDK sees it: files in, catalogue and warnings out, or a refusal with every problem at
// once. It must never know a rule: those are in core/declaration.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, sep } from 'node:path';
import type { Catalogue, Problem } from '#core/declaration/model.ts';
import { type DeclarationFile, readDeclarations } from '#core/declaration/read.ts';

const YAML = /\.(ya?ml|json)$/i;
const isHidden = (name: string): boolean => name.startsWith('.') || name === 'node_modules';

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !isHidden(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory() || (entry.isSymbolicLink() && statSync(path).isDirectory());
      if (isFolder) return filesBelow(path);
      return YAML.test(entry.name) ? [path] : [];
    });

/** The YAML files of a folder (with sub-folders), or one file; paths relative to the folder, with `/`, in order. */
const readFiles = (path: string): DeclarationFile[] => {
  const read = (file: string, name: string): DeclarationFile => ({ file: name, text: readFileSync(file, 'utf8') });
  if (!statSync(path).isDirectory()) return [read(path, basename(path))];
  return filesBelow(path)
    .map((file) => read(file, relative(path, file).split(sep).join('/')))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
};

/** `file:line:column: severity CODE path: message (hint)`. */
export const problemLine = (folder: string, problem: Problem): string => {
  const { file, line, column, severity, code, path, message, hint } = problem;
  const where = path === '' ? '' : ` ${path}:`;
  return `${join(folder, file)}:${line}:${column}: ${severity} ${code}${where} ${message}${hint === '' ? '' : ` (${hint})`}`;
};

/** The declarations hold errors, or cannot be read; the message has one line a problem. */
export class DeclarationsRefused extends Error {
  override readonly name = 'DeclarationsRefused';
}

export interface LoadedDeclarations {
  readonly catalogue: Catalogue;
  /** One line each, with file, line and column. */
  readonly warnings: readonly string[];
}

/** Reads and checks a folder (or one file) of cert-manager YAML. Throws DeclarationsRefused. */
export const loadDeclarations = (path: string): LoadedDeclarations => {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new DeclarationsRefused(`${path}: no such folder or file; set it with -c declarations=<folder>`);
  const { catalogue, problems } = readDeclarations(readFiles(path), { scope: found.isDirectory() ? 'folder' : 'file' });
  const lines = (severity: Problem['severity']): string[] =>
    problems.filter((one) => one.severity === severity).map((one) => problemLine(path, one));
  const errors = lines('error');
  if (errors.length > 0) throw new DeclarationsRefused(errors.join('\n'));
  return { catalogue, warnings: lines('warning') };
};
