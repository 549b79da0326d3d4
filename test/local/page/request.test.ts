// Who may ask the local page for what.
import { describe, expect, it, test } from 'vitest';
import { asked, pathOf, placeOf, type RequestFacts } from '#local/page/request.ts';

const facts = (change: Partial<RequestFacts>): RequestFacts => ({
  method: 'GET',
  url: '/',
  host: '127.0.0.1:4000',
  origin: undefined,
  site: undefined,
  port: 4000,
  ...change,
});

describe('what is asked for', () => {
  it.each([
    ['/', { kind: 'page', place: { kind: 'fleet' } }],
    ['/?utm=1', { kind: 'page', place: { kind: 'fleet' } }],
    ['/certificates/web/shop', { kind: 'page', place: { kind: 'certificate', name: 'web/shop' } }],
    ['/live.js', { kind: 'file', name: 'live.js' }],
    ['/icon.svg', { kind: 'file', name: 'icon.svg' }],
    ['/events?of=%2F&have=ab', { kind: 'events', place: { kind: 'fleet' }, have: 'ab' }],
    [
      '/events?of=%2Fcertificates%2Fweb%2Fshop',
      { kind: 'events', place: { kind: 'certificate', name: 'web/shop' }, have: '' },
    ],
  ])('%s', (url, expected) => {
    expect(asked(facts({ url }))).toEqual(expected);
  });

  it.each([
    '/certificates',
    '/certificates/web',
    '/certificates/web/shop/',
    '/certificates/a/%ff',
    '/../x',
    '/events',
    '',
  ])('nothing at %j', (url) => {
    expect(asked(facts({ url }))).toMatchObject({ kind: 'refused', status: 404 });
  });

  it.each(['web/shop', 'web/<img src=x>', 'web/a/b', 'web/?#&=', 'web/\u202egnp', 'web/ü'])(
    'a page of its own for %j',
    (name) => {
      expect(placeOf(pathOf({ kind: 'certificate', name }))).toEqual({ kind: 'certificate', name });
    },
  );
});

describe('who is refused', () => {
  test.each(['evil.example', 'evil.example:4000', '127.0.0.1:4001', '127.0.0.1', 'localhost', undefined, '[::1]:4000'])(
    'a request for the host %s, as DNS rebinding makes them',
    (host) => {
      expect(asked(facts({ host }))).toMatchObject({ kind: 'refused', status: 403 });
    },
  );

  test('localhost is not', () => {
    expect(asked(facts({ host: 'localhost:4000' }))).toMatchObject({ kind: 'page' });
  });

  test.each(['PUT', 'DELETE', 'OPTIONS', 'TRACE', ''])('the method %s', (method) => {
    expect(asked(facts({ method }))).toMatchObject({ kind: 'refused', status: 405 });
  });

  const renewal = { method: 'POST', url: '/certificates/web/shop/renew' };

  test('nobody who asks from our own page for a renewal', () => {
    const own = { ...renewal, origin: 'http://127.0.0.1:4000', site: 'same-origin' };
    expect(asked(facts(own))).toEqual({ kind: 'renew', name: 'web/shop' });
  });

  test.each([
    ['its Origin', { origin: 'http://evil.example' }],
    ['an Origin that hides itself', { origin: 'null' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:5000' }],
    ['its fetch metadata', { site: 'cross-site' }],
    ['fetch metadata of the same site', { site: 'same-site' }],
  ])('another site that asks for a renewal, by %s', (_, change) => {
    expect(asked(facts({ ...renewal, ...change }))).toMatchObject({ kind: 'refused', status: 403 });
  });

  test('a POST to anything else', () => {
    expect(asked(facts({ method: 'POST', url: '/' }))).toMatchObject({ kind: 'refused', status: 404 });
    expect(asked(facts({ method: 'POST', url: '/renew' }))).toMatchObject({ kind: 'refused', status: 404 });
  });
});
