// Retry-After, both forms, and what is neither.
import { expect, test } from 'vitest';
import { retryAfter, retryAfterMs } from '#adapters/acme/retry-after.ts';

const now = new Date('2026-11-25T12:00:00Z');

test.each([
  ['120', '2026-11-25T12:02:00.000Z'],
  [' 5 ', '2026-11-25T12:00:05.000Z'],
  ['0', '2026-11-25T12:00:00.000Z'],
  ['Wed, 25 Nov 2026 22:00:00 GMT', '2026-11-25T22:00:00.000Z'],
  ['Wednesday, 25-Nov-26 22:00:00 GMT', '2026-11-25T22:00:00.000Z'],
  ['Tue, 24 Nov 2026 12:00:00 GMT', '2026-11-25T12:00:00.000Z'],
])('reads %j as %s', (header, expected) => {
  expect(retryAfter(header, now)?.toISOString()).toBe(expected);
});

test.each([[undefined], [''], ['-5'], ['1.5'], ['soon'], ['99999999999999'], [['5']]])(
  'makes nothing of %j',
  (header) => {
    expect(retryAfter(header, now)).toBeUndefined();
  },
);

test('gives the span from now', () => {
  expect(retryAfterMs('Wed, 25 Nov 2026 12:00:30 GMT', now)).toBe(30_000);
});
