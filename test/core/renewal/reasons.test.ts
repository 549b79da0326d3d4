// Why a certificate is issued again: each reason, and which of several is told.

import { describe, expect, it } from 'vitest';
import type { AcmeIssuerSpec } from '#core/declaration/issuer-model.ts';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import type { Drift } from '#core/journey/drift.ts';
import type { CertificateRow, RenewalInfo } from '#core/journey/row.ts';
import { askedSummary } from '#core/renewal/asked.ts';
import { reissueReason, rowRenewal } from '#core/renewal/reasons.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const FIVE_MINUTES = 300_000;
const declared = declaredCertificate({ name: 'default/web' });

interface Change {
  readonly certificate?: Partial<DeclaredCertificate['certificate']>;
  readonly acme?: Partial<AcmeIssuerSpec['acme']>;
  readonly issuer?: Partial<DeclaredCertificate['issuer']>;
}

const changed = ({ certificate, acme, issuer }: Change): DeclaredCertificate => ({
  ...declared,
  certificate: { ...declared.certificate, ...certificate },
  issuer: { ...declared.issuer, ...issuer, type: 'acme', acme: { ...acmeOf(declared.issuer), ...acme } },
});

const row = (
  wanted: DeclaredCertificate,
  dates: { notBefore: string; notAfter: string } | undefined,
): CertificateRow => ({
  schema: 1,
  name: 'default/web',
  uid: 'u1',
  origin: 'declared',
  declared: wanted,
  generation: 2,
  run: 1,
  fence: 1,
  progress: {
    revision: 1,
    ...(dates === undefined
      ? {}
      : {
          current: {
            versionId: 'v1',
            fingerprint: 'f'.repeat(64),
            serial: '0b',
            ...dates,
            generation: 1,
            revision: 1,
            asked: askedSummary(declared),
          },
        }),
  },
});

const withInfo = (subject: CertificateRow, said: Partial<RenewalInfo>): CertificateRow => ({
  ...subject,
  progress: {
    ...subject.progress,
    current: { ...subject.progress.current!, certId: 'key.serial' },
    ari: {
      certId: 'key.serial',
      checkedAt: '2026-11-25T11:00:00.000Z',
      pollAt: '2026-11-25T17:00:00.000Z',
      ...said,
    },
  },
});

const withDrift = (subject: CertificateRow, found: Pick<Drift, 'kind'> & Partial<Drift>): CertificateRow => {
  const at = '2026-11-25T11:00:00.000Z';
  const drift: Drift = { seen: 'v9', message: 'as it was found', since: at, lastSeenAt: at, occurrence: 1, ...found };
  return { ...subject, progress: { ...subject.progress, drift } };
};

const FRESH = { notBefore: '2026-11-24T12:00:00.000Z', notAfter: '2027-02-22T12:00:00.000Z' };
const OLD = { notBefore: '2026-09-01T00:00:00.000Z', notAfter: '2026-11-30T00:00:00.000Z' };

