// Manifests as text: YAML for GitOps repositories, file by file, with a kustomization that lists them. It must never touch
// a disk.
import { stringify } from 'yaml';
import type { Manifest } from './model.ts';

/** As YAML 1.1 reads it too (kubectl): `yes` is quoted; and never folded, so that a change is one line of a diff. */
export const documentOf = (value: object): string =>
  stringify(value, { aliasDuplicateObjects: false, compat: 'yaml-1.1', lineWidth: 0, indentSeq: false });

/** One document an object. */
export const yamlOf = (manifests: readonly Manifest[]): string =>
  manifests.map((manifest) => `---\n${documentOf(manifest)}`).join('');

export const CLUSTER_FILE = 'cluster.yaml';
export const KUSTOMIZATION = 'kustomization.yaml';
const fileOf = ({ metadata: { namespace } }: Manifest): string =>
  namespace === undefined ? CLUSTER_FILE : `namespace-${namespace}.yaml`;

const MARK = '# Made by evercert manifests for the cluster ';

/** The first line of every file: what does not begin with it is somebody else's. */
export const headerOf = (cluster: string): string => `${MARK}${cluster}; edits are lost.\n`;

/** Whose file it is by its text; undefined: none of ours. */
export const clusterOfText = (text: string): string | undefined =>
  text.startsWith(MARK) ? text.slice(MARK.length, text.indexOf(';')) : undefined;

/** Files by name, sorted: the cluster's objects, one file a namespace, and the kustomization. */
export const filesOf = (cluster: string, manifests: readonly Manifest[]): ReadonlyMap<string, string> => {
  const files = Map.groupBy(manifests, fileOf);
  const names = [...files.keys()].sort();
  const kustomization = { apiVersion: 'kustomize.config.k8s.io/v1beta1', kind: 'Kustomization', resources: names };
  return new Map([
    ...names.map((name): [string, string] => [name, headerOf(cluster) + yamlOf(files.get(name) ?? [])]),
    [KUSTOMIZATION, headerOf(cluster) + documentOf(kustomization)],
  ]);
};
