// From a finding (what is wrong at which path) to a problem (in which file, line and column). It must never know
// the rules that find anything.
import { type Code, DECLARATION_CODES } from './codes.ts';
import type { Problem } from './model.ts';
import { locate, type MapNode, type Path, pathText } from './nodes.ts';

/** What a rule says: pure, without position. `at: 'key'` where the key itself is the mistake. */
export interface Finding {
  readonly code: Code;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
  readonly at?: 'value' | 'key';
  /** Only for codes whose severity is `either`. */
  readonly severity?: 'error' | 'warning';
}

export interface Checked<T> {
  /** Undefined where an error forbids to go on. */
  readonly value: T | undefined;
  readonly findings: readonly Finding[];
}

export const severityOf = (finding: Pick<Finding, 'code' | 'severity'>): 'error' | 'warning' => {
  const { severity } = DECLARATION_CODES[finding.code];
  return severity === 'either' ? (finding.severity ?? 'error') : severity;
};

export const hasErrors = (findings: readonly Finding[]): boolean => findings.some((one) => severityOf(one) === 'error');

export const problemOf = (file: string, root: MapNode, finding: Finding): Problem => ({
  severity: severityOf(finding),
  code: finding.code,
  file,
  ...locate(root, finding.path, finding.at),
  path: pathText(finding.path),
  message: finding.message,
  hint: finding.hint,
});

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** By file, line, column; then by path and code, so that the order is always the same. */
export const sortProblems = (problems: readonly Problem[]): Problem[] =>
  [...problems].sort(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.path, b.path) ||
      compareText(a.code, b.code),
  );