describe('a certificate is issued', () => {
  it.each([
    {
      when: 'nothing has been issued yet',
      row: row(declared, undefined),
      reason: { code: 'SecretMissing', message: 'nothing has been issued yet' },
    },
    {
      when: 'its secret was deleted',
      row: withDrift(row(declared, FRESH), { kind: 'Deleted', repair: 'reissue' }),
      reason: { code: 'SecretMissing', message: 'as it was found' },
    },
    {
      when: 'its secret holds nothing of ours',
      row: withDrift(row(declared, FRESH), { kind: 'PlaceholderCurrent', repair: 'reissue' }),
      reason: { code: 'DataMissing', message: 'as it was found' },
    },
    {
      when: 'somebody else’s pair is current and none of ours is left',
      row: withDrift(row(declared, FRESH), { kind: 'EditedByHand', repair: 'reissue' }),
      reason: { code: 'PairDiffers', message: 'as it was found' },
    },
    {
      when: 'another issuer is named',
      row: row(changed({ issuer: { name: 'staging' } }), FRESH),
      reason: {
        code: 'IssuerChanged',
        message: 'the issuer was ClusterIssuer/letsencrypt and is now ClusterIssuer/staging',
      },
    },
    {
      when: 'the server of the issuer changes',
      row: row(changed({ acme: { server: 'https://staging.example/directory' } }), FRESH),
      reason: {
        code: 'IssuerChanged',
        message: "the issuer's server was https://acme.example/directory and is now https://staging.example/directory",
      },
    },
    {
      when: 'a profile is set',
      row: row(changed({ acme: { profile: 'shortlived' } }), FRESH),
      reason: { code: 'IssuerChanged', message: "the issuer's profile was not set and is now shortlived" },
    },
    {
      when: 'the key is to be of another kind',
      row: row(changed({ certificate: { privateKey: { ...declared.certificate.privateKey, size: 384 } } }), FRESH),
      reason: { code: 'KeyChanged', message: 'the key was ECDSA 256 and is now ECDSA 384' },
    },
    {
      when: 'the encoding of the key changes, which needs no new certificate',
      row: row(
        changed({ certificate: { privateKey: { ...declared.certificate.privateKey, encoding: 'PKCS8' } } }),
        FRESH,
      ),
      reason: { code: 'OutputsChanged', message: 'the key encoding was PKCS1 and is now PKCS8' },
    },
    {
      when: 'a name is added',
      row: row(changed({ certificate: { dnsNames: ['web.example.com', 'api.example.com'] } }), FRESH),
      reason: {
        code: 'RequestChanged',
        message: 'the list of names was web.example.com and is now api.example.com, web.example.com',
      },
    },
    {
      when: 'a common name is set',
      row: row(changed({ certificate: { commonName: 'web.example.com' } }), FRESH),
      reason: { code: 'RequestChanged', message: 'the common name was not set and is now web.example.com' },
    },
    {
      when: 'a person asks for it in the declaration',
      row: row(changed({ certificate: { renewRequested: '2026-11-25' } }), FRESH),
      reason: { code: 'RenewRequested', message: 'evercert.dev/renew-requested is now "2026-11-25"' },
    },
    {
      when: 'a person has marked the row',
      row: { ...row(declared, FRESH), renewRequestedAt: '2026-11-25T11:00:00.000Z' },
      reason: { code: 'RenewRequested', message: 'renewal was asked for at 2026-11-25T11:00:00.000Z' },
    },
    {
      when: 'the CA wants it replaced now, and says where it explains why',
      row: withInfo(row(declared, FRESH), {
        window: { start: '2026-11-25T10:00:00.000Z', end: '2026-11-25T10:30:00.000Z' },
        isPast: true,
        chosenAt: '2026-11-25T11:00:00.000Z',
        explanationUrl: 'https://ca.example/incident',
      }),
      reason: {
        code: 'NearExpiry',
        message:
          'due since 2026-11-25T11:00:00.000Z, valid until 2027-02-22T12:00:00.000Z: the CA wants it replaced now: its window ended at 2026-11-25T10:30:00.000Z',
        explanationUrl: 'https://ca.example/incident',
      },
    },
    {
      when: 'its end is near',
      row: row(declared, OLD),
      reason: {
        code: 'NearExpiry',
        message:
          'due since 2026-10-30T04:59:54.000Z, valid until 2026-11-30T00:00:00.000Z: a third of its lifetime is left',
      },
    },
  ])('when $when', ({ row: subject, reason }) => {
    expect(reissueReason(subject, NOW, FIVE_MINUTES)).toEqual(reason);
  });

  it.each([
    { first: 'SecretMissing', row: row(changed({ acme: { server: 'https://b.example' } }), undefined) },
    {
      first: 'IssuerChanged',
      row: row(
        changed({
          acme: { server: 'https://b.example' },
          certificate: {
            dnsNames: ['b.example.com'],
            privateKey: { ...declared.certificate.privateKey, size: 384 },
          },
        }),
        OLD,
      ),
    },
    {
      first: 'KeyChanged',
      row: row(
        changed({
          certificate: { dnsNames: ['b.example.com'], privateKey: { ...declared.certificate.privateKey, size: 384 } },
        }),
        OLD,
      ),
    },
    { first: 'RequestChanged', row: row(changed({ certificate: { dnsNames: ['b.example.com'] } }), OLD) },
    { first: 'RenewRequested', row: row(changed({ certificate: { renewRequested: 'now' } }), OLD) },
  ])('for $first first, where several reasons hold', ({ first, row: subject }) => {
    expect(reissueReason(subject, NOW, FIVE_MINUTES)?.code).toBe(first);
  });
});

