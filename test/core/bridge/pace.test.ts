// How long a delivery is waited for, and when it is tried again.
import { expect, it } from 'vitest';
import { gapMs, isTold, tryAgainAt } from '#core/bridge/pace.ts';

it('looks are dense while the operator is likely to be at work, and 400 ms apart from then on', () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 99].map(gapMs)).toEqual([50, 50, 100, 100, 200, 200, 400, 400, 400]);
});

it('a failure is tried again after 1, 2, 5 and 15 minutes, then hourly', () => {
  const noon = new Date('2026-11-25T12:00:00.000Z');
  expect([1, 2, 3, 4, 5, 50].map((count) => tryAgainAt(noon, count).toISOString())).toEqual([
    '2026-11-25T12:01:00.000Z',
    '2026-11-25T12:02:00.000Z',
    '2026-11-25T12:05:00.000Z',
    '2026-11-25T12:15:00.000Z',
    '2026-11-25T13:00:00.000Z',
    '2026-11-25T13:00:00.000Z',
  ]);
});

it.each([
  ['a fault that a person must mend is told at once', 'TARGET_STORE', 1, true],
  ['an operator that has not looked yet is not told at the first visit', 'TARGET_NOT_LOOKED', 1, false],
  ['nor a version that has not come yet', 'TARGET_STALE', 1, false],
  ['nor a cluster that does not answer once', 'CLUSTER_UNREACHABLE', 1, false],
  ['what has not passed by the second visit is told', 'TARGET_NOT_LOOKED', 2, true],
])('%s', (_sentence, code, count, told) => {
  expect(isTold({ code, count })).toBe(told);
});
