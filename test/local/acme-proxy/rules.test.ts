// Which requests a rule strikes, and how often.
import { describe, expect, it } from 'vitest';
import { saidIn } from '#local/acme-proxy/jws.ts';
import { kindOf } from '#local/acme-proxy/kinds.ts';
import { type Asked, type FaultMatch, Faults, retryAfterText } from '#local/acme-proxy/rules.ts';
import { signed } from '#test/support/acme-proxy-stage.ts';

const hang = { kind: 'hang' } as const;
const asked: Asked = { method: 'POST', kind: 'order', path: '/my-order/1', dnsNames: ['a.example.com'] };

describe('a rule', () => {
  it.each<{ match: FaultMatch; strikes: boolean }>([
    { match: {}, strikes: true },
    { match: { kind: 'order' }, strikes: true },
    { match: { kind: 'finalize' }, strikes: false },
    { match: { method: 'GET' }, strikes: false },
    { match: { path: /^\/my-order\// }, strikes: true },
    { match: { path: /^\/authZ\// }, strikes: false },
    { match: { dnsName: 'a.example.com' }, strikes: true },
    { match: { dnsName: 'b.example.com' }, strikes: false },
    { match: { kind: 'order', dnsName: 'b.example.com' }, strikes: false },
  ])('for $match strikes an order of a.example.com: $strikes', ({ match, strikes }) => {
    const faults = new Faults();
    faults.add({ match, fault: hang });
    expect(faults.of(asked)).toEqual(strikes ? hang : undefined);
  });

  it('strikes so often, and only each so-manieth request', () => {
    const faults = new Faults();
    faults.add({ match: { kind: 'order' }, times: 2, every: 3, fault: hang });
    const struck = Array.from({ length: 12 }, () => faults.of(asked) !== undefined);
    expect(struck.map(Number).join('')).toBe('001001000000');
  });

  it('that is used up leaves the request to the next one', () => {
    const faults = new Faults();
    faults.add({ match: {}, times: 1, fault: hang });
    faults.add({ match: {}, fault: { kind: 'truncate' } });
    expect([faults.of(asked)?.kind, faults.of(asked)?.kind]).toEqual(['hang', 'truncate']);
  });

  it('is lifted by its name, or with all others', () => {
    const faults = new Faults();
    faults.add({ match: { dnsName: 'a.example.com' }, fault: hang });
    faults.add({ match: { kind: 'order' }, fault: { kind: 'truncate' } });
    faults.lift('a.example.com');
    expect(faults.of(asked)).toEqual({ kind: 'truncate' });
    faults.lift();
    expect(faults.of(asked)).toBeUndefined();
  });
});

describe('a Retry-After', () => {
  const now = new Date('2026-11-25T12:00:00.000Z');
  it('is written in seconds, or as an HTTP date', () => {
    expect(retryAfterText({ seconds: 122_400, as: 'seconds' }, now)).toBe('122400');
    expect(retryAfterText({ seconds: 122_400, as: 'date' }, now)).toBe('Thu, 26 Nov 2026 22:00:00 GMT');
  });
});

describe('a request', () => {
  it.each([
    ['/dir', 'directory'],
    ['/nonce-plz', 'newNonce'],
    ['/sign-me-up', 'newAccount'],
    ['/order-plz', 'newOrder'],
    ['/my-order/x', 'order'],
    ['/authZ/x', 'authorization'],
    ['/chalZ/x', 'challenge'],
    ['/finalize-order/x', 'finalize'],
    ['/certZ/x', 'certificate'],
    ['/draft-ietf-acme-ari-03/renewalInfo/a.b', 'renewalInfo'],
    ['/revoke-cert', 'other'],
  ] as const)('to %s is one of kind %s', (path, kind) => {
    expect(kindOf(path)).toBe(kind);
  });

  it.each([
    { what: 'no JSON', body: 'hello' },
    { what: 'no JWS', body: '{"a":1}' },
    { what: 'an empty payload', body: '{"payload":""}' },
    { what: 'a payload that is no object', body: '{"payload":"MQ"}' },
  ])('with $what says nothing', ({ body }) => {
    expect(saidIn(body)).toEqual({ dnsNames: [] });
  });

  it('for an order says its names and what it replaces', () => {
    const identifiers = [{ type: 'dns', value: 'A.example.com' }, { type: 'dns' }];
    expect(saidIn(signed({ identifiers, replaces: 'a.b' }))).toEqual({ dnsNames: ['a.example.com'], replaces: 'a.b' });
  });
});
