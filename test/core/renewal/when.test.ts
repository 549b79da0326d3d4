// When a certificate is renewed, as a table of lifetimes.
import { describe, expect, it } from 'vitest';
import { emergencyMarginMs, type RenewalWish, renewalTime } from '#core/renewal/when.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIVE_MINUTES = 5 * MINUTE;

const renewed = (from: string, to: string, wish: RenewalWish = {}, sweepPeriodMs = FIVE_MINUTES) => {
  const { renewAt, rule } = renewalTime({ notBefore: new Date(from), notAfter: new Date(to) }, wish, sweepPeriodMs);
  return `${renewAt.toISOString()} ${rule}`;
};

describe('without a wish, a certificate is renewed when', () => {
  it.each([
    ['a third is left of 90 days', '2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z', '2026-03-02T00:00:00.000Z'],
    ['a third is left of 64 days', '2026-01-01T00:00:00Z', '2026-03-06T00:00:00Z', '2026-02-12T16:00:00.000Z'],
    ['a third is left of 45 days', '2026-01-01T00:00:00Z', '2026-02-15T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['a third is left of 398 days', '2026-01-01T00:00:00Z', '2027-02-03T00:00:00Z', '2026-09-23T08:00:00.000Z'],
    ['a third is left of ten days', '2026-01-01T00:00:00Z', '2026-01-11T00:00:00Z', '2026-01-07T16:00:00.000Z'],
    ['a half is left of 160 hours', '2026-01-01T00:00:00Z', '2026-01-07T16:00:00Z', '2026-01-04T08:00:00.000Z'],
    ['a half is left of 6 minutes', '2026-01-01T00:00:00Z', '2026-01-01T00:06:00Z', '2026-01-01T00:03:00.000Z'],
  ])('%s', (_what, from, to, expected) => {
    expect(renewed(from, to)).toBe(`${expected} DefaultFraction`);
  });
});

describe('a wish', () => {
  const from = '2026-01-01T00:00:00Z';
  const to = '2026-04-01T00:00:00Z';

  it.each([
    {
      what: 'renewBefore is obeyed',
      wish: { renewBeforeMs: 20 * DAY },
      expected: '2026-03-12T00:00:00.000Z RenewBefore',
    },
    {
      what: 'renewBefore wins over a percentage',
      wish: { renewBeforeMs: 20 * DAY, renewBeforePercentage: 50 },
      expected: '2026-03-12T00:00:00.000Z RenewBefore',
    },
    {
      what: 'renewBefore as long as the lifetime is ignored: it would renew for ever',
      wish: { renewBeforeMs: 90 * DAY },
      expected: '2026-03-02T00:00:00.000Z DefaultFraction',
    },
    {
      what: 'renewBefore longer than the lifetime is ignored, and the percentage taken',
      wish: { renewBeforeMs: 200 * DAY, renewBeforePercentage: 50 },
      expected: '2026-02-15T00:00:00.000Z RenewBeforePercentage',
    },
    {
      what: 'a percentage is what is left of the lifetime',
      wish: { renewBeforePercentage: 10 },
      expected: '2026-03-23T00:00:00.000Z RenewBeforePercentage',
    },
    {
      what: 'a hundred percent is ignored',
      wish: { renewBeforePercentage: 100 },
      expected: '2026-03-02T00:00:00.000Z DefaultFraction',
    },
    {
      what: 'a renewBefore of one hour gives way to the emergency margin, a twentieth of the lifetime',
      wish: { renewBeforeMs: HOUR },
      expected: '2026-03-27T12:00:00.000Z EmergencyMargin',
    },
  ])('$what', ({ wish, expected }) => {
    expect(renewed(from, to, wish)).toBe(expected);
  });
});

describe('the emergency margin is', () => {
  it.each([
    { what: 'a twentieth of 90 days', lifetimeMs: 90 * DAY, sweepPeriodMs: FIVE_MINUTES, marginMs: 108 * HOUR },
    {
      what: 'two periods and ten minutes for 6 hours',
      lifetimeMs: 6 * HOUR,
      sweepPeriodMs: FIVE_MINUTES,
      marginMs: 20 * MINUTE,
    },
    { what: 'two long periods and ten minutes', lifetimeMs: 24 * HOUR, sweepPeriodMs: HOUR, marginMs: 130 * MINUTE },
    { what: 'at most a quarter of 6 minutes', lifetimeMs: 6 * MINUTE, sweepPeriodMs: MINUTE, marginMs: 90_000 },
  ])('$what', ({ lifetimeMs, sweepPeriodMs, marginMs }) => {
    expect(emergencyMarginMs(lifetimeMs, sweepPeriodMs)).toBe(marginMs);
  });
});

describe('the instant', () => {
  it('is a whole second, never later than the wish', () => {
    expect(renewed('2026-01-01T00:00:01Z', '2026-01-01T00:06:00Z')).toBe('2026-01-01T00:03:00.000Z DefaultFraction');
    expect(renewed('2026-01-01T00:00:00Z', '2026-01-01T00:06:01Z')).toBe('2026-01-01T00:03:00.000Z DefaultFraction');
  });
});
