// Certificates of private CAs prove themselves by their own `ca.crt` and by what is known of the CA: names of all kinds,
// as servers, as clients, or as neither.
import { AsnConvert, AsnUtf8StringConverter } from '@peculiar/asn1-schema';
import { GeneralName, OtherName, SubjectAlternativeName } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { expect, test } from 'vitest';
import type { DeclaredNames } from '#local/proof/names.ts';
import { isProven, prove } from '#local/proof/verify.ts';
import { type Authority, keyPem, makeAuthority, makeKeys } from '#test/support/signing.ts';

const now = new Date();
const SIGNING = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dates = { notBefore: new Date(now.getTime() - 60_000), notAfter: new Date(now.getTime() + 3_600_000) };
const { serverAuth, clientAuth, codeSigning } = x509.ExtendedKeyUsage;
const ca = await makeAuthority('own');
const stranger = await makeAuthority('own');
const pemOf = ({ certificate }: Authority): string => certificate.toString('pem');

interface Wish {
  readonly names?: readonly GeneralName[];
  readonly commonName?: string;
  readonly extended?: readonly string[];
  readonly isCa?: true;
  /** Signs itself. */
  readonly self?: true;
}

const issue = async ({ names = [], commonName = '', extended = [], isCa, self }: Wish) => {
  const keys = await makeKeys();
  const subject = commonName === '' ? '' : `CN=${commonName}`;
  const san = AsnConvert.serialize(new SubjectAlternativeName([...names]));
  const certificate = await x509.X509CertificateGenerator.create({
    ...dates,
    serialNumber: '0c',
    subject,
    issuer: self === true ? subject : ca.certificate.subject,
    signingKey: (self === true ? keys : ca.keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: SIGNING,
    extensions: [
      new x509.BasicConstraintsExtension(isCa === true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      ...(extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...extended])]),
      ...(names.length === 0 ? [] : [new x509.Extension('2.5.29.17', subject === '', san)]),
    ],
  });
  return { chainPem: certificate.toString('pem'), keyPem: (await keyPem(keys)).open() };
};

const proven = async (wish: Wish, declared: Partial<DeclaredNames>, caPem = pemOf(ca), known = [caPem]) => {
  const anchors = { kind: 'private' as const, caPem, known };
  return prove({ ...(await issue(wish)), declared: { dnsNames: [], ...declared }, anchors, now });
};

const utf8 = (text: string): ArrayBuffer => AsnUtf8StringConverter.toASN(text).toBER();
const upn = new OtherName({ typeId: '1.3.6.1.4.1.311.20.2.3', value: utf8('someone@example.com') });
const dns = new GeneralName({ dNSName: 'www.example.com' });

test.each([
  ['a host name', { names: [dns], extended: [serverAuth, clientAuth] }, { dnsNames: ['www.example.com'] }, 'server'],
  [
    'addresses',
    { names: [new GeneralName({ iPAddress: '10.1.2.3' }), new GeneralName({ iPAddress: '2001:db8::1' })] },
    { ipAddresses: ['10.1.2.3', '2001:db8::1'] },
    'server',
  ],
  ['a common name alone', { commonName: 'old.example.com' }, { commonName: 'old.example.com' }, 'server'],
  [
    'a URI',
    { names: [new GeneralName({ uniformResourceIdentifier: 'spiffe://x/y' })] },
    { uris: ['spiffe://x/y'] },
    'client',
  ],
  [
    'an e-mail address',
    { names: [new GeneralName({ rfc822Name: 'a@b.org' })] },
    { emailAddresses: ['a@b.org'] },
    'client',
  ],
  [
    'another name',
    { names: [new GeneralName({ otherName: upn })] },
    { otherNames: [{ oid: upn.typeId, utf8Value: 'someone@example.com' }] },
    'client',
  ],
  [
    'a host name, for clients alone',
    { names: [dns], extended: [clientAuth] },
    { dnsNames: ['www.example.com'] },
    'client',
  ],
  [
    'a host name, for signing code',
    { names: [dns], extended: [codeSigning] },
    { dnsNames: ['www.example.com'] },
    'none',
  ],
  ['a CA', { commonName: 'a CA', isCa: true }, { commonName: 'a CA' }, 'none'],
] as const satisfies readonly (readonly [string, Wish, Partial<DeclaredNames>, string])[])(
  '$0 is proven as $3',
  async (_, wish, declared, handshake) => {
    const proof = await proven(wish, declared);
    expect(proof).toEqual({ chain: true, names: true, key: true, handshake, purpose: handshake });
    expect(isProven(proof)).toBe(true);
  },
);

test('what signed itself is its own anchor', async () => {
  const own = await issue({ names: [dns], commonName: 'self', self: true });
  const anchors = { kind: 'private' as const, caPem: own.chainPem, known: [own.chainPem] };
  const declared = { dnsNames: ['www.example.com'], commonName: 'self' };
  expect(isProven(await prove({ ...own, declared, anchors, now }))).toBe(true);
});

test.each([
  ['a ca.crt of somebody else, though of the same name', pemOf(stranger), [pemOf(ca)]],
  ['a ca.crt that the CA itself does not know', pemOf(ca), [pemOf(stranger)]],
  ['no ca.crt', '', [pemOf(ca)]],
])('%s breaks the chain', async (_, caPem, known) => {
  const proof = await proven({ names: [dns] }, { dnsNames: ['www.example.com'] }, caPem, known);
  expect(proof.chain).toBe(false);
  expect(isProven(proof)).toBe(false);
});

test('a client is not taken under the roots of somebody else', async () => {
  const declared = { dnsNames: ['www.example.com'] };
  const proof = await proven({ names: [dns], extended: [clientAuth] }, declared, pemOf(stranger));
  expect(proof).toMatchObject({ handshake: 'none', purpose: 'client' });
});

test.each([
  ['an address that was not declared', { names: [dns, new GeneralName({ iPAddress: '10.1.2.3' })] }],
  ['another common name', { names: [dns], commonName: 'other' }],
])('%s is found out', async (_, wish) => {
  expect(await proven(wish, { dnsNames: ['www.example.com'], commonName: 'mine' })).toMatchObject({ names: false });
});
