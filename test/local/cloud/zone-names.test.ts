// The zones that a folder's names need.
import { expect, test } from 'vitest';
import { coveringZone, zoneNameOf, zoneNamesOf } from '#local/declarations/zone-names.ts';

test.each([
  ['www.example.com', 'example.com'],
  ['*.example.com', 'example.com'],
  ['a.b.example.co.uk', 'example.co.uk'],
  ['team.github.io', 'team.github.io'],
  ['www.team.github.io', 'team.github.io'],
  ['github.io', 'github.io'],
  ['xn--bcher-kva.example.com', 'example.com'],
])('%s lies in the zone %s', (name, zone) => {
  expect(zoneNameOf(name)).toBe(zone);
});

test('each zone is made once', () => {
  expect(zoneNamesOf(['b.example.net', 'example.com', '*.example.com'])).toEqual(['example.com', 'example.net']);
});

test('the longest zone covers a name, a zone that only ends alike does not', () => {
  expect(coveringZone('*.api.example.com', ['example.com', 'api.example.com'])).toBe('api.example.com');
  expect(coveringZone('notexample.com', ['example.com'])).toBeUndefined();
});
