// Private issuers beside the others of a run on real parts: an own CA from its bootstrap on, and a Private CA, with a
// keystore whose password is a secret of its own. Pure text; it must never know how it went.

/** `namespace/name` of each certificate. */
export const PRIVATE = [
  'cert-manager/own-root',
  'default/own-server',
  'default/own-client',
  'default/private-server',
  'default/private-client',
] as const;

const certificate = (name: string, issuerRef: string, lines: readonly string[]): string =>
  [
    'apiVersion: cert-manager.io/v1',
    'kind: Certificate',
    `metadata: { name: ${name} }`,
    'spec:',
    `  secretName: ${name}-tls`,
    `  issuerRef: ${issuerRef}`,
    '  privateKey: { algorithm: ECDSA }',
    ...lines.map((line) => `  ${line}`),
    '',
  ].join('\n');

const OWN = '{ kind: ClusterIssuer, name: own }';
const CA = '{ kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io, name: private }';

const BOOTSTRAP = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: bootstrap }
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: own-root, namespace: cert-manager }
spec:
  isCA: true
  commonName: Root of our own
  secretName: own-root
  duration: 87600h
  privateKey: { algorithm: ECDSA }
  issuerRef: { kind: ClusterIssuer, name: bootstrap }
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: own }
spec:
  ca: { secretName: own-root }
---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata: { name: private }
spec:
  arn: arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/12345678-1234-1234-1234-123456789012
`;

export const PRIVATE_FILE = {
  file: 'private.yaml',
  text: [
    BOOTSTRAP,
    certificate('own-server', OWN, [
      'dnsNames: [own-server.internal]',
      'keystores: { pkcs12: { create: true, passwordSecretRef: { name: keystore-password, key: password } } }',
    ]),
    certificate('own-client', OWN, ['uris: [spiffe://internal/client]', 'usages: [digital signature, client auth]']),
    certificate('private-server', CA, [
      'dnsNames: [private-server.internal]',
      'usages: [digital signature, server auth]',
    ]),
    certificate('private-client', CA, ['commonName: client', 'usages: [digital signature, client auth]']),
  ].join('---\n'),
};
