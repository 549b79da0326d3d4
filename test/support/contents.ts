// What certificates of a test say, and own chains made of it by the real maker. It must never be parsed from YAML.
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { certificateMaker } from '#adapters/x509/sign.ts';
import type { CertificateContent } from '#core/certificate/content.ts';
import type { SigningRequest } from '#core/certificate/ports.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import type { Sealed } from '#core/sealed.ts';

export const NO_NAMES = { dnsNames: [], ipAddresses: [], uris: [], emailAddresses: [], otherNames: [] };

/** Names of all five kinds. */
export const ALL_NAMES = {
  dnsNames: ['www.example.com', '*.example.com'],
  ipAddresses: ['192.0.2.1', '2001:db8::1'],
  uris: ['spiffe://example.com/ns/web'],
  emailAddresses: ['web@example.com'],
  otherNames: [{ oid: '1.3.6.1.4.1.311.20.2.3', utf8Value: 'wéb@example.com' }],
};

export const commonName = (value: string): CertificateContent['subject'] => [[{ oid: '2.5.4.3', value }]];

/** For www.example.com, with cert-manager's default usages. */
export const content = (change: Partial<CertificateContent> = {}): CertificateContent => ({
  subject: commonName('www.example.com'),
  names: { ...NO_NAMES, dnsNames: ['www.example.com'] },
  usages: ['digital signature', 'key encipherment'],
  isCa: false,
  ...change,
});

export const caContent = (name: string, change: Partial<CertificateContent> = {}): CertificateContent => ({
  subject: commonName(name),
  names: NO_NAMES,
  usages: ['cert sign', 'crl sign'],
  isCa: true,
  ...change,
});

export const makeKey = (
  algorithm: PrivateKeySpec['algorithm'] = 'ECDSA',
  size = 256,
  encoding: PrivateKeySpec['encoding'] = 'PKCS1',
): Promise<Sealed<string>> => nodeKeys.make({ algorithm, size, encoding });

/** PEM; valid from 2026-11-25T11:55Z for 90 days unless told otherwise. */
export const signed = (request: Pick<SigningRequest, 'content' | 'key' | 'signer'> & Partial<SigningRequest>) =>
  certificateMaker.sign({
    serial: Uint8Array.of(0x0b),
    notBefore: new Date('2026-11-25T11:55:00.000Z'),
    notAfter: new Date('2027-02-23T11:55:00.000Z'),
    urls: {},
    ...request,
  });

export interface OwnCa {
  readonly certificatePem: string;
  readonly key: Sealed<string>;
}

/** A root, or a CA certificate below `parent`. */
export const makeCa = async (
  name: string,
  options: {
    parent?: OwnCa;
    key?: Sealed<string>;
    content?: Partial<CertificateContent>;
  } & Partial<Omit<SigningRequest, 'content'>> = {},
): Promise<OwnCa> => {
  const { parent, key: given, content: more, ...rest } = options;
  const key = given ?? (await makeKey());
  const notAfter = new Date('2036-01-01T00:00:00.000Z');
  const signer = parent ?? ('self' as const);
  return { key, certificatePem: await signed({ notAfter, ...rest, content: caContent(name, more), key, signer }) };
};
