// How often a stage looks again, as a table.
import { describe, expect, it } from 'vitest';
import { decisionDeadlineMs, pollGapMs, settleGapMs, VALIDATE_CEILING_MS } from '#core/acme/pace.ts';

describe('the gap before the next look', () => {
  it.each([
    { looks: 0, gapMs: 250 },
    { looks: 1, gapMs: 500 },
    { looks: 2, gapMs: 1_000 },
    { looks: 6, gapMs: 10_000 },
    { looks: 1_000, gapMs: 10_000 },
  ])('at an order is $gapMs ms after $looks looks, when the CA does not say', ({ looks, gapMs }) => {
    expect(pollGapMs(looks, undefined)).toBe(gapMs);
  });

  it.each([
    { what: 'three seconds', retryAfterMs: 3_000, gapMs: 3_000 },
    { what: 'zero: a quarter of a second', retryAfterMs: 0, gapMs: 250 },
    { what: 'a date that has passed: a quarter of a second', retryAfterMs: -5_000, gapMs: 250 },
    { what: 'a day: an hour', retryAfterMs: 86_400_000, gapMs: 3_600_000 },
  ])('at an order is what the CA says: $what', ({ retryAfterMs, gapMs }) => {
    expect(pollGapMs(9, retryAfterMs)).toBe(gapMs);
  });

  it('while the CA validates is ten minutes at most, whatever it says', () => {
    expect(pollGapMs(9, 86_400_000, VALIDATE_CEILING_MS)).toBe(600_000);
  });

  it.each([
    { says: undefined, patienceMs: 3_600_000 },
    { says: 10_000, patienceMs: 3_600_000 },
    { says: 86_400_000, patienceMs: 86_400_000 },
  ])('is given up after $patienceMs ms where the CA says $says', ({ says, patienceMs }) => {
    expect(decisionDeadlineMs(says)).toBe(patienceMs);
  });

  it.each([
    { looks: 0, gapMs: 250 },
    { looks: 3, gapMs: 1_500 },
    { looks: 5, gapMs: 10_000 },
    { looks: 50, gapMs: 10_000 },
  ])('at a Route53 change is $gapMs ms after $looks looks', ({ looks, gapMs }) => {
    expect(settleGapMs(looks)).toBe(gapMs);
  });
});
