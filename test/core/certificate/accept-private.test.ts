// The judge of what private issuers answer, on chains that are really signed: each thing that was asked, left out or otherwise.
import { createPublicKey, X509Certificate } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { accept } from '#core/certificate/accept.ts';
import { adoptable } from '#core/certificate/adoptable.ts';
import { type CertificateContent, contentOf } from '#core/certificate/content.ts';
import type { SigningRequest } from '#core/certificate/ports.ts';
import { integerOf, octets, oid, sequence, tagged } from '#core/certificate/write-der.ts';
import type { IssuerSpec } from '#core/declaration/issuer-model.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { ALL_NAMES, commonName, makeCa, makeKey, type OwnCa, signed } from '#test/support/contents.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const who = { kind: 'ClusterIssuer', namespace: '', name: 'own' } as const;
const CA: IssuerSpec = { ...who, type: 'ca', ca: { signer: { kind: 'declared', certificate: 'pki/root' } } };
const SELF: IssuerSpec = { ...who, type: 'selfSigned', selfSigned: {} };
const arn = 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/a';
const privateCa = (allowSubordinateCa?: number): IssuerSpec => ({
  ...who,
  kind: 'AWSPCAClusterIssuer',
  type: 'awspca',
  awspca: { arn, region: 'us-east-1', ...(allowSubordinateCa === undefined ? {} : { allowSubordinateCa }) },
});

const plain = declaredCertificate({ name: 'default/web' });
const BASE: CertificateSpec = {
  ...plain.certificate,
  ...ALL_NAMES,
  commonName: 'www.example.com',
  subject: { organizations: ['A', 'B'], countries: ['DE'] },
  usages: ['digital signature', 'client auth'],
};

interface Question {
  readonly spec?: Partial<CertificateSpec>;
  readonly issuer?: IssuerSpec;
  /** What the certificate says instead of what is asked. */
  readonly says?: Partial<CertificateContent>;
  readonly signing?: Partial<SigningRequest>;
  readonly signer?: OwnCa | 'self';
  readonly above?: readonly OwnCa[];
  readonly anchors?: readonly OwnCa[];
}

let key: Sealed<string>;
let root: OwnCa;
let below: OwnCa;
let stranger: OwnCa;

beforeAll(async () => {
  key = await makeKey();
  root = await makeCa('Root');
  below = await makeCa('Below', { parent: root, pathLength: 1 });
  stranger = await makeCa('Root');
});

const pemOf = (cas: readonly OwnCa[]): string => cas.map(({ certificatePem }) => certificatePem).join('');

/** What is wrong, by the judge; nothing: accepted. */
const reasons = async (question: Question = {}): Promise<readonly string[]> => {
  const { issuer = CA, signer = root, above = [], anchors = [root] } = question;
  const certificate = { ...BASE, ...question.spec };
  const content = { ...contentOf(certificate), ...question.says };
  const leaf = await signed({ content, key, signer, ...question.signing });
  const judgement = accept(leaf + pemOf(above), {
    declared: { certificate, issuer },
    key,
    now: NOW,
    ...(anchors.length === 0 ? {} : { caPem: pemOf(anchors) }),
  });
  return judgement.accepted ? [] : judgement.reasons;
};

const otherwise = (names: Partial<typeof ALL_NAMES>) => ({ names: { ...ALL_NAMES, ...names } });

describe('what private issuers give is accepted', () => {
  it('when it says all that was asked', async () => {
    expect(await reasons()).toEqual([]);
  });

  it.each<[string, () => Question]>([
    ['from a CA below the root', () => ({ signer: below, above: [below] })],
    ['with old and new anchors together', () => ({ anchors: [stranger, root] })],
    ['where the anchor is an intermediate', () => ({ signer: below, above: [below], anchors: [below] })],
    ['with more usages than were asked', () => ({ says: { usages: [...BASE.usages, 'server auth'] } })],
    ['from Private CA, without usages of its own', () => ({ issuer: privateCa(), says: { usages: [] } })],
    [
      'from Private CA that does not tell its root',
      () => ({ issuer: privateCa(), signer: below, above: [below], anchors: [] }),
    ],
    ['when it signs itself, with usages of a leaf', () => ({ issuer: SELF, signer: 'self', anchors: [] })],
    [
      'when it signs itself without a subject',
      () => ({
        issuer: SELF,
        signer: 'self',
        anchors: [],
        spec: { literalSubject: '', subject: {} },
        says: { subject: contentOf({ ...BASE, literalSubject: '' }).subject },
      }),
    ],
    [
      'when it is a CA with name constraints, as asked',
      () => ({
        spec: {
          isCa: true,
          usages: ['cert sign'],
          nameConstraints: {
            critical: true,
            permitted: { dnsDomains: ['Example.com'], ipRanges: ['10.0.0.0/8', '2001:db8::/33'] },
            excluded: { emailAddresses: ['example.org'], uriDomains: ['.example.org'] },
          },
        },
      }),
    ],
    [
      'when it is a CA of Private CA within the allowed path',
      () => ({ issuer: privateCa(1), spec: { isCa: true, usages: [] }, signing: { pathLength: 1 } }),
    ],
  ])('%s', async (_, question) => {
    expect(await reasons(question())).toEqual([]);
  });

  it('when the key of a renewed CA has signed, and only the later version of it lasts long enough', async () => {
    const early = await makeCa('Root', { key: root.key, notAfter: new Date('2026-12-25T00:00:00.000Z') });
    expect(await reasons({ anchors: [early, root] })).toEqual([]);
  });
});

