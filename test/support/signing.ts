// Chains signed for one test: every field of the leaf can be told, so that each fault of a CA can be shown. It must never
// be used for anything but judging.
import { createPublicKey, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { Sealed } from '#core/sealed.ts';

type KeyPair = webcrypto.CryptoKeyPair;
export type SigningAlgorithm = 'ECDSA' | 'RSA';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const DATES = { notBefore: new Date('2026-01-01T00:00:00Z'), notAfter: new Date('2036-01-01T00:00:00Z') };

x509.cryptoProvider.set(webcrypto as never);

export const makeKeys = (algorithm: SigningAlgorithm = 'ECDSA'): Promise<KeyPair> =>
  webcrypto.subtle.generateKey(algorithm === 'RSA' ? RSA : EC, true, ['sign', 'verify']) as Promise<KeyPair>;

/** The private half as PKCS#8 PEM. */
export const keyPem = async ({ privateKey }: KeyPair): Promise<Sealed<string>> =>
  new Sealed(x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY'));

export interface Authority {
  readonly keys: KeyPair;
  readonly certificate: x509.X509Certificate;
}

/** A CA certificate, signed by `parent` or by itself. */
export const makeAuthority = async (name: string, parent?: Authority, isCa = true): Promise<Authority> => {
  const keys = await makeKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...DATES,
    serialNumber: '0a',
    subject: `CN=${name}`,
    issuer: parent?.certificate.subject ?? `CN=${name}`,
    signingKey: (parent?.keys ?? keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: EC,
    extensions: [new x509.BasicConstraintsExtension(isCa, undefined, true)],
  });
  return { keys, certificate };
};

export interface LeafWish {
  readonly keys: KeyPair;
  readonly issuer: Authority;
  readonly names: readonly { readonly type: 'dns' | 'ip' | 'email'; readonly value: string }[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly isCa: boolean;
  readonly usages: readonly string[];
}

/** One leaf, PEM. */
export const signLeaf = async (wish: LeafWish): Promise<string> => {
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: '0b',
    subject: 'CN=leaf',
    issuer: wish.issuer.certificate.subject,
    notBefore: wish.notBefore,
    notAfter: wish.notAfter,
    signingKey: wish.issuer.keys.privateKey,
    publicKey: wish.keys.publicKey,
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(wish.isCa, undefined, true),
      ...(wish.usages.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...wish.usages])]),
      new x509.SubjectAlternativeNameExtension(wish.names.map(({ type, value }) => ({ type, value }))),
    ],
  });
  return leaf.toString('pem');
};

/** A leaf for a private key of any kind, PEM; valid from 2026-11-25T11:00:00Z on for 90 days. */
export const signLeafFor = async (key: Sealed<string>, issuer: Authority): Promise<string> => {
  const publicKey = createPublicKey(key.open()).export({ type: 'spki', format: 'der' });
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: '0c',
    subject: 'CN=leaf',
    issuer: issuer.certificate.subject,
    notBefore: new Date('2026-11-25T11:00:00Z'),
    notAfter: new Date('2027-02-23T11:00:00Z'),
    signingKey: issuer.keys.privateKey,
    publicKey: new x509.PublicKey(new Uint8Array(publicKey)),
    signingAlgorithm: EC,
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'web.example.com' }])],
  });
  return leaf.toString('pem');
};
