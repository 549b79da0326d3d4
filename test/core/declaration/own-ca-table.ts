// The words of the tables of certificates from private issuers: sound documents, of which one line is exchanged.
import { readDeclarations } from '#core/declaration/read.ts';
import { exchange, saidOf } from './problem-table.ts';

/** A leaf of a CA issuer whose CA is declared beside it. */
export const LEAF = `apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
spec:
  secretName: web-tls
  dnsNames:
    - web.internal
  issuerRef:
    name: ours
`;

export const OWN_CA = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: root
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: ca
spec:
  secretName: ca-tls
  isCA: true
  commonName: Our CA
  issuerRef:
    name: root
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: ours
spec:
  ca:
    secretName: ca-tls
`;

export const PRIVATE_CA = `apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAIssuer
metadata:
  name: pca
spec:
  arn: arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000
`;

/** The leaf with lines added right under `spec:`' first line. */
export const withSpec = (lines: string): string =>
  exchange(LEAF, '  secretName: web-tls\n', `  secretName: web-tls\n${lines}\n`);

/** What is said of a leaf beside the sound chain of its CA. */
export const saidOfLeaf = (text: string): string[] => saidOf('web.yaml', { 'web.yaml': text, 'ca.yaml': OWN_CA });

/** What is said of a leaf that a Private CA issuer of these texts is to issue. */
export const saidAtPrivateCa = (lines: string, issuer = PRIVATE_CA): string[] => {
  const leaf = lines === '' ? LEAF : withSpec(lines);
  const text = exchange(leaf, 'name: ours', 'name: pca\n    kind: AWSPCAIssuer\n    group: awspca.cert-manager.io');
  return saidOf('web.yaml', { 'web.yaml': text, 'issuer.yaml': issuer });
};

/** Every accepted thing of one text. */
export const read = (text: string) => readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' });
