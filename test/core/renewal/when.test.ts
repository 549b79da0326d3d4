// When a certificate is renewed, as tables: lifetimes, wishes, what the CA says, what postpones, and what overrides.
import { describe, expect, it } from 'vitest';
import type { RenewalInfo } from '#core/journey/row.ts';
import { shareOf } from '#core/renewal/share.ts';
import { emergencyMarginMs, type RenewalLook, type RenewalWish, renewalOf, spreadMs } from '#core/renewal/when.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIVE_MINUTES = 5 * MINUTE;
const BEGIN = new Date('2026-01-01T00:00:00Z');
const NINETY_DAYS = new Date('2026-04-01T00:00:00Z');

/** A leaf: it is renewed 16 h 26 min 23 s before its fellows of 90 days that have no share, 43 min 19 s after a two-hour window opens. */
const LEAF = '71';
const info = (start: string, end: string, more: Partial<RenewalInfo> = {}): RenewalInfo => ({
  certId: 'a.b',
  window: { start, end },
  chosenAt: start,
  checkedAt: '2026-01-01T01:00:00.000Z',
  pollAt: '2026-01-01T07:00:00.000Z',
  ...more,
});

const look = (more: Partial<RenewalLook> = {}): RenewalLook => ({
  notBefore: BEGIN,
  notAfter: NINETY_DAYS,
  fingerprint: LEAF,
  wish: {},
  sweepPeriodMs: FIVE_MINUTES,
  now: BEGIN,
  ...more,
});
/** Instant without the spread, and the rule. */
const renewed = (more: Partial<RenewalLook> = {}): string => {
  const subject = look(more);
  const { renewAt, rule } = renewalOf(subject);
  return `${new Date(Math.ceil((renewAt.getTime() + spreadMs(subject)) / 1000) * 1000).toISOString()} ${rule}`;
};
const at = (more: Partial<RenewalLook>): string => {
  const { renewAt, rule } = renewalOf(look(more));
  return `${renewAt.toISOString()} ${rule}`;
};

describe('without a wish, a certificate is renewed when', () => {
  it.each([
    ['a third is left of 90 days', '2026-04-01T00:00:00Z', '2026-03-02T00:00:00.000Z'],
    ['a third is left of 64 days', '2026-03-06T00:00:00Z', '2026-02-12T16:00:00.000Z'],
    ['a third is left of 45 days', '2026-02-15T00:00:00Z', '2026-01-31T00:00:00.000Z'],
    ['a third is left of 398 days', '2027-02-03T00:00:00Z', '2026-09-23T08:00:00.000Z'],
    ['a third is left of ten days', '2026-01-11T00:00:00Z', '2026-01-07T16:00:00.000Z'],
    ['a half is left of 160 hours', '2026-01-07T16:00:00Z', '2026-01-04T08:00:00.000Z'],
    ['a half is left of 6 minutes', '2026-01-01T00:06:00Z', '2026-01-01T00:03:00.000Z'],
  ])('%s', (_what, to, expected) => {
    expect(renewed({ notAfter: new Date(to) })).toBe(`${expected} DefaultFraction`);
  });
});

