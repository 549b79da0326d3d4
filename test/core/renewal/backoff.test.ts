// When a failed attempt is tried again, as a table.
import { describe, expect, it } from 'vitest';
import { type Failed, retryAt } from '#core/renewal/backoff.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const at = (failed: Omit<Failed, 'now'>): string => retryAt({ ...failed, now }).toISOString();
const left = (hours: number): Date => new Date(now.getTime() + hours * 3_600_000);

describe('a first issue that failed is tried again', () => {
  it.each([
    { count: 1, expected: '2026-11-25T12:01:00.000Z' },
    { count: 2, expected: '2026-11-25T12:10:00.000Z' },
    { count: 3, expected: '2026-11-25T13:40:00.000Z' },
    { count: 4, expected: '2026-11-26T12:00:00.000Z' },
    { count: 50, expected: '2026-11-26T12:00:00.000Z' },
  ])('after failure $count at $expected', ({ count, expected }) => {
    expect(at({ class: 'step', count })).toBe(expected);
  });

  it('once a day where a person must act', () => {
    expect(at({ class: 'human', count: 1 })).toBe('2026-11-26T12:00:00.000Z');
  });
});

describe('a renewal that failed is tried again', () => {
  it.each([
    { what: 'daily while weeks are left', count: 4, hours: 30 * 24, expected: '2026-11-26T12:00:00.000Z' },
    { what: 'after an eighth of what is left', count: 4, hours: 16, expected: '2026-11-25T14:00:00.000Z' },
    { what: 'never under ten minutes', count: 9, hours: 1, expected: '2026-11-25T12:10:00.000Z' },
    { what: 'every ten minutes once it has expired', count: 9, hours: -5, expected: '2026-11-25T12:10:00.000Z' },
    {
      what: 'after a minute the first time, however little is left',
      count: 1,
      hours: 1,
      expected: '2026-11-25T12:01:00.000Z',
    },
    {
      what: 'after an eighth where the third step would be longer',
      count: 3,
      hours: 4,
      expected: '2026-11-25T12:30:00.000Z',
    },
  ])('$what', ({ count, hours, expected }) => {
    expect(at({ class: 'step', count, notAfter: left(hours) })).toBe(expected);
  });

  it('after an eighth of what is left where a person must act and little is left', () => {
    expect(at({ class: 'human', count: 1, notAfter: left(8) })).toBe('2026-11-25T13:00:00.000Z');
  });
});

describe('what the other side allows', () => {
  it('is waited for where it is later', () => {
    expect(at({ class: 'step', count: 1, allowedAt: left(3) })).toBe('2026-11-25T15:00:00.000Z');
  });

  it('changes nothing where it is sooner', () => {
    expect(at({ class: 'step', count: 4, allowedAt: left(1) })).toBe('2026-11-26T12:00:00.000Z');
  });
});
