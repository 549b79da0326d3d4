// Declarations of the local cloud with two clusters, of a CA of its own: nothing is ordered. It must never know a cluster.
import type { DeclarationInput } from '#local/cloud/declared.ts';

const ISSUERS = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  namespace: shop
  name: bootstrap
spec:
  selfSigned: {}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: shop
  name: root
  annotations:
    evercert.dev/clusters: none
spec:
  isCA: true
  commonName: Root of two clusters
  secretName: root
  duration: 87600h
  issuerRef:
    name: bootstrap
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  namespace: shop
  name: own
spec:
  ca:
    secretName: root
`;

const ANNOTATIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  everywhere: {},
  'blue-only': { clusters: 'blue', namespaces: 'shop,web' },
  copied: { clusters: 'blue', 'namespace-selector': 'tls.example.com/wildcard=yes' },
};

const certificate = (name: string, annotations: Readonly<Record<string, string>>): string => `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  namespace: shop
  name: ${name}
  annotations:
${Object.entries(annotations)
  .map(([key, value]) => `    evercert.dev/${key}: "${value}"`)
  .join('\n')}
spec:
  secretName: ${name}-tls
  dnsNames:
    - ${name}.shop.internal
  privateKey:
    algorithm: ECDSA
  issuerRef:
    name: own
`;

/** Each renewal is asked for by the annotation; `without` is declared no longer. */
export const declarations = (wanted: { readonly renewals: number; readonly without?: string }): DeclarationInput => {
  const renewed = { 'renew-requested': `2026-01-0${wanted.renewals + 1}T00:00:00Z` };
  const texts = Object.entries(ANNOTATIONS)
    .filter(([name]) => name !== wanted.without)
    .map(([name, own]) => certificate(name, { ...own, ...renewed }));
  return { files: [{ file: 'two-clusters.yaml', text: [ISSUERS, ...texts].join('') }] };
};
