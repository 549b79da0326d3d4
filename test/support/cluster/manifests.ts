// Manifests of the cases that a repository should not have: an ExternalSecret with one field wrong, written by hand. What
// is right comes from `evercert manifests`. It must never be applied to a cluster that is not a test's.
import { SYNC_GROUP } from '#core/bridge/model.ts';
import type { Manifest } from '#local/cluster/apply.ts';

const ESO = 'external-secrets.io/v1';

export const clusterStore = (name = 'evercert'): Manifest => ({
  apiVersion: ESO,
  kind: 'ClusterSecretStore',
  metadata: { name },
  spec: { provider: { aws: { service: 'SecretsManager', region: 'us-east-1' } } },
});

export const externalSecret = (
  at: { readonly namespace: string; readonly name: string; readonly key: string },
  wrong: { readonly spec?: object; readonly target?: object; readonly data?: readonly object[] } = {},
): Manifest => ({
  apiVersion: ESO,
  kind: 'ExternalSecret',
  metadata: { name: at.name, namespace: at.namespace },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'evercert' },
    refreshPolicy: 'Periodic',
    refreshInterval: '12h',
    target: {
      name: at.name,
      creationPolicy: 'Owner',
      deletionPolicy: 'Retain',
      template: { engineVersion: 'v2', type: 'kubernetes.io/tls' },
      ...wrong.target,
    },
    data: wrong.data ?? [
      { secretKey: 'tls.crt', remoteRef: { key: at.key, property: 'tls.crt' } },
      { secretKey: 'tls.key', remoteRef: { key: at.key, property: 'tls.key' } },
    ],
    ...wrong.spec,
  },
});

export const clusterExternalSecret = (asked: {
  readonly name: string;
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
}): Manifest => ({
  apiVersion: ESO,
  kind: 'ClusterExternalSecret',
  metadata: { name: asked.name },
  spec: {
    externalSecretName: asked.name,
    refreshTime: '1m',
    namespaceSelectors: [{ matchLabels: asked.labels }],
    externalSecretSpec: externalSecret({ namespace: '', name: asked.name, key: asked.key }).spec,
  },
});

/** The public-only companion: the certificate and the version, never the key. */
export const companion = (
  at: { readonly namespace: string; readonly name: string; readonly key: string },
  wrong: Parameters<typeof externalSecret>[1] = {},
): Manifest =>
  externalSecret(
    { ...at, name: `${at.name}-public` },
    {
      ...wrong,
      target: { template: { engineVersion: 'v2', type: 'Opaque' }, ...wrong.target },
      data: wrong.data ?? [
        { secretKey: 'tls.crt', remoteRef: { key: at.key, property: 'tls.crt' } },
        { secretKey: 'version-id', remoteRef: { key: at.key, property: 'version-id' } },
      ],
    },
  );

const RBAC = 'rbac.authorization.k8s.io';

/** What a delivery needs, of any name and in any namespace: for tests that are not about rights. */
export const anyRights = (): Manifest[] => [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'any-delivery' },
    rules: [
      {
        apiGroups: ['external-secrets.io'],
        resources: ['externalsecrets', 'clusterexternalsecrets'],
        verbs: ['get', 'patch'],
      },
      { apiGroups: [''], resources: ['secrets'], verbs: ['get'] },
      { apiGroups: [''], resources: ['events'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'any-delivery' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'any-delivery' },
    subjects: [{ kind: 'Group', apiGroup: RBAC, name: SYNC_GROUP }],
  },
];
