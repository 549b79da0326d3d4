// `evercert check`: reads, checks, prints. It must never know a rule of declarations.
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import { sortProblems } from '#core/declaration/problem.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { printReport } from './report.ts';

/** Checks a path and prints what was found; returns the exit code: 0 no errors, 1 errors, 2 nothing to check. */
export const check = (path: string, options: { readonly json: boolean }): 0 | 1 | 2 => {
  const source = readDeclarationFiles(path);
  if ('refusal' in source) {
    process.stderr.write(`error: ${source.refusal}\n`);
    return 2;
  }
  const { catalogue, issuers, passedOver, problems } = readDeclarations(source.files, { scope: source.scope });
  const all = sortProblems([...source.problems, ...problems]);
  if (options.json) {
    process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
  } else {
    const accepted = { certificates: catalogue.certificates.length, issuers: issuers.length };
    printReport({ problems: all, passedOver, accepted, files: source.files.length });
  }
  return all.some(({ severity }) => severity === 'error') ? 1 : 0;
};
