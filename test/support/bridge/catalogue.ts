// Declarations with every shape that manifests have, as YAML, and what is read of them. It must never hold a key.
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import { readDeclarations } from '#core/declaration/read.ts';
import { type ClusterSettingsInput, clusterSettings } from '#core/settings.ts';

const ISSUERS = `apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: {name: letsencrypt}
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    privateKeySecretRef: {name: account}
    solvers: [{dns01: {route53: {}}}]
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: bootstrap, namespace: pki}
spec: {selfSigned: {}}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: root, namespace: pki}
spec: {secretName: root-ca, isCA: true, commonName: Root, issuerRef: {name: bootstrap}}
---
apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: corp, namespace: pki}
spec: {ca: {secretName: root-ca}}
---
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata: {name: private}
spec: {arn: "arn:aws:acm-pca:eu-central-1:111111111111:certificate-authority/0f7bcbd5-6f10-4b8f-8d02-9c6b2f3c1a11", region: eu-central-1}
`;

/** A Certificate at the ClusterIssuer `letsencrypt` unless said; `spec` and `annotations` in YAML's flow style. */
export const certificate = (
  name: string,
  more: { annotations?: string; spec?: string; issuer?: string } = {},
): string => {
  const [namespace = '', short = ''] = name.split('/');
  const issuer = more.issuer ?? '{kind: ClusterIssuer, name: letsencrypt}';
  return `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: ${short}, namespace: ${namespace}, annotations: {${more.annotations ?? ''}}}
spec: {secretName: ${short}-tls, dnsNames: [${short}.example.com], issuerRef: ${issuer}${more.spec === undefined ? '' : `, ${more.spec}`}}
`;
};

const PCA = '{group: awspca.cert-manager.io, kind: AWSPCAClusterIssuer, name: private}';

/** One of each shape. */
export const SAMPLE = [
  certificate('shop/web', {
    annotations: 'evercert.dev/reloader: "true", evercert.dev/restart: "Deployment/web, StatefulSet/db"',
    spec: 'secretTemplate: {labels: {team: "on"}, annotations: {note: "keep {{ .key }} as it is", yes: "no"}}',
  }),
  certificate('shop/many', { annotations: 'evercert.dev/namespaces: "shop, blog"' }),
  certificate('shop/wild', { annotations: 'evercert.dev/namespace-selector: "wildcard=yes"' }),
  certificate('shop/java', {
    issuer: PCA,
    spec: 'keystores: {pkcs12: {create: true, passwordSecretRef: {name: p, key: password}}, jks: {create: true, passwordSecretRef: {name: p, key: password}}}, additionalOutputFormats: [{type: CombinedPEM}, {type: DER}]',
  }),
  certificate('pki/service', { issuer: '{name: corp}' }),
];

/** Reads texts of Certificates; throws what is wrong with them. */
export const catalogueOf = (certificates: readonly string[], clusters: readonly string[] = ['blue']): Catalogue => {
  const files = [{ file: 'all.yaml', text: ISSUERS + certificates.join('') }];
  const { catalogue, problems } = readDeclarations(files, { scope: 'folder', clusters });
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  return catalogue;
};

/** What `manifestsFor` takes, for the cluster blue. */
export const inputOf = (
  certificates: readonly string[],
  cluster: Partial<ClusterSettingsInput> = {},
  more: Partial<ManifestsInput> = {},
): ManifestsInput => ({
  catalogue: catalogueOf(certificates),
  cluster: clusterSettings.parse({ name: 'blue', ...cluster }),
  prefix: 'evercert',
  region: 'eu-central-1',
  ...more,
});

/** Like `ExternalSecret shop/web-tls`. */
export const titleOf = ({ kind, metadata: { namespace, name } }: Manifest): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;

/** Objects by title. */
export const madeOf = (input: ManifestsInput): ReadonlyMap<string, Manifest> =>
  new Map(manifestsFor(input).map((manifest) => [titleOf(manifest), manifest]));

/** The spec of an object, as the test knows its shape; throws where there is no such object. */
export const specIn = <T>(made: ReadonlyMap<string, Manifest>, title: string): T => {
  const manifest = made.get(title);
  if (manifest === undefined) throw new Error(`there is no ${title}, but ${[...made.keys()].join(', ')}`);
  return manifest.spec as T;
};