describe('what private issuers give is refused', () => {
  it.each<[string, Question, string]>([
    [
      'a missing address',
      { says: otherwise({ ipAddresses: ['192.0.2.1'] }) },
      'the certificate lacks IP Address:2001:db8::1',
    ],
    [
      'another URI',
      { says: otherwise({ uris: ['spiffe://example.com/ns/other'] }) },
      'the certificate lacks URI:spiffe://example.com/ns/web and carries URI:spiffe://example.com/ns/other, which was not asked',
    ],
    [
      'one more mail address',
      { says: otherwise({ emailAddresses: ['web@example.com', 'b@example.com'] }) },
      'the certificate carries email:b@example.com, which was not asked',
    ],
    [
      'another name with another value',
      { says: otherwise({ otherNames: [{ oid: '1.3.6.1.4.1.311.20.2.3', utf8Value: 'evil@example.com' }] }) },
      'the certificate lacks otherName:1.3.6.1.4.1.311.20.2.3=wéb@example.com and carries otherName:1.3.6.1.4.1.311.20.2.3=evil@example.com, which was not asked',
    ],
    [
      'a URI that looks like a list with the DNS name',
      {
        says: otherwise({
          dnsNames: ['www.example.com'],
          uris: ['spiffe://example.com/ns/web', "x:', DNS:*.example.com, '"],
        }),
      },
      "the certificate lacks *.example.com and carries URI:x:', DNS:*.example.com, ', which was not asked",
    ],
    [
      'another subject',
      { says: { subject: commonName('www.example.com') } },
      'its subject is 2.5.4.3=www.example.com, asked was 2.5.4.6=DE, 2.5.4.10=A, 2.5.4.10=B, 2.5.4.3=www.example.com',
    ],
    [
      'other usages',
      { says: { usages: ['key encipherment', 'server auth'] } },
      'of the asked usages it lacks purpose 1.3.6.1.5.5.7.3.2, key usage bit 0',
    ],
    ['a CA that was not asked', { says: { isCa: true } }, 'the leaf is a CA certificate'],
    [
      'a leaf where a CA was asked',
      { spec: { isCa: true, usages: ['digital signature'] }, says: { isCa: false } },
      'the certificate is no CA certificate',
    ],
  ])('with %s', async (_, question, reason) => {
    expect(await reasons(question)).toContain(reason);
  });

  const constrained = (domain: string) => ({
    nameConstraints: { critical: true, permitted: { dnsDomains: [domain] }, excluded: { ipRanges: ['10.0.0.0/8'] } },
  });

  it.each([
    ['are missing', { nameConstraints: undefined }],
    ['are others', constrained('example.org')],
  ])('when its name constraints %s', async (_, { nameConstraints }) => {
    const spec = { isCa: true as const, usages: ['cert sign'], ...constrained('example.com') };
    const { nameConstraints: _asked, ...without } = contentOf({ ...BASE, ...spec });
    const content = nameConstraints === undefined ? without : { ...without, nameConstraints };
    const leaf = await signed({ content, key, signer: root });
    const declared = { certificate: { ...BASE, ...spec }, issuer: CA };
    expect(accept(leaf, { declared, key, now: NOW, caPem: root.certificatePem })).toEqual({
      accepted: false,
      reasons: ['its name constraints are not those that were asked'],
    });
  });

  it.each([
    ['too long', { pathLength: 2 }, 'its path length is 2, the issuer allows 1'],
    ['not limited', {}, 'its path length is without limit, the issuer allows 1'],
  ])('when the path of a CA of Private CA is %s', async (_, signing, reason) => {
    expect(await reasons({ issuer: privateCa(1), spec: { isCa: true, usages: [] }, signing })).toEqual([reason]);
  });

  it.each<[string, () => Question, string]>([
    [
      'from a CA of the same name that is not trusted',
      () => ({ signer: stranger }),
      "the chain does not end in one of the issuer's trust anchors",
    ],
    [
      'from a CA below, without that CA',
      () => ({ signer: below }),
      "the chain does not end in one of the issuer's trust anchors",
    ],
    ['without chain or anchors', () => ({ anchors: [] }), 'the intermediate certificate is missing'],
    [
      'when a CA has signed where it should sign itself',
      () => ({ issuer: SELF, anchors: [] }),
      'the certificate is not signed by itself',
    ],
    [
      'when it outlives its CA',
      () => ({ signing: { notAfter: new Date('2036-01-01T00:00:01.000Z') } }),
      'it outlives the CA that has signed it',
    ],
  ])('%s', async (_, question, reason) => {
    expect(await reasons(question())).toEqual([reason]);
  });

  it('when a certificate of its chain outlives the root', async () => {
    const long = await makeCa('Below', { parent: root, notAfter: new Date('2037-01-01T00:00:00.000Z') });
    expect(await reasons({ signer: long, above: [long] })).toEqual(['certificate 2 of the chain outlives its CA']);
  });
});

