// The fleet in figures: from what is due, the totals and what fails.
import { describe, expect, it } from 'vitest';
import { fleetFigures } from '#core/health/fleet.ts';
import type { DatedLife } from '#core/health/ports.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
/** Thirty days long, to be renewed ten days before its end. */
const life = (name: string, renewAt: string, more: Partial<DatedLife> = {}): DatedLife => {
  const at = (days: number) => new Date(new Date(renewAt).getTime() + days * 86_400_000).toISOString();
  const dates = { notBefore: at(-20), notAfter: at(10), renewAt };
  return { name, uid: `uid-${name}`, versionId: 'v1', issuer: 'ClusterIssuer/le', ...dates, ...more };
};
const totals = {
  managed: 12,
  issued: 10,
  byIssuer: { 'ClusterIssuer/le': 10, 'Issuer/shop/own': 2 },
  countedAt: '2026-11-25T03:00:00.000Z',
};

const LATE = [
  life('a/expired', '2026-11-15T11:00:00.000Z'),
  life('a/emergency', '2026-11-16T06:00:00.000Z'),
  life('a/critical', '2026-11-19T06:00:00.000Z', { issuer: 'Issuer/shop/own' }),
  life('a/warning', '2026-11-22T06:00:00.000Z'),
  life('a/due', '2026-11-25T11:00:00.000Z'),
  life('a/soon', '2026-11-26T11:00:00.000Z'),
];

describe('the figures of a fleet', () => {
  it('count each certificate once, by how late it is: emergencies are critical, the expired are not ready', () => {
    const figures = fleetFigures({ due: { lives: LATE }, totals, failing: 3 }, now);
    expect(figures).toEqual({
      managed: 12,
      ready: 9,
      failing: 3,
      overdueWarning: 1,
      overdueCritical: 2,
      expired: 1,
      dueIn24h: 2,
      leastRemainingPercent: 0,
      leastRemainingHours: 0,
      oldestOverdueHours: 241,
      countedAt: '2026-11-25T03:00:00.000Z',
      byIssuer: { 'ClusterIssuer/le': { managed: 10, overdue: 3 }, 'Issuer/shop/own': { managed: 2, overdue: 1 } },
    });
  });

  it('tell what has least left from what is due next, where nothing is due within a day', () => {
    const next = life('a/next', '2026-11-30T12:00:00.000Z');
    expect(fleetFigures({ due: { lives: [], next }, totals, failing: 0 }, now)).toMatchObject({
      ready: 10,
      dueIn24h: 0,
      oldestOverdueHours: 0,
      leastRemainingPercent: 50,
      leastRemainingHours: 360,
    });
  });

  it('say nothing of what is left where nothing is current, and nothing of totals that nobody has counted', () => {
    expect(fleetFigures({ due: { lives: [] }, totals: undefined, failing: 0 }, now)).toEqual({
      managed: 0,
      ready: 0,
      failing: 0,
      overdueWarning: 0,
      overdueCritical: 0,
      expired: 0,
      dueIn24h: 0,
      oldestOverdueHours: 0,
      byIssuer: {},
    });
  });
});
