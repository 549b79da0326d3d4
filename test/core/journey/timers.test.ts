// A row's timers: which comes first, and which are due.
import { describe, expect, it } from 'vitest';
import { dueTimers, nextActionAt } from '#core/journey/timers.ts';

const NOON = '2026-11-25T12:00:00.000Z';
const ONE = '2026-11-25T13:00:00.000Z';
const TWO = '2026-11-25T14:00:00.000Z';

describe('the timers of a row', () => {
  it('make it due by the earliest of them, and never without any', () => {
    expect(nextActionAt({ startAt: TWO, ariAt: ONE, checkAt: NOON })).toBe(NOON);
    expect(nextActionAt({ startAt: TWO })).toBe(TWO);
    expect(nextActionAt({})).toBeUndefined();
  });

  it('are due at their instant, the execution first', () => {
    const timers = { startAt: ONE, ariAt: TWO, checkAt: NOON };
    expect(dueTimers(timers, new Date(NOON))).toEqual(['checkAt']);
    expect(dueTimers(timers, new Date(TWO))).toEqual(['startAt', 'ariAt', 'checkAt']);
    expect(dueTimers({}, new Date(TWO))).toEqual([]);
  });
});
