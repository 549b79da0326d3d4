// Certificates as ACM Private CA signs them: by template, whatever extensions the request carries (Private CA user guide,
// "template definitions"). It must never know of CAs' states, tokens or quotas.
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { type Authority, makeKeys, type SigningAlgorithm } from './signing.ts';

const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
const { serverAuth, clientAuth, codeSigning, ocspSigning } = x509.ExtendedKeyUsage;
const SAN = '2.5.29.17';

interface Template {
  readonly keyUsage: number;
  readonly extended: readonly string[];
  readonly pathLength?: number;
}

const leaf = (...extended: string[]): Template => ({ keyUsage: digitalSignature | keyEncipherment, extended });
const signer = (extended: string): Template => ({ keyUsage: digitalSignature, extended: [extended] });
const subordinate = (pathLength: number): Template => ({
  keyUsage: digitalSignature | keyCertSign | cRLSign,
  extended: [],
  pathLength,
});

/** By their names; templates that take extensions from the request are none of ours. */
export const TEMPLATES: Readonly<Record<string, Template>> = {
  'EndEntityCertificate/V1': leaf(serverAuth, clientAuth),
  'EndEntityServerAuthCertificate/V1': leaf(serverAuth),
  'EndEntityClientAuthCertificate/V1': leaf(clientAuth),
  'CodeSigningCertificate/V1': signer(codeSigning),
  'OCSPSigningCertificate/V1': signer(ocspSigning),
  'SubordinateCACertificate_PathLen0/V1': subordinate(0),
  'SubordinateCACertificate_PathLen1/V1': subordinate(1),
  'SubordinateCACertificate_PathLen2/V1': subordinate(2),
  'SubordinateCACertificate_PathLen3/V1': subordinate(3),
};

const algorithmOf = (name: string) => ({
  name: name.endsWith('RSA') ? 'RSASSA-PKCS1-v1_5' : 'ECDSA',
  hash: `SHA-${/\d+/.exec(name)![0]}`,
});

const serial = (): string => Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex');

/** A CA of Private CA: a root, or signed by `parent`. */
export const makePrivateAuthority = async (wish: {
  name: string;
  algorithm: SigningAlgorithm;
  notBefore: Date;
  notAfter: Date;
  parent?: Authority | undefined;
}): Promise<Authority> => {
  const keys = await makeKeys(wish.algorithm);
  const parentKey = wish.parent?.keys ?? keys;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: `CN=${wish.name}`,
    issuer: wish.parent?.certificate.subject ?? `CN=${wish.name}`,
    notBefore: wish.notBefore,
    notAfter: wish.notAfter,
    signingKey: parentKey.privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: { ...parentKey.privateKey.algorithm, hash: 'SHA-256' } as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature | keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(wish.parent === undefined
        ? []
        : [await x509.AuthorityKeyIdentifierExtension.create(wish.parent.certificate)]),
    ],
  });
  return { keys, certificate };
};

/** The request, if it is one and its signature holds. */
export const readRequest = async (pem: string): Promise<x509.Pkcs10CertificateRequest | undefined> => {
  if (!pem.includes('-----BEGIN CERTIFICATE REQUEST-----')) return undefined;
  const read = async () => {
    const request = new x509.Pkcs10CertificateRequest(pem);
    return (await request.verify()) ? request : undefined;
  };
  const [request] = await Promise.allSettled([read()]);
  return request.status === 'fulfilled' ? request.value : undefined;
};

/** PEM; subject and alternative names from the request, all else from the template. */
export const signByTemplate = async (wish: {
  request: x509.Pkcs10CertificateRequest;
  template: Template;
  authority: Authority;
  signingAlgorithm: string;
  notBefore: Date;
  notAfter: Date;
}): Promise<string> => {
  const { request, template, authority } = wish;
  const names = request.getExtension(SAN);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serial(),
    subject: request.subjectName,
    issuer: authority.certificate.subjectName,
    notBefore: wish.notBefore,
    notAfter: wish.notAfter,
    signingKey: authority.keys.privateKey,
    publicKey: request.publicKey,
    signingAlgorithm: algorithmOf(wish.signingAlgorithm) as never,
    extensions: [
      new x509.BasicConstraintsExtension(template.pathLength !== undefined, template.pathLength, true),
      new x509.KeyUsagesExtension(template.keyUsage, true),
      ...(template.extended.length === 0 ? [] : [new x509.ExtendedKeyUsageExtension([...template.extended])]),
      await x509.SubjectKeyIdentifierExtension.create(request.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      ...(names === null ? [] : [names]),
    ],
  });
  return certificate.toString('pem');
};
