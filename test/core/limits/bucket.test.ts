// A bucket never lets through more than it may, however requests come.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BucketState, place, refusedUntil, spent, type Take } from '#core/limits/bucket.ts';
import { caFigures, route53Rate, secretsRate, zoneRate } from '#core/limits/figures.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const START = Date.parse('2026-11-25T12:00:00.000Z');

/** The instants (ms after the start) at which requests that come then are let through. */
const letThrough = (take: Take, gaps: readonly number[]): number[] => {
  let state: BucketState = {};
  let at = 0;
  const through: number[] = [];
  for (const gap of gaps) {
    at += gap;
    const now = new Date(START + at);
    if (refusedUntil(take, state, now) !== undefined) continue;
    state = spent(take, state, now);
    through.push(at);
  }
  return through;
};

/** The most that lie in any half-open window of that length. */
const mostIn = (instants: readonly number[], windowMs: number): number =>
  Math.max(0, ...instants.map((from) => instants.filter((at) => at >= from && at < from + windowMs).length));

const LETSENCRYPT = caFigures('https://acme-v02.api.letsencrypt.org/directory');
const quotas = {
  route53PerSecond: 10,
  secretsWritesPerSecond: 50,
  zoneChangesPerSecond: 5,
  privateCaIssuesPerSecond: 25,
};

describe('whatever comes', () => {
  it.each([
    {
      what: 'failed authorizations: three in any hour',
      rate: LETSENCRYPT.failures,
      windowMs: HOUR,
      most: 3,
      upTo: HOUR / 2,
    },
    {
      what: 'orders: 300 and what has come since',
      rate: LETSENCRYPT.orders!,
      windowMs: HOUR,
      most: 400,
      upTo: 9 * SECOND,
    },
    { what: 'Route53: 50 and ten a second', rate: route53Rate(quotas), windowMs: SECOND, most: 60, upTo: 20 },
    { what: 'a zone: 50 and five a second', rate: zoneRate(quotas), windowMs: SECOND, most: 55, upTo: 20 },
    { what: 'Secrets Manager: 50 and 50 a second', rate: secretsRate(quotas), windowMs: SECOND, most: 100, upTo: 8 },
  ])('$what', ({ rate, windowMs, most, upTo }) => {
    const take: Take = { bucket: { id: 'b', words: 'b', rate }, tokens: 1 };
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: upTo }), { minLength: 100, maxLength: 600, size: 'max' }),
        (gaps) => {
          expect(mostIn(letThrough(take, gaps), windowMs)).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('all ten thousand that come at once get places, each its own, at the pace of the bucket', () => {
    const take: Take = { bucket: { id: 'b', words: 'b', rate: LETSENCRYPT.orders! }, tokens: 1 };
    let state: BucketState = {};
    const now = new Date(START);
    let taken = 0;
    const places: number[] = [];
    for (let i = 0; i < 10_000; i++) {
      const from = refusedUntil(take, state, now);
      if (from === undefined) {
        taken++;
        state = spent(take, state, now);
        continue;
      }
      const { at, queueUntil } = place(take, state, from);
      state = { ...state, queueUntil };
      places.push(at.getTime() - START);
    }
    expect(taken).toBe(300);
    expect(places[0]).toBe(36 * SECOND);
    expect(places.at(-1)).toBe(9_700 * 36 * SECOND);
    expect(new Set(places).size).toBe(9_700);
  });
});