/** A certificate without a valid signature, whose list of names is these octets. */
const withNames = (names: Uint8Array): string => {
  const name = sequence();
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'));
  const time = (text: string) => tagged(0x17, Buffer.from(text));
  const body = sequence(
    tagged(0xa0, integerOf(Uint8Array.of(2))),
    integerOf(Uint8Array.of(1)),
    algorithm,
    name,
    sequence(time('261125115500Z'), time('270223115500Z')),
    name,
    createPublicKey(key.open()).export({ type: 'spki', format: 'der' }),
    tagged(0xa3, sequence(sequence(oid('2.5.29.17'), octets(names)))),
  );
  const der = sequence(body, algorithm, tagged(0x03, Buffer.from([0, 0x30, 0])));
  return new X509Certificate(der).toString();
};

describe('a list of names that is not as DER writes it', () => {
  const dns = (name: string) => tagged(0x82, Buffer.from(name));
  const asked = { ...plain.certificate, dnsNames: ['www.example.com'] };
  const reasonsOf = (names: Uint8Array) => {
    const judgement = accept(withNames(names), { declared: { certificate: asked, issuer: SELF }, key, now: NOW });
    return judgement.accepted ? [] : judgement.reasons;
  };

  it('hides nothing behind an octet that cannot be read', () => {
    const list = tagged(0x30, dns('www.example.com'), Buffer.from([0x82, 0x7f]));
    expect(reasonsOf(list)).toContain(
      'the certificate carries a name of kind that cannot be read, which was not asked',
    );
  });

  it('hides nothing after its end', () => {
    const list = Buffer.concat([sequence(dns('www.example.com')), sequence(dns('evil.example.com'))]);
    expect(reasonsOf(list)).toContain(
      'the certificate carries a name of kind that cannot be read, which was not asked',
    );
  });

  it('carries no names of other kinds', () => {
    const list = sequence(dns('www.example.com'), tagged(0x88, Buffer.from([0x2a])));
    expect(reasonsOf(list)).toContain('the certificate carries a name of kind 88, which was not asked');
  });

  it('carries no other name whose value is no UTF-8 text', () => {
    const value = tagged(0xa0, oid('1.2.3'), tagged(0xa0, tagged(0x16, Buffer.from('web'))));
    const list = sequence(dns('www.example.com'), value);
    expect(reasonsOf(list).join()).toMatch(
      /^the certificate carries otherName:1\.2\.3=#[0-9a-f]+, which was not asked/,
    );
  });
});

describe('what lies in a secret of ours', () => {
  const secretOf = (chainPem: string, caPem?: string) =>
    new Sealed(
      JSON.stringify({
        'tls.crt': chainPem,
        'tls.key': key.open(),
        ...(caPem === undefined ? {} : { 'ca.crt': caPem }),
      }),
    );
  const declared = { certificate: BASE, issuer: CA };

  it('is taken over with its own anchors', async () => {
    const leaf = await signed({ content: contentOf(BASE), key, signer: root });
    expect(adoptable(secretOf(leaf, root.certificatePem), { declared, now: NOW }).accepted).toBe(true);
  });

  it('is not taken over when it is of another issuer', async () => {
    const leaf = await signed({ content: contentOf(BASE), key, signer: 'self' });
    const wanted = { declared, now: NOW };
    expect(adoptable(secretOf(leaf, root.certificatePem), wanted)).toMatchObject({ accepted: false });
    const issued = await signed({ content: contentOf(BASE), key, signer: root });
    const own = { declared: { certificate: BASE, issuer: SELF }, now: NOW };
    expect(adoptable(secretOf(issued, root.certificatePem), own)).toMatchObject({ accepted: false });
  });
});
