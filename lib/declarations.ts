// The folder of declarations, as CDK sees it: catalogue and warnings, or a refusal with every problem at once. It must
// never know a rule (those are in core/declaration), nor how files are read (adapters/declaration-files.ts, as the CLI does).
import { join } from 'node:path';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import type { Catalogue, Problem } from '#core/declaration/model.ts';
import { sortProblems } from '#core/declaration/problem.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { Refused } from './refused.ts';

/** `file:line:column: severity CODE path: message (hint)`. */
export const problemLine = (problem: Problem, place: string): string => {
  const { line, column, severity, code, path, message, hint } = problem;
  const where = path === '' ? '' : ` ${path}:`;
  return `${place}:${line}:${column}: ${severity} ${code}${where} ${message}${hint === '' ? '' : ` (${hint})`}`;
};

export interface LoadedDeclarations {
  readonly catalogue: Catalogue;
  /** One line each, with file, line and column. */
  readonly warnings: readonly string[];
}

/** Reads and checks a folder (or one file) of cert-manager YAML by the settings. Throws Refused: one line for each error, or why nothing could be read. */
export const loadDeclarations = (
  path: string,
  settings: Partial<Pick<ServiceSettings, 'clusterResourceNamespace' | 'clusters'>> = {},
): LoadedDeclarations => {
  const source = readDeclarationFiles(path);
  if ('refusal' in source) throw new Refused(`${source.refusal}; set the folder with -c declarations=<folder>`);
  const { clusterResourceNamespace = 'cert-manager', clusters = [] } = settings;
  const { catalogue, problems } = readDeclarations(source.files, {
    scope: source.scope,
    clusterResourceNamespace,
    clusters: clusters.map(({ name }) => name),
  });
  const all = sortProblems([...source.problems, ...problems]);
  const place = ({ file }: Problem): string => (source.scope === 'folder' ? join(path, file) : path);
  const lines = (severity: Problem['severity']): string[] =>
    all.filter((one) => one.severity === severity).map((one) => problemLine(one, place(one)));
  const errors = lines('error');
  if (errors.length > 0) throw new Refused(errors.join('\n'));
  return { catalogue, warnings: lines('warning') };
};
