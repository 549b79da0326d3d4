// Which limits an order touches, and what a refusal teaches: tables of literals.

import { describe, expect, it } from 'vitest';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { EvercertError } from '#core/errors.ts';
import { blockedUntil, busyZoneUntil, limitOf } from '#core/limits/learned.ts';
import { type OrderKind, orderTakes, registeredDomain } from '#core/limits/order-takes.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const LETSENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';
const ACCOUNT = 'https://acme-v02.api.letsencrypt.org/acme/acct/1';
const quotas = {
  route53PerSecond: 10,
  secretsWritesPerSecond: 50,
  zoneChangesPerSecond: 5,
  privateCaIssuesPerSecond: 25,
};

const declared = (server: string, dnsNames: readonly string[]): DeclaredCertificate => {
  const one = declaredCertificate({ name: 'shop/web' });
  const issuer = { ...one.issuer, type: 'acme' as const, acme: { ...acmeOf(one.issuer), server } };
  return { ...one, issuer, certificate: { ...one.certificate, dnsNames } };
};

const taken = (server: string, kind: OrderKind, dnsNames: readonly string[]) =>
  orderTakes({ declared: declared(server, dnsNames), accountUrl: ACCOUNT, kind, quotas, zoneIds: ['Z1COM'] }).map(
    ({ bucket, tokens }) => `${tokens} ${bucket.words}${bucket.rate ? ` ${bucket.rate.capacity}` : ''}`,
  );

const AWS = ['4 calls to Route53 (own) 50', '2 changes of the hosted zone Z1COM 50', '5 writes to Secrets Manager 50'];
const AT = 'at acme-v02.api.letsencrypt.org';

describe('the limits of an order at Let’s Encrypt', () => {
  const names = ['shop.example.com', '*.shop.example.com', 'example.co.uk'];

  it.each([
    {
      kind: 'new' as const,
      expected: [
        `1 new orders ${AT} 300`,
        `1 new certificates for example.com ${AT} 50`,
        `1 new certificates for example.co.uk ${AT} 50`,
        `1 certificates for exactly these names ${AT} 5`,
      ],
    },
    { kind: 'same' as const, expected: [`1 certificates for exactly these names ${AT} 5`] },
    { kind: 'ari' as const, expected: [] },
  ])('of kind $kind', ({ kind, expected }) => {
    expect(taken(LETSENCRYPT, kind, names)).toEqual([
      ...expected,
      `0 failed authorizations of shop.example.com ${AT} 3`,
      `0 failed authorizations of example.co.uk ${AT} 3`,
      ...AWS,
    ]);
  });
});

describe('the limits of an order elsewhere', () => {
  it('are those of staging, where failures have more room', () => {
    expect(taken('https://acme-staging-v02.api.letsencrypt.org/directory', 'new', ['a.example.com'])).toEqual([
      '1 new orders at acme-staging-v02.api.letsencrypt.org 1500',
      '1 new certificates for example.com at acme-staging-v02.api.letsencrypt.org',
      '1 certificates for exactly these names at acme-staging-v02.api.letsencrypt.org',
      '0 failed authorizations of a.example.com at acme-staging-v02.api.letsencrypt.org 60',
      ...AWS,
    ]);
  });

  it('are only learned ones at a CA that nobody knows, beside our own bound on failures', () => {
    expect(taken('https://ca.corp.example:9000/acme/directory', 'new', ['a.example.com'])).toEqual([
      '1 new orders at ca.corp.example:9000',
      '1 new certificates for example.com at ca.corp.example:9000',
      '1 certificates for exactly these names at ca.corp.example:9000',
      '0 failed authorizations of a.example.com at ca.corp.example:9000 3',
      ...AWS,
    ]);
  });
});

describe('the limits of zones', () => {
  it('are one for each zone that values go into, whatever the CA', () => {
    const asked = { declared: declared(LETSENCRYPT, ['a.example.com', 'b.example.org']), accountUrl: ACCOUNT };
    const takes = orderTakes({ ...asked, kind: 'ari', quotas, zoneIds: ['Z1COM', 'Z2ORG', 'Z1COM'] });
    expect(takes.filter(({ bucket: { id } }) => id.startsWith('zone#'))).toEqual(
      ['Z1COM', 'Z2ORG'].map((id) => ({
        bucket: {
          id: `zone#${id}`,
          words: `changes of the hosted zone ${id}`,
          rate: { capacity: 50, msPerToken: 200 },
        },
        tokens: 2,
      })),
    );
  });

  it.each([
    ['DNS_UNAVAILABLE', 'failed: PriorRequestNotComplete: a change is under way', '2026-11-25T12:00:30.000Z'],
    ['DNS_UNAVAILABLE', 'failed: ThrottlingException: Rate exceeded', '2026-11-25T12:00:30.000Z'],
    ['DNS_UNAVAILABLE', 'failed: ECONNRESET', undefined],
    ['DNS_DENIED', 'Throttling may not be', undefined],
  ] as const)('are learned from %s (%s): not before %s', (code, words, expected) => {
    const now = new Date('2026-11-25T12:00:00.000Z');
    expect(busyZoneUntil(new EvercertError(code, words), now)?.toISOString()).toBe(expected);
  });
});

describe('the registered domain', () => {
  it.each([
    ['*.a.b.example.com', 'example.com'],
    ['shop.example.co.uk', 'example.co.uk'],
    ['me.github.io', 'me.github.io'],
    ['a.b.internal', 'b.internal'],
    ['localhost', 'localhost'],
  ])('of %s is %s', (name, expected) => {
    expect(registeredDomain(name)).toBe(expected);
  });
});

describe('a refusal', () => {
  const told = (detail: string, retryAt?: Date) =>
    new EvercertError('CA_RATE_LIMITED', detail, { detail: { problem: { detail }, ...(retryAt ? { retryAt } : {}) } });
  const about = { declared: declared(LETSENCRYPT, ['shop.example.com']), accountUrl: ACCOUNT };

  it.each([
    ['too many new orders (300) from this account in the last 3h0m0s, retry after …', `new orders ${AT}`],
    [
      'too many certificates (50) already issued for "example.com" in the last 168h0m0s, retry after …',
      `new certificates for example.com ${AT}`,
    ],
    [
      'too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s',
      `certificates for exactly these names ${AT}`,
    ],
    [
      'too many failed authorizations (5) for "shop.example.com" in the last 1h0m0s',
      `failed authorizations of shop.example.com ${AT}`,
    ],
    ['slow down', `certificates for exactly these names ${AT}`],
  ])('%s blocks: %s', (words, expected) => {
    expect(limitOf(told(words), about).words).toBe(expected);
  });

  it('is kept to for seven days at most', () => {
    const now = new Date('2026-11-25T12:00:00.000Z');
    expect(blockedUntil(told('x', new Date('2026-11-26T12:00:00.000Z')), now)?.toISOString()).toBe(
      '2026-11-26T12:00:00.000Z',
    );
    expect(blockedUntil(told('x', new Date('2027-11-26T12:00:00.000Z')), now)?.toISOString()).toBe(
      '2026-12-02T12:00:00.000Z',
    );
    expect(blockedUntil(told('x'), now)).toBeUndefined();
  });
});
