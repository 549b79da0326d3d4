// Counts what a run of vitest did, from its JSON report. It must never know how the run was started.
import { existsSync, readFileSync } from 'node:fs';

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** vitest's JSON report, as far as it is read here. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/**
 * The tally of one run; a file that could not be loaded counts as one failure, and so does a run that failed
 * (`exitCode`) without a failed test, or that executed none.
 */
export function tallyOf({ report, exitCode }: { report: VitestReport | undefined; exitCode: number }): Tally {
  if (report === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const unloaded = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  const passed = report.numPassedTests;
  const known = report.numFailedTests + unloaded.length;
  const silent = known === 0 && (exitCode !== 0 || passed === 0) ? 1 : 0;
  return { passed, failed: known + silent, skipped: report.numPendingTests + report.numTodoTests };
}

export const sum = (tallies: readonly Tally[]): Tally =>
  tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: all.failed + one.failed,
      skipped: all.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );

/** The closing line: `N passed, N failed`, and `, N skipped` where there are any. */
export const closingLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

export const readReport = (path: string): VitestReport | undefined =>
  existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
