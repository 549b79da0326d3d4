// A CertificateMaker for tests of what is signed: ECDSA P-256 keys, the names and constraints that the core judges. It must
// never be used for anything but tests of the core.
import { createPrivateKey, createPublicKey, webcrypto } from 'node:crypto';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import * as x509 from '@peculiar/x509';
import type { CertificateMaker, SigningRequest } from '#core/certificate/ports.ts';
import type { NameSubtrees } from '#core/declaration/model.ts';
import type { Sealed } from '#core/sealed.ts';

x509.cryptoProvider.set(webcrypto as never);
const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const keys = async (pem: Sealed<string>) => {
  const key = createPrivateKey(pem.open());
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' });
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    privateKey: await webcrypto.subtle.importKey('pkcs8', pkcs8, EC, false, ['sign']),
    publicKey: await webcrypto.subtle.importKey('spki', spki, EC, true, ['verify']),
  };
};

const subtrees = ({ dnsDomains = [], emailAddresses = [], uriDomains = [], ipRanges = [] }: NameSubtrees) =>
  [
    ...dnsDomains.map((dNSName) => new GeneralName({ dNSName })),
    ...emailAddresses.map((rfc822Name) => new GeneralName({ rfc822Name })),
    ...uriDomains.map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
    ...ipRanges.map((range) => new GeneralName({ iPAddress: range })),
  ].map((base) => new GeneralSubtree({ base }));

const constraintsExtension = ({ content }: SigningRequest): x509.Extension[] => {
  const { nameConstraints } = content;
  if (nameConstraints === undefined) return [];
  const { permitted, excluded } = nameConstraints;
  const value = new NameConstraints({
    ...(permitted === undefined ? {} : { permittedSubtrees: new GeneralSubtrees(subtrees(permitted)) }),
    ...(excluded === undefined ? {} : { excludedSubtrees: new GeneralSubtrees(subtrees(excluded)) }),
  });
  return [new x509.Extension('2.5.29.30', nameConstraints.critical, AsnConvert.serialize(value))];
};

const namesExtension = ({ content: { names } }: SigningRequest): x509.Extension[] => {
  const all = [
    ...names.dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...names.ipAddresses.map((value) => ({ type: 'ip' as const, value })),
    ...names.emailAddresses.map((value) => ({ type: 'email' as const, value })),
    ...names.uris.map((value) => ({ type: 'url' as const, value })),
  ];
  return all.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(all)];
};

const usages = ({ content: { isCa } }: SigningRequest): x509.Extension[] =>
  isCa
    ? [new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true)]
    : [new x509.ExtendedKeyUsageExtension(['1.3.6.1.5.5.7.3.1'])];

/** Signs one certificate. */
export const testMaker: CertificateMaker = {
  async sign(request) {
    const own = await keys(request.key);
    const { signer, content } = request;
    const parent = signer === 'self' ? undefined : new x509.X509Certificate(signer.certificatePem);
    const signing = signer === 'self' ? own : await keys(signer.key);
    const subject = content.subject.flat().map(({ oid, value }) => ({ [oid]: [value] }));
    const certificate = await x509.X509CertificateGenerator.create({
      subject: new x509.Name(subject).toString(),
      issuer: parent?.subject ?? new x509.Name(subject).toString(),
      serialNumber: Buffer.from(request.serial).toString('hex'),
      notBefore: request.notBefore,
      notAfter: request.notAfter,
      publicKey: own.publicKey as never,
      signingKey: signing.privateKey as never,
      signingAlgorithm: EC,
      extensions: [
        new x509.BasicConstraintsExtension(content.isCa, request.pathLength, true),
        await x509.SubjectKeyIdentifierExtension.create(own.publicKey as never),
        await x509.AuthorityKeyIdentifierExtension.create(
          signing === own ? (own.publicKey as never) : (parent!.publicKey as never),
        ),
        ...usages(request),
        ...namesExtension(request),
        ...constraintsExtension(request),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  },
};
