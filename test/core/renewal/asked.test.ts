// What is noted of a declaration when its certificate is issued, and which change of it asks for another one.
import { describe, expect, it } from 'vitest';
import type { IssuerSpec } from '#core/declaration/issuer-model.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import { askedSummary, requestDiffers } from '#core/renewal/asked.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const declared = declaredCertificate({ name: 'default/web' });
const who = { kind: 'ClusterIssuer', namespace: '', name: 'own' } as const;

const ISSUERS: Readonly<Record<IssuerSpec['type'], IssuerSpec>> = {
  acme: declared.issuer,
  ca: { ...who, type: 'ca', ca: { signer: { kind: 'declared', certificate: 'pki/root' } } },
  selfSigned: { ...who, type: 'selfSigned', selfSigned: {} },
  awspca: {
    ...who,
    kind: 'AWSPCAClusterIssuer',
    type: 'awspca',
    awspca: { arn: 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/a', region: 'us-east-1' },
  },
};

type Change = Partial<CertificateSpec>;

const asked = (change: Change, issuer: IssuerSpec) =>
  askedSummary({ certificate: { ...declared.certificate, ...change }, issuer });
const difference = (before: Change, wanted: Change, issuer: IssuerSpec = ISSUERS.ca) =>
  requestDiffers(asked(before, issuer), asked(wanted, issuer));

const HOUR = 3_600_000;
const constraints = (domain: string, critical = true): Change => ({
  isCa: true,
  nameConstraints: { critical, permitted: { dnsDomains: [domain] }, excluded: { ipRanges: ['10.0.0.0/8'] } },
});

describe('another certificate is asked for, with old and new, when', () => {
  it.each<[string, Change, Change, string]>([
    [
      'an address is added',
      {},
      { ipAddresses: ['192.0.2.1'] },
      'the list of IP addresses was not set and is now 192.0.2.1',
    ],
    [
      'a URI is another one',
      { uris: ['spiffe://a/web'] },
      { uris: ['spiffe://b/web'] },
      'the list of URIs was spiffe://a/web and is now spiffe://b/web',
    ],
    [
      'a mail address goes',
      { emailAddresses: ['a@example.com'] },
      {},
      'the list of mail addresses was a@example.com and is now not set',
    ],
    [
      'another name is added',
      {},
      { otherNames: [{ oid: '1.3.6.1.4.1.311.20.2.3', utf8Value: 'web@example.com' }] },
      'the list of other names was not set and is now 1.3.6.1.4.1.311.20.2.3=web@example.com',
    ],
    [
      'the subject has an organization',
      { commonName: 'web.example.com' },
      { commonName: 'web.example.com', subject: { organizations: ['B', 'A'] } },
      'the subject was not set and is now 2.5.4.10=A+2.5.4.10=B, 2.5.4.3=web.example.com',
    ],
    [
      'the literal subject stands in another order',
      { literalSubject: 'CN=web,O=A,C=DE' },
      { literalSubject: 'CN=web,C=DE,O=A' },
      'the subject was 2.5.4.6=DE, 2.5.4.10=A, 2.5.4.3=web and is now 2.5.4.10=A, 2.5.4.6=DE, 2.5.4.3=web',
    ],
    ['it is to be a CA', {}, { isCa: true }, 'isCA was not set and is now true'],
    [
      'it is to be a client',
      {},
      { usages: ['digital signature', 'client auth'] },
      'the list of usages was digital signature, key encipherment and is now client auth, digital signature',
    ],
    [
      'the name constraints are others',
      constraints('example.com'),
      constraints('example.org'),
      'the list of name constraints was critical, excluded ipRanges 10.0.0.0/8, permitted dnsDomains example.com and is now critical, excluded ipRanges 10.0.0.0/8, permitted dnsDomains example.org',
    ],
    [
      'the name constraints are no longer critical',
      constraints('example.com'),
      constraints('example.com', false),
      'the list of name constraints was critical, excluded ipRanges 10.0.0.0/8, permitted dnsDomains example.com and is now excluded ipRanges 10.0.0.0/8, permitted dnsDomains example.com',
    ],
    [
      'the duration is another one',
      { durationMs: 24 * HOUR },
      { durationMs: 48 * HOUR },
      'the duration was 24h and is now 48h',
    ],
  ])('%s', (_, before, wanted, message) => {
    expect(difference(before, wanted)).toBe(message);
  });

  it('the signature algorithm of a certificate that signs itself is another one', () => {
    const algorithm = { signatureAlgorithm: 'ECDSAWithSHA384' } as const;
    expect(difference({}, algorithm, ISSUERS.selfSigned)).toBe(
      'the signature algorithm was not set and is now ECDSAWithSHA384',
    );
  });

  it('the duration changes at an ACME CA that is told of it', () => {
    const told: IssuerSpec = {
      ...ISSUERS.acme,
      type: 'acme',
      acme: { ...(ISSUERS.acme.type === 'acme' ? ISSUERS.acme.acme : never()), enableDurationFeature: true },
    };
    expect(difference({ durationMs: 24 * HOUR }, { durationMs: 48 * HOUR }, told)).toBe(
      'the duration was 24h and is now 48h',
    );
  });
});

const never = (): never => {
  throw new Error('the issuer is an ACME issuer');
};

describe('no other certificate is asked for when', () => {
  it.each<[string, Change, Change, IssuerSpec['type']]>([
    ['lists are written in another order', { uris: ['a:1', 'b:1'] }, { uris: ['b:1', 'a:1'] }, 'ca'],
    ['the default usages are written out', {}, { usages: ['key encipherment', 'digital signature'] }, 'ca'],
    ['a duration is written or left out', {}, { durationMs: 24 * HOUR }, 'ca'],
    ['the request is signed otherwise', {}, { signatureAlgorithm: 'ECDSAWithSHA384' }, 'ca'],
    ['the request leaves the usages out', {}, { encodeUsagesInRequest: false }, 'awspca'],
    ['a public CA does not hear the subject', {}, { subject: { organizations: ['A'] } }, 'acme'],
    ['a public CA does not hear the usages', {}, { usages: ['client auth'] }, 'acme'],
    ['a public CA is not told the duration', { durationMs: 24 * HOUR }, { durationMs: 48 * HOUR }, 'acme'],
    ['formats are added', {}, { additionalOutputFormats: ['DER'] }, 'ca'],
    [
      'a keystore is added',
      {},
      { keystores: { jks: { alias: 'web', password: { secretRef: { name: 'p', key: 'k' } } } } },
      'ca',
    ],
  ])('%s', (_, before, wanted, type) => {
    expect(difference(before, wanted, ISSUERS[type])).toBeUndefined();
  });

  it('the row is from before these parts were noted', () => {
    const { usages: _usages, durationMs: _duration, ...before } = asked({}, ISSUERS.awspca);
    const wanted = asked({ usages: ['client auth'], durationMs: 24 * HOUR }, ISSUERS.awspca);
    expect(requestDiffers(before, wanted)).toBeUndefined();
  });
});

describe('what is noted', () => {
  it('of a plain server certificate at an ACME CA is what was noted ever since', () => {
    expect(askedSummary(declared)).toEqual({
      issuer: 'ClusterIssuer/letsencrypt',
      server: 'https://acme.example/directory',
      dnsNames: ['web.example.com'],
      key: 'ECDSA 256',
      encoding: 'PKCS1',
    });
  });
});
