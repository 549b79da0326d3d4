// `evercert check`: reads, checks, prints. It must never know a rule of declarations.
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { sortProblems } from '#core/declaration/problem.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { Refused } from '#lib/refused.ts';
import { printReport } from './report.ts';
import { readDeployment } from './settings.ts';

export interface CheckOptions {
  readonly json: boolean;
  /** Of a deployment; default: `cdk.json` in the working folder. */
  readonly settings?: string | undefined;
}

/** Checks a path by the settings and prints what was found; returns the exit code: 0 no errors, 1 errors. Throws Refused. */
export const check = (path: string, options: CheckOptions): 0 | 1 => {
  const { settings } = readDeployment({ folder: process.cwd(), file: options.settings });
  const source = readDeclarationFiles(path);
  if ('refusal' in source) throw new Refused(source.refusal);
  const { clusterResourceNamespace, clusters } = settings;
  const { catalogue, issuers, passedOver, problems } = readDeclarations(source.files, {
    scope: source.scope,
    clusterResourceNamespace,
    clusters: clusters.map(({ name }) => name),
  });
  const all = sortProblems([...source.problems, ...problems]);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  } else {
    const accepted = { certificates: catalogue.certificates.length, issuers: issuers.length };
    printReport({ problems: all, passedOver, accepted, files: source.files.length });
  }
  return all.some(({ severity }) => severity === 'error') ? 1 : 0;
};
