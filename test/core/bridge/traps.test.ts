// Traps of External Secrets that generated manifests, and the house itself, must never walk into (docs/eks.md, "Traps"), by
// their numbers there. What the operator does in them is seen in test/system/bridge. It must never know how one is avoided.
import { globSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest } from '#core/bridge/manifests/model.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { clusterSettings } from '#core/settings.ts';

const DECLARED = `
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: public }
spec:
  acme:
    server: https://acme.example.com/directory
    privateKeySecretRef: { name: account }
    solvers: [{ dns01: { route53: { region: eu-central-1 } } }]
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: bootstrap }
spec: { selfSigned: {} }
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: private }
spec: { ca: { secretName: root-tls } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: root, namespace: cert-manager }
spec: { secretName: root-tls, isCA: true, commonName: root, issuerRef: { name: bootstrap, kind: ClusterIssuer } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata:
  name: web
  namespace: shop
  annotations: { evercert.dev/namespaces: "shop, canary", evercert.dev/reloader: "true", evercert.dev/restart: Deployment/web }
spec: { secretName: web-tls, dnsNames: [web.example.com], issuerRef: { name: public, kind: ClusterIssuer } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: wild, namespace: shop, annotations: { evercert.dev/namespace-selector: team=web } }
spec: { secretName: wild-tls, dnsNames: ["*.example.com"], issuerRef: { name: public, kind: ClusterIssuer } }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: java, namespace: shop }
spec:
  secretName: java-tls
  dnsNames: [java.shop.svc]
  issuerRef: { name: private, kind: ClusterIssuer }
  privateKey: { algorithm: ECDSA }
  additionalOutputFormats: [{ type: CombinedPEM }, { type: DER }]
  keystores:
    jks: { create: true, passwordSecretRef: { name: store, key: password } }
    pkcs12: { create: true, passwordSecretRef: { name: store, key: password } }
`;

const { catalogue, problems } = readDeclarations([{ file: 'all.yaml', text: DECLARED }], {
  scope: 'folder',
  clusters: ['blue'],
});

const made = (esoVersion: string, trust: 'trust-manager' | 'external-secrets'): readonly Manifest[] =>
  manifestsFor({
    catalogue,
    cluster: clusterSettings.parse({ name: 'blue', esoVersion }),
    prefix: 'evercert',
    region: 'eu-central-1',
    trust,
  });

interface Spec {
  readonly refreshPolicy: string;
  readonly refreshInterval: string;
  readonly target: { readonly name: string; readonly creationPolicy: string; readonly deletionPolicy: string };
  readonly [field: string]: unknown;
}

const specOf = ({ kind, spec }: Manifest): Spec[] => {
  if (kind === 'ExternalSecret') return [spec as Spec];
  return kind === 'ClusterExternalSecret' ? [(spec as { externalSecretSpec: Spec }).externalSecretSpec] : [];
};

const VARIANTS = [
  ['0.20.4', 'external-secrets'],
  ['2.9.0', 'trust-manager'],
] as const;

it('the declarations of these tests are accepted', () => {
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(catalogue.certificates.map(({ name }) => name)).toEqual([
    'cert-manager/root',
    'shop/java',
    'shop/web',
    'shop/wild',
  ]);
});

describe.each(VARIANTS)('manifests for the operator %s with trust by %s', (esoVersion, trust) => {
  const manifests = made(esoVersion, trust);
  const specs = manifests.flatMap(specOf);
  const fieldsOf = (spec: Spec): string[] => [...Object.keys(spec), ...Object.keys(spec.target)];

  it('refresh for ever: Periodic, by an interval that is not zero (1)', () => {
    expect(specs.length).toBeGreaterThan(8);
    expect(specs.filter(({ refreshPolicy }) => refreshPolicy !== 'Periodic')).toEqual([]);
    expect(specs.filter(({ refreshInterval }) => !/^[1-9]\d*h$/.test(refreshInterval))).toEqual([]);
  });

  it('make no Secret immutable (2)', () => {
    expect(specs.filter((spec) => fieldsOf(spec).includes('immutable'))).toEqual([]);
  });

  it('name each secret and property: nothing is found by its tags, nothing is extracted whole (6)', () => {
    expect(specs.filter((spec) => 'dataFrom' in spec)).toEqual([]);
    const data = specs.flatMap((spec) => spec.data as { remoteRef: { key?: string; property?: string } }[]);
    expect(data.filter(({ remoteRef }) => !remoteRef.key || !remoteRef.property)).toEqual([]);
  });

  it('keep a Secret whose secret is gone, and one whose ExternalSecret is gone where the operator can (7)', () => {
    const policies = new Set(specs.map(({ target }) => `${target.creationPolicy} ${target.deletionPolicy}`));
    expect([...policies]).toEqual([esoVersion === '2.9.0' ? 'CreateOrMerge Retain' : 'Owner Retain']);
  });

  it("need no annotation on a ClusterExternalSecret's copies but what it hands down itself (8)", () => {
    const copies = manifests.filter(({ kind }) => kind === 'ClusterExternalSecret');
    expect(copies.map(({ metadata }) => metadata.name)).toContain('wild-tls-public');
    for (const { metadata, spec } of copies)
      expect((spec as Record<string, unknown>).externalSecretMetadata).toEqual({
        labels: metadata.labels,
        annotations: metadata.annotations,
      });
  });

  it('leave the reloader of External Secrets and all CRDs out (10, 12)', () => {
    const groups = new Set(manifests.map(({ apiVersion }) => apiVersion));
    expect([...groups].filter((group) => /reloader|apiextensions/.test(group))).toEqual([]);
  });

  it('make each Secret from one ExternalSecret alone (17)', () => {
    const places = manifests.flatMap((one) =>
      specOf(one).map(({ target }) => `${one.metadata.namespace ?? '*'}/${target.name}`),
    );
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});

describe('the house', () => {
  const root = new URL('../../../', import.meta.url).pathname;
  const deployed = globSync('{adapters,core,lambdas,lib}/**/*.ts', { cwd: root });

  it('has no Kubernetes client among its dependencies: four requests need none (14)', () => {
    const { dependencies } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { dependencies: object };
    expect(Object.keys(dependencies).filter((name) => name.includes('kubernetes'))).toEqual([]);
  });

  it('never lists secrets nor reads them in batches, and grants neither (6, 15)', () => {
    const asks = (path: string): boolean =>
      /BatchGetSecretValue|ListSecrets/.test(readFileSync(`${root}${path}`, 'utf8'));
    expect(deployed.filter(asks)).toEqual([]);
  });
});
