// What a CA allows, judged before a request is paid for.
import { describe, expect, it } from 'vitest';
import type { PrivateCaIssuerSpec } from '#core/declaration/issuer-model.ts';
import { demandActive, leafEnd } from '#core/private-ca/authority.ts';
import type { CaDescription } from '#core/private-ca/ports.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = new Date('2026-11-25T12:00:00.789Z');
const issuer = (more: Partial<PrivateCaIssuerSpec['awspca']> = {}): PrivateCaIssuerSpec => ({
  type: 'awspca',
  kind: 'AWSPCAIssuer',
  namespace: 'team',
  name: 'pca',
  awspca: { arn: 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/1', region: 'us-east-1', ...more },
});
const ca = (more: Partial<CaDescription> = {}): CaDescription => ({
  status: 'ACTIVE',
  usageMode: 'GENERAL_PURPOSE',
  signingAlgorithm: 'SHA256WITHECDSA',
  notAfter: new Date('2036-11-25T00:00:00Z'),
  ...more,
});

describe('a CA that is', () => {
  it.each([
    ['DISABLED', /AWSPCAIssuer\/team\/pca: the CA .* is DISABLED: enable it/],
    ['EXPIRED', /is EXPIRED: renew and import/],
    ['DELETED', /is DELETED: restore it/],
    ['CREATING', /is CREATING: it is still being made/],
    ['PENDING_CERTIFICATE', /is PENDING_CERTIFICATE: its own certificate/],
    ['FAILED', /is FAILED: make another one/],
    ['SOMETHING_NEW', /is SOMETHING_NEW: look at it/],
  ])('%s is not asked', (status, why) => {
    const demand = () => demandActive(ca({ status }), issuer());
    expect(demand).toThrow(why);
    expect(demand).toThrow(expect.objectContaining({ code: 'PRIVATE_CA_UNUSABLE' }));
  });

  it('ACTIVE is asked', () => {
    expect(() => demandActive(ca(), issuer())).not.toThrow();
  });
});

describe('the end of a certificate', () => {
  it.each([
    {
      what: 'is 90 days from now where no duration is declared',
      durationMs: undefined,
      end: '2027-02-23T12:00:00.000Z',
    },
    {
      what: 'is the declared duration from now, in whole seconds',
      durationMs: 48 * HOUR,
      end: '2026-11-27T12:00:00.000Z',
    },
  ])('$what', ({ durationMs, end }) => {
    expect(leafEnd(ca(), { issuer: issuer(), durationMs, now }).toISOString()).toBe(end);
  });

  it('beyond the CA is refused, with both ends', () => {
    const early = ca({ notAfter: new Date('2026-12-25T00:00:00Z') });
    const end = () => leafEnd(early, { issuer: issuer(), durationMs: 90 * DAY, now });
    expect(end).toThrow(
      /the CA ends at 2026-12-25T00:00:00.000Z, the certificate would end at 2027-02-23T12:00:00.789Z/,
    );
    expect(end).toThrow(expect.objectContaining({ code: 'CA_ENDS_FIRST' }));
  });

  it('beyond the CA is the end of the CA where the issuer clamps, unless that is past', () => {
    const clamping = { issuer: issuer({ clampToCa: true }), durationMs: 90 * DAY, now };
    expect(leafEnd(ca({ notAfter: new Date('2026-12-25T00:00:00.500Z') }), clamping).toISOString()).toBe(
      '2026-12-25T00:00:00.000Z',
    );
    expect(() => leafEnd(ca({ notAfter: new Date('2026-11-25T00:00:00Z') }), clamping)).toThrow(
      /the CA ends at 2026-11-25/,
    );
  });

  it('of a short-lived CA is at most seven days away', () => {
    const short = ca({ usageMode: 'SHORT_LIVED_CERTIFICATE' });
    expect(leafEnd(short, { issuer: issuer(), durationMs: 7 * DAY, now }).toISOString()).toBe(
      '2026-12-02T12:00:00.000Z',
    );
    for (const durationMs of [undefined, 7 * DAY + 1]) {
      const end = () => leafEnd(short, { issuer: issuer(), durationMs, now });
      expect(end).toThrow(/168h at most/);
      expect(end).toThrow(expect.objectContaining({ code: 'PRIVATE_CA_SHORT_LIVED' }));
    }
  });
});
