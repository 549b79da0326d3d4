// A throw-away authority with what a cluster needs: the API server's TLS certificate, an administrator's client
// certificate, and the key of service-account tokens. Made at start, never kept. It must never know who uses them.
import { generateKeyPairSync, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

export interface ClusterCredentials {
  readonly caPem: string;
  readonly server: { readonly certificatePem: string; readonly keyPem: string };
  /** Of the group system:masters: everything is allowed to it. */
  readonly admin: { readonly certificatePem: string; readonly keyPem: string };
  readonly serviceAccountKeyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';

type Keys = webcrypto.CryptoKeyPair;

const newKeys = (): Promise<Keys> => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const keyPemOf = async (keys: Keys): Promise<string> => {
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return x509.PemConverter.encode(der, 'PRIVATE KEY');
};

/** Makes them around `now`, for 30 days. */
export async function makeClusterCredentials(now: Date): Promise<ClusterCredentials> {
  x509.cryptoProvider.set(webcrypto);
  const validity = { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + 30 * DAY_MS) };
  const common = { ...validity, signingAlgorithm: ALGORITHM };
  const keys = await newKeys();
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...common,
    serialNumber: '01',
    name: 'CN=Evercert local cluster',
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const issue = async (serialNumber: string, subject: string, extensions: x509.Extension[]) => {
    const own = await newKeys();
    const certificate = await x509.X509CertificateGenerator.create({
      ...common,
      serialNumber,
      subject,
      issuer: authority.subject,
      signingKey: keys.privateKey,
      publicKey: own.publicKey,
      extensions: [new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true), ...extensions],
    });
    return { certificatePem: certificate.toString('pem'), keyPem: await keyPemOf(own) };
  };
  const names = new x509.SubjectAlternativeNameExtension([
    { type: 'dns', value: 'localhost' },
    { type: 'dns', value: 'kubernetes.default.svc' },
    { type: 'ip', value: '127.0.0.1' },
  ]);
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    caPem: authority.toString('pem'),
    server: await issue('02', 'CN=kube-apiserver', [new x509.ExtendedKeyUsageExtension([SERVER_AUTH]), names]),
    admin: await issue('03', 'O=system:masters, CN=admin', [new x509.ExtendedKeyUsageExtension([CLIENT_AUTH])]),
    serviceAccountKeyPem: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  };
}
