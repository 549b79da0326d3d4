// What a watch of Secrets makes of the API's events.
import { expect, it } from 'vitest';
import type { ApiEvent } from '#local/cluster/api-watch.ts';
import { type HeldSecret, noted } from '#local/cluster/secret-watch.ts';

const VERSION = 'evercert.dev/version-id';
const at = (second: number): Date => new Date(Date.UTC(2026, 10, 25, 8, 0, second));

const event = (type: ApiEvent['type'], crt: string, annotations: Record<string, string> = {}): ApiEvent => ({
  type,
  object: {
    type: 'kubernetes.io/tls',
    metadata: { namespace: 'shop', name: 'web-tls', annotations },
    data: { 'tls.crt': Buffer.from(crt).toString('base64') },
  },
});

const after = (...events: readonly (readonly [number, ApiEvent])[]): HeldSecret | undefined => {
  const known = new Map<string, HeldSecret>();
  for (const [second, one] of events) noted(known, one, { now: at(second), versionAnnotation: VERSION });
  return known.get('shop/web-tls');
};

it('a Secret is known by its decoded data, since it was seen first', () => {
  expect(after([1, event('ADDED', 'first')])).toEqual({
    type: 'kubernetes.io/tls',
    data: { 'tls.crt': 'first' },
    annotations: {},
    since: at(1),
  });
});

it('changed data counts from the change', () => {
  expect(after([1, event('ADDED', 'first')], [2, event('MODIFIED', 'second')])?.since).toEqual(at(2));
});

it('a version rendered anew with the same data counts from its own annotation', () => {
  const renewed = event('MODIFIED', 'same', { [VERSION]: 'v2' });
  expect(after([1, event('ADDED', 'same', { [VERSION]: 'v1' })], [2, renewed])?.since).toEqual(at(2));
});

it('another annotation, or all told anew after a pause, changes no time', () => {
  const told = event('ADDED', 'first', { 'example.com/other': 'x' });
  expect(after([1, event('ADDED', 'first')], [9, told])?.since).toEqual(at(1));
});

it('a deleted Secret is not there', () => {
  expect(after([1, event('ADDED', 'first')], [2, event('DELETED', 'first')])).toBeUndefined();
});
