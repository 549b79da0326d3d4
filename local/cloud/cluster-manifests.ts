// What a GitOps tool does in life: applies the generated manifests to the clusters of a local cloud, and deletes what is no
// longer generated. It must never write anything that `evercert manifests` does not print, but for namespaces.

import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import { mustApply, remove } from '../cluster/apply.ts';
import { LOCAL_REGION } from './clients.ts';
import { copyNamespaces } from './copy-namespaces.ts';
import type { LocalCluster } from './local-cluster.ts';

export interface Wanted {
  readonly catalogue: Catalogue;
  readonly prefix: string;
}

const keyOf = ({ kind, metadata }: Manifest): string => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;

/** What each cluster was given and has still. */
const applied = new WeakMap<LocalCluster, Map<string, Manifest>>();

/** Also the namespaces: in life they are somebody else's. */
const objectsFor = ({ settings: cluster }: LocalCluster, { catalogue, prefix }: Wanted): readonly Manifest[] => {
  const input: ManifestsInput = { catalogue, cluster, prefix, region: LOCAL_REGION, namespaces: true };
  const copies = copyNamespaces(catalogue, cluster.name).map(({ name, labels }) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name, labels },
  }));
  return [...copies, ...manifestsFor(input)];
};

const knownOf = (cluster: LocalCluster): Map<string, Manifest> => {
  const known = applied.get(cluster) ?? new Map<string, Manifest>();
  applied.set(cluster, known);
  return known;
};

const isUp = ({ running }: LocalCluster): Promise<boolean> =>
  running.server.admin({ method: 'GET', path: '/readyz' }).then(
    ({ status }) => status === 200,
    () => false,
  );

const applyTo = async (cluster: LocalCluster, wanted: Wanted): Promise<void> => {
  for (const manifest of objectsFor(cluster, wanted)) {
    await mustApply(cluster.running.server.admin, manifest);
    knownOf(cluster).set(keyOf(manifest), manifest);
  }
};

/** Before a deploy: what is new is there when the first certificate is announced. Gives the names of clusters that are down: they get theirs with the next deploy. */
export const applyManifests = async (clusters: readonly LocalCluster[], wanted: Wanted): Promise<readonly string[]> => {
  const down: string[] = [];
  for (const cluster of clusters)
    if (await isUp(cluster)) await applyTo(cluster, wanted);
    else down.push(cluster.settings.name);
  return down;
};

/** After a deploy: what is no longer wanted. Namespaces stay: no controller here would ever finish their deletion. */
export const withdraw = async (clusters: readonly LocalCluster[], wanted: Wanted): Promise<void> => {
  for (const cluster of clusters) {
    if (!(await isUp(cluster))) continue;
    const left = new Set(objectsFor(cluster, wanted).map(keyOf));
    for (const [key, manifest] of knownOf(cluster)) {
      if (left.has(key) || manifest.kind === 'Namespace') continue;
      await remove(cluster.running.server.admin, manifest);
      knownOf(cluster).delete(key);
    }
  }
};
