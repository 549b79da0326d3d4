// The whole fleet at a glance: what is urgent first, how many of which, when they end, and the one line above all.
import { describe, expect, it, test } from 'vitest';
import { countsOfAll, fleetView } from '#core/view/fleet.ts';
import type { FleetView } from '#core/view/model.ts';
import { urgencyOf } from '#core/view/urgency.ts';
import { verdictOf } from '#core/view/verdict.ts';
import { currentWith, day, deliveryWith, failureWith, fleetOf, NOW, rowWith, viewOf } from '#test/support/view.ts';

const named = (name: string, left: number, change: Parameters<typeof rowWith>[0] = {}) =>
  viewOf(rowWith({ current: currentWith(left), renewAt: day(left - 30), ...change }, { name }));

const drift = {
  kind: 'EditedByHand',
  seen: 'v-9',
  message: 'replaced',
  since: day(-1),
  lastSeenAt: day(0),
  occurrence: 1,
} as const;
const stale = deliveryWith({ failure: { code: 'TARGET_STALE', message: 'holds v-0', at: day(-0.5), count: 4 } });

const expired = named('a/expired', -2);
const emergency = named('a/emergency', 2);
const critical = named('a/critical', 11);
const warning = named('a/warning', 20);
const failing = named('a/failing', 60, { failure: failureWith() });
const drifted = named('a/drifted', 60, { drift });
const undelivered = viewOf(rowWith({ current: currentWith(60), renewAt: day(30) }, { name: 'a/undelivered' }), [stale]);
const well = named('a/well', 60);
const all = [well, undelivered, drifted, failing, warning, critical, emergency, expired];

describe('urgency', () => {
  test.each([
    ['what has expired', expired, 'expired'],
    ['what has a tenth of its margin left', emergency, 'emergency'],
    ['what is late beyond six tenths', critical, 'critical'],
    ['what is late beyond three tenths', warning, 'warning'],
    ['what fails in good time', failing, 'failing'],
    ['a secret that somebody has changed', drifted, 'drifted'],
    ['a cluster without it', undelivered, 'not-delivered'],
    ['what is well', well, 'calm'],
    ['what is retired', viewOf(rowWith({ current: currentWith(-2) }, { retiredAt: day(-1) })), 'calm'],
  ])('of %s', (_sentence, view, urgency) => {
    expect(urgencyOf(view)).toBe(urgency);
  });

  it('orders the worst first, then what ends first, and what has nothing at all before that', () => {
    const nothing = viewOf(rowWith({ failure: failureWith() }, { name: 'a/nothing' }));
    const sooner = named('z/sooner', 40, { failure: failureWith() });
    const names = fleetOf([...all, nothing, sooner]).attention.map(({ name }) => name);
    expect(names).toEqual([
      'a/expired',
      'a/emergency',
      'a/critical',
      'a/warning',
      'a/nothing',
      'z/sooner',
      'a/failing',
      'a/drifted',
      'a/undelivered',
    ]);
  });
});

describe('the fleet', () => {
  it('counts what is valid, late, failing and expired', () => {
    const retired = viewOf(rowWith({ current: currentWith(-2) }, { name: 'a/gone', retiredAt: day(-1) }));
    expect(fleetOf([...all, retired]).counts).toEqual({
      managed: 8,
      ready: 7,
      failing: 1,
      overdueWarning: 1,
      overdueCritical: 2,
      expired: 1,
      dueIn24h: 0,
    });
  });

  it('lists so many at most, and says how many more there are', () => {
    const view = fleetOf([...all, named('b/well', 50)], { limits: { attention: 3, others: 1 }, beyond: 10 });
    expect([view.attention.length, view.more]).toEqual([3, 14]);
    expect(view.others.map(({ name }) => name)).toEqual(['b/well']);
  });

  it('has weeks from this Monday on; what has expired stands in the first, what ends late is a number', () => {
    const far = named('c/far', 398);
    const { weeks, later, nextExpiry } = fleetOf([expired, emergency, well, far]);
    expect([weeks[0], weeks.length, later]).toEqual([{ from: '2026-11-23', inTime: 0, late: 2 }, 26, 1]);
    expect(weeks[8]).toEqual({ from: '2027-01-18', inTime: 1, late: 0 });
    expect(nextExpiry).toEqual({ name: 'a/emergency', notAfter: day(2) });
  });
});

/** Of one that is being issued, deployed so many days ago. */
const unswept = (days: number): FleetView => {
  const views = [viewOf(rowWith({}))];
  const facts = { service: 'evercert', now: NOW, sweepPeriodMs: 300_000, clusters: [], lives: [] };
  return fleetView({ ...facts, certificates: views, counts: countsOfAll(views, NOW), deployedAt: new Date(day(days)) });
};

test.each([
  ['all is well', fleetOf([well]), 'well', 'All is well'],
  ['one is on its way', fleetOf([well, viewOf(rowWith({}))]), 'well', 'All is well, 1 being issued'],
  ['nothing is declared', fleetOf([]), 'well', 'Nothing is declared yet'],
  ['one fails in good time', fleetOf([well, failing]), 'attention', '1 needs attention'],
  ['several are late', fleetOf([well, failing, critical]), 'critical', '2 need attention'],
  [
    'the sweep has stopped',
    fleetOf([well], { lastSweep: { completedAt: day(-0.5), durationMs: 1 } }),
    'stopped',
    'Evercert does not sweep: the last sweep was 12 h ago',
  ],
  [
    'the sweep is within two periods and three minutes',
    fleetOf([well], {
      lastSweep: { completedAt: new Date(NOW.getTime() - 13 * 60_000).toISOString(), durationMs: 1 },
    }),
    'well',
    'All is well',
  ],
  [
    'rows have not been counted yet',
    fleetOf([well], {
      counts: {
        managed: 0,
        ready: 0,
        failing: 0,
        overdueWarning: 0,
        overdueCritical: 0,
        expired: 0,
        dueIn24h: 0,
      },
    }),
    'well',
    'Nothing needs attention',
  ],
  ['it was deployed a minute ago', unswept(-1 / 1440), 'well', 'The first sweep is under way, 1 being issued'],
  ['no sweep came', unswept(-0.5), 'stopped', 'Evercert does not sweep: no sweep has completed yet'],
])('when %s, the first line says so', (_sentence, view, tone, text) => {
  expect(verdictOf(view)).toEqual({ tone, text });
});
