// A throw-away authority and one TLS certificate for this machine's loopback, made at start and never kept.
// It must never sign for another name.
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface LocalhostCertificate {
  /** PEM of the authority that clients trust. */
  readonly caPem: string;
  readonly certificatePem: string;
  /** PKCS8 PEM of the certificate's key. */
  readonly privateKeyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;

x509.cryptoProvider.set(webcrypto);

const newKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

async function makeAuthority(validity: {
  notBefore: Date;
  notAfter: Date;
}): Promise<{ certificate: x509.X509Certificate; keys: webcrypto.CryptoKeyPair }> {
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    serialNumber: '01',
    name: 'CN=Evercert local cloud',
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate, keys };
}

/** A certificate for `localhost` and 127.0.0.1 that is valid for 30 days around `now`. */
export async function makeLocalhostCertificate(now: Date): Promise<LocalhostCertificate> {
  const validity = { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + 30 * DAY_MS) };
  const authority = await makeAuthority(validity);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity,
    serialNumber: '02',
    subject: 'CN=localhost',
    issuer: authority.certificate.subject,
    signingAlgorithm: ALGORITHM,
    signingKey: authority.keys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.keys.publicKey),
    ],
  });
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    caPem: authority.certificate.toString('pem'),
    certificatePem: certificate.toString('pem'),
    privateKeyPem: x509.PemConverter.encode(key, 'PRIVATE KEY'),
  };
}
