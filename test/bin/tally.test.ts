// How a run of vitest is counted: nothing that went wrong may look like a pass.
import { describe, expect, it } from 'vitest';
import { closingLine, sum, tallyOf, type VitestReport } from '../../bin/stages/tally.ts';

const report = (changes: Partial<VitestReport>): VitestReport => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 0,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{}] }],
  ...changes,
});
const unloaded = { status: 'failed', assertionResults: [] };

describe('a run', () => {
  it.each([
    ['that passed counts its tests', report({}), 0, { passed: 3, failed: 0, skipped: 0 }],
    ['with a failed test counts it', report({ numFailedTests: 2 }), 1, { passed: 3, failed: 2, skipped: 0 }],
    [
      'with a file that could not be loaded fails',
      report({ testResults: [unloaded] }),
      1,
      { passed: 3, failed: 1, skipped: 0 },
    ],
    ['that failed without a failed test fails', report({}), 1, { passed: 3, failed: 1, skipped: 0 }],
    [
      'that executed no test fails',
      report({ numPassedTests: 0, testResults: [] }),
      0,
      { passed: 0, failed: 1, skipped: 0 },
    ],
    ['without a report fails', undefined, 0, { passed: 0, failed: 1, skipped: 0 }],
    [
      'counts what it skipped and what is to do',
      report({ numPendingTests: 1, numTodoTests: 1 }),
      0,
      { passed: 3, failed: 0, skipped: 2 },
    ],
  ])('%s', (_, given, exitCode, tally) => {
    expect(tallyOf({ report: given, exitCode })).toEqual(tally);
  });
});

describe('the closing line', () => {
  it('sums the stages', () => {
    expect(
      closingLine(
        sum([
          { passed: 3, failed: 0, skipped: 0 },
          { passed: 4, failed: 1, skipped: 0 },
        ]),
      ),
    ).toBe('7 passed, 1 failed');
  });

  it('tells skips', () => {
    expect(closingLine({ passed: 1, failed: 0, skipped: 2 })).toBe('1 passed, 0 failed, 2 skipped');
  });
});
