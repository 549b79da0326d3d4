// What somebody declared, read and checked before anything starts. It must never know where it will be issued.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import type { Problem } from '#core/declaration/model.ts';
import { sortProblems } from '#core/declaration/problem.ts';
import { type DeclarationFile, type Declarations, readDeclarations } from '#core/declaration/read.ts';

/** A folder (or one file) of YAML, or texts in memory. */
export type DeclarationInput = { readonly folder: string } | { readonly files: readonly DeclarationFile[] };

export interface Declared extends Declarations {
  /** Zones that exist beside the folder (`zones.json`); undefined: those that its names need. */
  readonly zoneNames: readonly string[] | undefined;
  readonly fileCount: number;
}

/** There is nothing to read, or there are errors and nobody asked for a part: nothing may start. */
export class DeclarationsRefused extends Error {
  override readonly name = 'DeclarationsRefused';
  readonly declared: Declared | undefined;
  constructor(message: string, declared?: Declared) {
    super(message);
    this.declared = declared;
  }
}

const ZONES_FILE = 'zones.json';

/** The zones that a folder says exist, so that a missing one can be shown. */
const zonesBeside = (folder: string): readonly string[] | undefined => {
  const path = join(folder, ZONES_FILE);
  if (!statSync(folder).isDirectory() || !existsSync(path)) return undefined;
  const read = z.array(z.string()).safeParse(JSON.parse(readFileSync(path, 'utf8')));
  return read.success ? read.data : undefined;
};

const readInput = (input: DeclarationInput, clusters: readonly string[]): Declared => {
  if ('files' in input) {
    const read = readDeclarations(input.files, { scope: 'folder', clusters });
    return { ...read, zoneNames: undefined, fileCount: input.files.length };
  }
  const source = readDeclarationFiles(input.folder);
  if ('refusal' in source) throw new DeclarationsRefused(source.refusal);
  const read = readDeclarations(source.files, { scope: 'folder', clusters });
  const problems: readonly Problem[] = sortProblems([...source.problems, ...read.problems]);
  return { ...read, problems, zoneNames: zonesBeside(input.folder), fileCount: source.files.length };
};

/**
 * Reads and checks; `clusters` are the names of those that are delivered to. Throws DeclarationsRefused when there are errors
 * (unless `partial`), or no certificate is left.
 */
export const readDeclared = (
  input: DeclarationInput,
  options: { readonly partial: boolean; readonly clusters?: readonly string[] },
): Declared => {
  const declared = readInput(input, options.clusters ?? []);
  const errors = declared.problems.filter(({ severity }) => severity === 'error').length;
  if (errors > 0 && !options.partial) throw new DeclarationsRefused(`${errors} errors in the declarations`, declared);
  if (declared.catalogue.certificates.length === 0)
    throw new DeclarationsRefused('no Certificate is declared that could be issued', declared);
  return declared;
};