describe('a wish', () => {
  const WISHES: readonly { what: string; wish: RenewalWish; expected: string }[] = [
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
  ];
  it.each(WISHES)('$what', ({ wish, expected }) => {
    expect(renewed({ wish })).toBe(expected);
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

describe('what the CA says', () => {
  const PAST = info('2026-01-05T09:00:00.000Z', '2026-01-05T09:30:00.000Z', {
    isPast: true,
    chosenAt: '2026-01-05T10:00:00.000Z',
  });

  it.each([
    {
      what: 'wins over renewBefore',
      info: info('2026-03-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z', { chosenAt: '2026-03-02T07:08:09.000Z' }),
      wish: { renewBeforeMs: 5 * DAY },
      expected: '2026-03-02T07:08:09.000Z AriWindow',
    },
    {
      what: 'is too late behind the emergency margin',
      info: info('2026-03-30T00:00:00.000Z', '2026-03-31T00:00:00.000Z'),
      wish: {},
      expected: '2026-03-26T19:33:37.000Z EmergencyMargin',
    },
    {
      what: 'of a window that was past when it was told means now',
      info: PAST,
      wish: {},
      expected: '2026-01-05T10:00:00.000Z AriWindowPassed',
    },
    {
      what: 'of such a window is obeyed whatever renewal.policy and renewal.windows say',
      info: PAST,
      wish: { renewal: { policy: 'Disabled', windows: [{ cron: '0 2 * * 0', durationMs: HOUR, timeZone: 'UTC' }] } },
      expected: '2026-01-05T10:00:00.000Z AriWindowPassed',
    },
  ] as const)('$what', ({ info: said, wish, expected }) => {
    expect(at({ info: said, wish })).toBe(expected);
  });

  it('counts for nothing where it gave no window', () => {
    const { window: _none, chosenAt: _neither, ...empty } = info('', '');
    expect(renewed({ info: { ...empty, lastError: 'CA_UNREACHABLE' } })).toBe(
      '2026-03-02T00:00:00.000Z DefaultFraction',
    );
  });
});

describe('renewal.policy Disabled', () => {
  it.each([
    { what: 'waits until the emergency margin', more: {}, expected: '2026-03-27T12:00:00.000Z EmergencyMargin' },
    {
      what: "also against the CA's window",
      more: { info: info('2026-03-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z') },
      expected: '2026-03-27T12:00:00.000Z EmergencyMargin',
    },
  ])('$what', ({ more, expected }) => {
    expect(renewed({ ...more, wish: { renewal: { policy: 'Disabled', windows: [] } } })).toBe(expected);
  });
});

describe('renewal.windows', () => {
  const nightly = { cron: '0 2 * * *', durationMs: 2 * HOUR, timeZone: 'UTC' };
  const sundays = { cron: '0 3 * * 0', durationMs: 4 * HOUR, timeZone: 'Europe/Berlin' };
  const CHOSEN = info('2026-03-01T00:00:00.000Z', '2026-03-03T00:00:00.000Z', { chosenAt: '2026-03-01T12:00:00.000Z' });
  const NARROW = info('2026-03-01T01:00:00.000Z', '2026-03-01T13:00:00.000Z', { chosenAt: '2026-03-01T12:00:00.000Z' });
  const opens = (windows: readonly (typeof nightly)[], more: Partial<RenewalLook> = {}) =>
    at({ info: CHOSEN, wish: { renewal: { policy: 'RenewBefore', windows } }, ...more });

  it('spread what waits for an opening over its first half', () => {
    expect(opens([nightly])).toBe('2026-03-02T02:43:19.000Z MaintenanceWindow');
  });

  it('leave alone what falls into an opening', () => {
    expect(opens([{ ...nightly, cron: '0 11 * * *' }])).toBe('2026-03-01T12:00:00.000Z AriWindow');
  });

  it('are a choice: the first that opens is taken', () => {
    expect(opens([sundays, nightly])).toMatch(/^2026-03-02T02:/);
  });

  it("prefer an opening inside the CA's window to one after it", () => {
    expect(opens([nightly], { info: NARROW })).toMatch(/^2026-03-01T02:.* MaintenanceWindow$/);
    expect(opens([sundays], { info: NARROW })).toMatch(/^2026-03-01T03:.* MaintenanceWindow$/);
  });

  it('go by the clocks of their zone: 3 o’clock in Berlin is 2 in winter and 1 in summer', () => {
    const later = { notBefore: new Date('2026-02-15T00:00:00Z'), notAfter: new Date('2026-05-16T00:00:00Z') };
    const april = info('2026-03-31T00:00:00.000Z', '2026-04-01T00:00:00.000Z');
    expect(opens([sundays], { ...later, info: april })).toMatch(/^2026-04-05T0[12]:/);
    expect(opens([{ ...sundays, durationMs: MINUTE }], { ...later, info: april })).toMatch(/^2026-04-05T01:00:/);
    const monday = info('2026-03-02T00:00:00.000Z', '2026-03-03T00:00:00.000Z');
    expect(opens([{ ...sundays, durationMs: MINUTE }], { info: monday })).toMatch(/^2026-03-08T02:00:/);
  });

  it.each([
    { what: 'that open too late', cron: '0 2 31 3 *' },
    { what: 'that never open', cron: '0 2 31 2 *' },
  ])('$what do not postpone past the emergency margin', ({ cron }) => {
    expect(opens([{ ...nightly, cron }])).toBe('2026-03-26T19:33:37.000Z EmergencyMargin');
  });

  it.each([
    { what: 'is due while one is open', now: '2026-03-02T03:30:00Z', due: true },
    { what: 'waits for the next when the last has closed', now: '2026-03-02T04:00:00Z', due: false },
    { what: 'is due in the next', now: '2026-03-03T03:00:00Z', due: true },
    { what: 'is due at the emergency margin, open or not', now: '2026-03-27T12:00:00Z', due: true },
  ])('what was not renewed in time $what', ({ now, due }) => {
    const moment = new Date(now);
    const subject = look({
      info: CHOSEN,
      wish: { renewal: { policy: 'RenewBefore', windows: [nightly] } },
      now: moment,
    });
    expect(renewalOf(subject).renewAt <= moment).toBe(due);
  });
});

describe('what is issued together', () => {
  it('is renewed over a hundredth of its lifetime, a day at most, and never later than wished', () => {
    const instants = Array.from({ length: 200 }, (_, i) =>
      renewalOf(look({ fingerprint: `leaf ${i}` })).renewAt.getTime(),
    );
    const wished = new Date('2026-03-02T00:00:00Z').getTime();
    expect(Math.max(...instants)).toBeLessThanOrEqual(wished);
    expect(Math.min(...instants)).toBeGreaterThan(wished - 0.9 * DAY);
    const hours = new Map<number, number>();
    for (const instant of instants)
      hours.set(Math.floor(instant / HOUR), (hours.get(Math.floor(instant / HOUR)) ?? 0) + 1);
    expect(hours.size).toBeGreaterThanOrEqual(21);
    expect(Math.max(...hours.values())).toBeLessThan(25);
  });

  it('keeps its instant: the same leaf gives the same share', () => {
    expect(shareOf(LEAF, 'renewal')).toBe(shareOf(LEAF, 'renewal'));
    expect(shareOf(LEAF, 'renewal')).not.toBe(shareOf(LEAF, 'ari'));
  });
});

describe('the instant', () => {
  it('is a whole second and comes with its reason in words', () => {
    expect(renewalOf(look({ notAfter: new Date('2026-01-01T00:06:01Z') }))).toEqual({
      renewAt: new Date('2026-01-01T00:02:57.000Z'),
      rule: 'DefaultFraction',
      why: 'half of its lifetime is left',
    });
  });
});
