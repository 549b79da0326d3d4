// Certificate requests with every field, read back by another reader.
import { webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  BasicConstraints,
  ExtendedKeyUsage,
  KeyUsage,
  NameConstraints,
  SubjectAlternativeName,
} from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { CertificateContent } from '#core/certificate/content.ts';
import type { Sealed } from '#core/sealed.ts';
import { ALL_NAMES, caContent, content, makeKey } from '#test/support/contents.ts';

x509.cryptoProvider.set(webcrypto as never);

const request = async (
  key: Sealed<string>,
  asked: CertificateContent,
  usages: 'encoded' | 'left out' = 'encoded',
): Promise<x509.Pkcs10CertificateRequest> =>
  new x509.Pkcs10CertificateRequest(new Uint8Array(await nodeKeys.csr({ key, content: asked, usages })));

const idsOf = ({ extensions }: x509.Pkcs10CertificateRequest): string[] => extensions.map(({ type }) => type).sort();

const read = <T>({ extensions }: x509.Pkcs10CertificateRequest, id: string, type: new () => T): T =>
  AsnConvert.parse(extensions.find((one) => one.type === id)!.value, type);

describe('a request', () => {
  it.each([
    ['RSA', 2048, 'PKCS1', 'RSASSA-PKCS1-v1_5', 'SHA-256'],
    ['RSA', 3072, 'PKCS8', 'RSASSA-PKCS1-v1_5', 'SHA-256'],
    ['ECDSA', 256, 'PKCS1', 'ECDSA', 'SHA-256'],
    ['ECDSA', 384, 'PKCS8', 'ECDSA', 'SHA-384'],
    ['ECDSA', 521, 'PKCS1', 'ECDSA', 'SHA-512'],
  ] as const)('of a key of %s %i in %s is signed with %s and %s', async (algorithm, size, encoding, name, hash) => {
    const made = await request(await makeKey(algorithm, size, encoding), content());
    expect(made.signatureAlgorithm).toMatchObject({ name, hash: { name: hash } });
    expect(await made.verify()).toBe(true);
  });

  it('of an Ed25519 key is signed with it', async () => {
    const made = await request(await makeKey('Ed25519'), content());
    expect(made.signatureAlgorithm).toMatchObject({ name: 'Ed25519' });
    expect(await made.verify()).toBe(true);
  });

  it.each([
    ['RSA', 2048, 'SHA384WithRSA', 'SHA-384'],
    ['RSA', 2048, 'SHA512WithRSA', 'SHA-512'],
    ['ECDSA', 256, 'ECDSAWithSHA512', 'SHA-512'],
  ] as const)('of %s %i is signed as asked: %s', async (algorithm, size, signatureAlgorithm, hash) => {
    const made = await request(await makeKey(algorithm, size), content({ signatureAlgorithm }));
    expect(made.signatureAlgorithm).toMatchObject({ hash: { name: hash } });
    expect(await made.verify()).toBe(true);
  });

  it('names what was asked, in the order of the kinds, and the subject in its own order', async () => {
    const subject = [
      [{ oid: '2.5.4.6', value: 'DE' }],
      [{ oid: '2.5.4.10', value: 'Müller, Söhne' }],
      [{ oid: '2.5.4.3', value: 'web' }],
    ];
    const made = await request(await makeKey(), content({ subject, names: ALL_NAMES }));
    const names = [...read(made, '2.5.29.17', SubjectAlternativeName)];
    expect(names.map((one) => one.dNSName ?? one.rfc822Name ?? one.iPAddress ?? one.uniformResourceIdentifier)).toEqual(
      [
        'www.example.com',
        '*.example.com',
        'web@example.com',
        '192.0.2.1',
        '2001:db8::1',
        'spiffe://example.com/ns/web',
        undefined,
      ],
    );
    expect(names[6]!.otherName?.typeId).toBe('1.3.6.1.4.1.311.20.2.3');
    expect(Buffer.from(names[6]!.otherName!.value).toString('utf8')).toMatch(/wéb@example\.com$/);
    expect(made.subject).toBe('C=DE, O=Müller\\, Söhne, CN=web');
  });

  it('asks for usages, and leaves them to the CA where it is told to', async () => {
    const asked = content({ usages: ['digital signature', 'decipher only', 'client auth', 'any'] });
    const key = await makeKey();
    const made = await request(key, asked);
    expect(read(made, '2.5.29.15', KeyUsage).toJSON()).toEqual(['decipherOnly', 'digitalSignature']);
    expect([...read(made, '2.5.29.37', ExtendedKeyUsage)]).toEqual(['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']);
    expect(idsOf(made)).toEqual(['2.5.29.15', '2.5.29.17', '2.5.29.37']);
    expect(idsOf(await request(key, asked, 'left out'))).toEqual(['2.5.29.17']);
  });

  it('of a CA says so, with its name constraints', async () => {
    const nameConstraints = { critical: true, permitted: { dnsDomains: ['example.com'] } };
    const made = await request(await makeKey(), caContent('CA', { nameConstraints }));
    expect(read(made, '2.5.29.19', BasicConstraints).cA).toBe(true);
    expect(read(made, '2.5.29.15', KeyUsage).toJSON()).toEqual(['crlSign', 'keyCertSign']);
    const said = read(made, '2.5.29.30', NameConstraints);
    expect([...said.permittedSubtrees!].map(({ base }) => base.dNSName)).toEqual(['example.com']);
    expect(said.excludedSubtrees).toBeUndefined();
    expect(made.extensions.filter(({ critical }) => critical).map(({ type }) => type)).toEqual([
      '2.5.29.15',
      '2.5.29.19',
      '2.5.29.30',
    ]);
  });

  it('without anything to ask has no extensions', async () => {
    const nothing = content({ names: { ...ALL_NAMES, ...caContent('CA').names } });
    expect(idsOf(await request(await makeKey(), nothing, 'left out'))).toEqual([]);
  });
});
