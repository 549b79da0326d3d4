// A finding of drift over its life, and when each row is looked at.
import { describe, expect, it } from 'vitest';
import {
  cleared,
  type Drift,
  type DriftKind,
  drifted,
  nextCheckAt,
  type OnDrift,
  repairOf,
} from '#core/journey/drift.ts';

const NOON = new Date('2026-11-25T12:00:00.000Z');
const NEXT = new Date('2026-11-26T12:00:00.000Z');
const edited = { kind: 'EditedByHand', seen: 'theirs', message: 'edited' } as const;
const first: Drift = {
  ...edited,
  since: '2026-11-25T12:00:00.000Z',
  lastSeenAt: '2026-11-25T12:00:00.000Z',
  occurrence: 1,
  untold: 'new',
};

describe('what is done about a drift', () => {
  it.each<[DriftKind, ReturnType<typeof repairOf>, ReturnType<typeof repairOf>]>([
    ['Deleted', 'reissue', 'reissue'],
    ['ScheduledForDeletion', 'restore', 'restore'],
    ['NoCurrentVersion', 'promote', 'promote'],
    ['PlaceholderCurrent', 'promote', 'promote'],
    ['LabelMoved', undefined, 'promote'],
    ['EditedByHand', undefined, 'promote'],
    ['TagRemoved', undefined, undefined],
    ['KmsKeyChanged', undefined, undefined],
    ['KmsKeyUnusable', undefined, undefined],
  ])('%s: %s without the annotation, %s with repair, and nothing with report', (kind, without, repair) => {
    expect(repairOf(kind, undefined)).toBe(without);
    expect(repairOf(kind, 'repair')).toBe(repair);
    expect(repairOf(kind, 'report')).toBeUndefined();
  });
});

describe('a finding', () => {
  const given = (now: Date, onDrift?: OnDrift) => ({ now, onDrift });

  it('is to be told once, however often it is seen', () => {
    expect(drifted(undefined, edited, given(NOON))).toEqual(first);
    const { untold: _told, ...told } = first;
    expect(drifted(told, edited, given(NEXT))).toEqual({ ...told, lastSeenAt: '2026-11-26T12:00:00.000Z' });
  });

  it('counts on when it is another one, or comes back after it was cleared', () => {
    const { untold: _told, ...told } = first;
    expect(drifted(told, { ...edited, seen: 'others' }, given(NEXT))).toMatchObject({ occurrence: 2, untold: 'new' });
    const mended = cleared(told, NEXT)!;
    expect(mended).toEqual({ ...told, clearedAt: '2026-11-26T12:00:00.000Z' });
    const again = drifted(mended, edited, given(NEXT));
    expect(again).toMatchObject({ occurrence: 2, since: '2026-11-26T12:00:00.000Z', untold: 'new' });
    expect(again.clearedAt).toBeUndefined();
  });

  it('asks for no repair any more once it is cleared, but is still told', () => {
    const asking = drifted(undefined, edited, given(NOON, 'repair'));
    expect(asking.repair).toBe('promote');
    expect(cleared(asking, NEXT)).toEqual({ ...first, clearedAt: '2026-11-26T12:00:00.000Z' });
  });
});

describe('the daily look', () => {
  it('comes at the same time of the day for a name, always ahead', () => {
    const at = nextCheckAt('default/web', NOON);
    expect(at.getTime()).toBeGreaterThan(NOON.getTime());
    expect(at.getTime() - NOON.getTime()).toBeLessThanOrEqual(86_400_000);
    expect(nextCheckAt('default/web', at).getTime() - at.getTime()).toBe(86_400_000);
  });

  it('is spread over the day: no hour has more than twice its share of 2,400 names', () => {
    const hours = Array.from({ length: 24 }, () => 0);
    for (let i = 0; i < 2_400; i++) hours[nextCheckAt(`fleet/site-${i}`, NOON).getUTCHours()]! += 1;
    expect(Math.min(...hours)).toBeGreaterThan(50);
    expect(Math.max(...hours)).toBeLessThan(200);
  });
});
