// Issuers of our own making: self-signed, a CA that is declared, and one that is brought along. All in the process.
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { referenceSecret } from '#core/names.ts';
import type { World } from '#test/support/world.ts';
import type { IssuerStage } from '../stage.ts';

x509.cryptoProvider.set(webcrypto as never);

const ports = (w: World) => w.compose();
const stop = async (): Promise<void> => undefined;

export const URLS = {
  crl: 'http://pki.example.com/ca.crl',
  ocsp: 'http://ocsp.example.com',
  caIssuers: 'http://pki.example.com/ca.crt',
} as const;

export const selfSigned = async (): Promise<IssuerStage> => ({
  declarations: `---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: self
spec:
  selfSigned:
    crlDistributionPoints: [${URLS.crl}]
`,
  issuerRef: '{ name: self, kind: ClusterIssuer }',
  ports,
  roots: async () => [],
  stop,
});

const caIssuer = (secretName: string): string => `---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: own
spec:
  ca:
    secretName: ${secretName}
    crlDistributionPoints: [${URLS.crl}]
    ocspServers: [${URLS.ocsp}]
    issuingCertificateURLs: [${URLS.caIssuers}]
`;

/** The usual bootstrap, in one folder: a self-signed root, and the issuer that signs with it. */
export const ownCa = async (): Promise<IssuerStage> => ({
  declarations: `---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata:
  name: bootstrap
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: cert-manager
  name: root
spec:
  isCA: true
  commonName: Root of our own
  secretName: root
  duration: 87600h
  privateKey: { algorithm: ECDSA }
  issuerRef: { name: bootstrap, kind: ClusterIssuer }
${caIssuer('root')}`,
  issuerRef: '{ name: own, kind: ClusterIssuer }',
  ports,
  roots: async (w) => [w.current('cert-manager/root')['tls.crt'] ?? ''],
  stop,
});

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
};
const YEAR = 365 * 86_400_000;

interface Pair {
  readonly keys: webcrypto.CryptoKeyPair;
  readonly certificate: x509.X509Certificate;
}

const authority = async (name: string, pathLength: number, years: number, parent?: Pair): Promise<Pair> => {
  const keys = await webcrypto.subtle.generateKey(RSA, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '0d',
    subject: `CN=${name}`,
    issuer: parent?.certificate.subject ?? `CN=${name}`,
    notBefore: new Date(Date.now() - YEAR),
    notAfter: new Date(Date.now() + years * YEAR),
    signingKey: (parent?.keys ?? keys).privateKey,
    publicKey: keys.publicKey,
    signingAlgorithm: RSA,
    extensions: [
      new x509.BasicConstraintsExtension(true, pathLength, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(parent === undefined ? [] : [await x509.AuthorityKeyIdentifierExtension.create(parent.keys.publicKey)]),
    ],
  });
  return { keys, certificate };
};

/** An RSA intermediate of somebody else's root, as people bring it: certificate, key and the root beside. */
export const broughtCa = async (): Promise<IssuerStage> => {
  const root = await authority('Root of somebody else', 2, 10);
  const own = await authority('Intermediate that is brought along', 1, 5, root);
  const key = await webcrypto.subtle.exportKey('pkcs8', own.keys.privateKey);
  const rootPem = root.certificate.toString('pem');
  return {
    declarations: caIssuer('brought-ca'),
    issuerRef: '{ name: own, kind: ClusterIssuer }',
    prepare: (w) =>
      w.secrets.plant(
        referenceSecret('evercert', 'cert-manager', 'brought-ca'),
        JSON.stringify({
          'tls.crt': own.certificate.toString('pem'),
          'tls.key': x509.PemConverter.encode(key, 'PRIVATE KEY'),
          'ca.crt': rootPem,
        }),
      ),
    ports,
    roots: async () => [rootPem],
    stop,
  };
};