describe('a certificate is left alone', () => {
  it.each([
    { when: 'nothing changed', wanted: declared },
    {
      when: 'only the order of its names changed',
      wanted: changed({ certificate: { dnsNames: ['web.example.com'] } }),
    },
    { when: 'only labels changed', wanted: changed({ certificate: { labels: { team: 'web' } } }) },
    { when: 'only the time of renewal changed', wanted: changed({ certificate: { renewBeforeMs: 86_400_000 } }) },
    { when: 'only the e-mail address of the issuer changed', wanted: changed({ acme: { email: 'b@example.com' } }) },
    {
      when: 'only the rotation policy changed',
      wanted: changed({ certificate: { privateKey: { ...declared.certificate.privateKey, rotationPolicy: 'Never' } } }),
    },
  ])('when $when', ({ wanted }) => {
    expect(reissueReason(row(wanted, FRESH), NOW, FIVE_MINUTES)).toBeUndefined();
  });

  it.each([
    {
      when: 'the request of its declaration was served',
      subject: () => {
        const wanted = changed({ certificate: { renewRequested: 'once' } });
        const seen = row(wanted, FRESH);
        const current = { ...seen.progress.current!, asked: askedSummary(wanted) };
        return { ...seen, progress: { ...seen.progress, current } };
      },
    },
    {
      when: 'a drift is only reported',
      subject: () => withDrift(row(declared, FRESH), { kind: 'EditedByHand' }),
    },
    {
      when: 'a drift is over',
      subject: () =>
        withDrift(row(declared, FRESH), { kind: 'Deleted', repair: 'reissue', clearedAt: '2026-11-25T11:30:00.000Z' }),
    },
    {
      when: 'its mark was served',
      subject: () => {
        const seen = { ...row(declared, FRESH), renewRequestedAt: '2026-11-25T11:00:00.000Z' };
        const current = { ...seen.progress.current!, servedMark: '2026-11-25T11:00:00.000Z' };
        return { ...seen, progress: { ...seen.progress, current } };
      },
    },
    {
      when: 'the window that is past was that of another leaf',
      subject: () =>
        withInfo(row(declared, FRESH), {
          certId: 'key.older',
          window: { start: '2026-11-25T10:00:00.000Z', end: '2026-11-25T10:30:00.000Z' },
          isPast: true,
        }),
    },
  ])('when $when', ({ subject }) => {
    expect(reissueReason(subject(), NOW, FIVE_MINUTES)).toBeUndefined();
  });

  it('when it is delivered to other places', () => {
    const delivery = { clusters: ['blue'], namespaces: ['web'] };
    const first = changed({ certificate: { delivery } });
    const second = changed({ certificate: { delivery: { ...delivery, clusters: ['blue', 'green'] } } });
    for (const wanted of [first, second]) expect(reissueReason(row(wanted, FRESH), NOW, FIVE_MINUTES)).toBe(undefined);
  });

  it('when the same names are written in another order', () => {
    const before = changed({ certificate: { dnsNames: ['a.example.com', 'b.example.com'] } });
    const after = changed({ certificate: { dnsNames: ['b.example.com', 'a.example.com'] } });
    expect(askedSummary(before)).toEqual(askedSummary(after));
  });

  it('until one millisecond before its renewal instant', () => {
    const subject = row(declared, OLD);
    expect(rowRenewal(subject, NOW, FIVE_MINUTES)?.renewAt.toISOString()).toBe('2026-10-30T04:59:54.000Z');
    expect(reissueReason(subject, new Date('2026-10-30T04:59:53.999Z'), FIVE_MINUTES)).toBeUndefined();
    expect(reissueReason(subject, new Date('2026-10-30T04:59:54.000Z'), FIVE_MINUTES)?.code).toBe('NearExpiry');
  });
});

describe('what was rendered', () => {
  const FAR = { notBefore: '2026-11-01T00:00:00.000Z', notAfter: '2027-01-30T00:00:00.000Z' };
  const keystores = { jks: { alias: 'web', password: { secretRef: { name: 'pass', key: 'jks' } } } };
  const rendered = { encoding: 'PKCS1', jks: 'web', passwords: { jks: { from: 'pass#jks', versionId: 'a' } } };
  const withStore = (seen: Record<string, string>, dates = FAR): CertificateRow => {
    const subject = row(changed({ certificate: { keystores } }), dates);
    const current = { ...subject.progress.current!, rendered };
    return { ...subject, progress: { ...subject.progress, current, passwordVersions: seen } };
  };
  const reasonOf = (subject: CertificateRow) => reissueReason(subject, NOW, FIVE_MINUTES);

  it('is rendered anew when the look has found another version of its password', () => {
    expect(reasonOf(withStore({ pass: 'b' }))).toEqual({
      code: 'OutputsChanged',
      message: "the secret pass, which holds a keystore's password, has a new version",
    });
  });

  it('is as it should be with the version that was read', () => {
    expect(reasonOf(withStore({ pass: 'a' }))).toBeUndefined();
    expect(reasonOf(withStore({}))).toBeUndefined();
  });

  it('waits for a new certificate where that is due', () => {
    const expiring = { notBefore: '2026-09-01T00:00:00.000Z', notAfter: '2026-11-30T00:00:00.000Z' };
    expect(reasonOf(withStore({ pass: 'b' }, expiring))?.code).toBe('NearExpiry');
  });

  it('of a row from before it was noted is the encoding that was asked, and nothing else', () => {
    expect(reasonOf(row(declared, FAR))).toBeUndefined();
    expect(reasonOf(row(changed({ certificate: { keystores } }), FAR))).toEqual({
      code: 'OutputsChanged',
      message: 'keystores.jks was not asked for and is now web',
    });
  });
});
