// The generated manifests, applied by a cluster's own kubectl provider: opt-in, for clusters of the same app. It must never
// apply the operator or its CRDs: `kubectl apply` cannot carry those of its stores (262,144 bytes of annotation).
import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { Manifest, ManifestsInput } from '#core/bridge/manifests/model.ts';
import { refusalsOf } from '#core/bridge/manifests/refusals.ts';
import type { AnyCluster } from './eks-target.ts';
import { Refused } from './refused.ts';

/** Those of the cluster itself first, under ''. */
const byNamespace = (manifests: readonly Manifest[]): ReadonlyMap<string, readonly Manifest[]> => {
  const groups = new Map<string, Manifest[]>([['', []]]);
  for (const one of manifests) {
    const namespace = one.metadata.namespace ?? '';
    groups.set(namespace, [...(groups.get(namespace) ?? []), one]);
  }
  return new Map([...groups].filter(([, all]) => all.length > 0));
};

/**
 * One resource for the cluster's own objects and one a namespace, after it: what is no longer declared is pruned. The
 * namespaces and the operator must be there. Throws Refused: manifests cannot be made, or the cluster is of another stack.
 */
export const applyManifests = (scope: Construct, cluster: AnyCluster, input: ManifestsInput): void => {
  const { name } = input.cluster;
  // In another stack it would need the reader role of this one, and this one its endpoint.
  if (Stack.of(cluster) !== Stack.of(scope))
    throw new Refused(`cluster ${name}: applyManifests needs it in the same stack: make or import it there`);
  const refusals = refusalsOf(input);
  if (refusals.length > 0) throw new Refused(refusals.join('\n'));
  const groups = byNamespace(manifestsFor(input));
  const applied = [...groups].map(([namespace, manifests]) =>
    cluster.addManifest(`Evercert-${name}${namespace === '' ? '' : `-${namespace}`}`, ...manifests),
  );
  const [first, ...rest] = applied;
  if (groups.has('') && first !== undefined) for (const one of rest) one.node.addDependency(first);
};
