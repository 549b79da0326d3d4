// The objects of the cluster's suite. It must never be the manifests that are shipped: those are told of elsewhere.
import { CLUSTER_SYNC_ANNOTATION, publicName } from '#core/bridge/model.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import { externalSecret } from '#test/support/cluster/manifests.ts';
import type { At } from './stage.ts';

/** What of an ExternalSecret is written otherwise. */
export interface Otherwise {
  readonly spec?: object;
  readonly target?: object;
  readonly data?: readonly object[];
}

const entry = (key: string, property: string, secretKey = property): object => ({
  secretKey,
  remoteRef: { key, property },
});

/** The ExternalSecret of a certificate. */
export const main = (at: At, key: string, otherwise: Otherwise = {}): Manifest =>
  externalSecret({ ...at, key }, otherwise);

/** Its public-only companion. */
export const companion = ({ namespace, name }: At, key: string, otherwise: Otherwise = {}): Manifest =>
  externalSecret(
    { namespace, name: publicName(name), key },
    {
      data: [entry(key, 'tls.crt'), entry(key, 'version-id')],
      ...otherwise,
      target: { template: { engineVersion: 'v2', type: 'Opaque' }, ...otherwise.target },
    },
  );

/** A copy of the companion in each namespace with the labels. */
export const copies = (
  name: string,
  key: string,
  labels: Readonly<Record<string, string>>,
  bump?: string,
): Manifest => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ClusterExternalSecret',
  metadata: { name, ...(bump === undefined ? {} : { annotations: { [CLUSTER_SYNC_ANNOTATION]: bump } }) },
  spec: {
    externalSecretName: name,
    namespaceSelectors: [{ matchLabels: labels }],
    refreshTime: '1m',
    externalSecretSpec: companion({ namespace: 'any', name }, key, { target: { name } }).spec,
  },
});

export const deployment = ({ namespace, name }: At): Manifest => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: { 'example.com/kept': 'yes' } },
      spec: { containers: [{ name: 'web', image: 'example.com/web:1' }] },
    },
  },
});

export const opaqueSecret = ({ namespace, name }: At): Manifest => ({
  apiVersion: 'v1',
  kind: 'Secret',
  type: 'Opaque',
  metadata: { name, namespace },
  data: { theirs: Buffer.from('theirs').toString('base64') },
});
