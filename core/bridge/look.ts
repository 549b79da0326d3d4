// What is known of one target in its cluster: asked for here, judged elsewhere. It must never change anything.
import { CLUSTER_SYNC_ANNOTATION, publicName, SYNC_ANNOTATION, type Target } from './model.ts';
import type { ClusterApi, ExternalSecretState, Place } from './ports.ts';

/** The two objects of a target: the one with the key, and its public companion. */
export interface Pair {
  readonly main: ExternalSecretState | undefined;
  readonly companion: ExternalSecretState | undefined;
}

export const mainPlace = ({ kind, namespace, secret }: Target): Place => ({ kind, namespace, name: secret });
export const companionPlace = ({ kind, namespace, secret }: Target): Place => ({
  kind,
  namespace,
  name: publicName(secret),
});

/** The annotation that makes the operator look. */
export const annotationOf = ({ kind }: Target): string =>
  kind === 'ClusterExternalSecret' ? CLUSTER_SYNC_ANNOTATION : SYNC_ANNOTATION;

export const lookAtPair = async (api: ClusterApi, target: Target): Promise<Pair> => {
  const [main, companion] = await Promise.all([
    api.externalSecret(mainPlace(target)),
    api.externalSecret(companionPlace(target)),
  ]);
  return { main, companion };
};

/** Namespaces that hold a copy of the Secret. */
export const copiesOf = (target: Target, main: ExternalSecretState | undefined): readonly string[] =>
  target.kind === 'ExternalSecret' ? [target.namespace] : (main?.provisioned ?? []);

export const syncValue = (versionId: string, bumps: number): string => `${versionId}.${bumps}`;

/** How often the annotation was written for a version, as the cluster says; 0: never. */
const standing = (annotation: string, versionId: string, state: ExternalSecretState | undefined): number => {
  const value = state?.annotations[annotation] ?? '';
  const count = value.startsWith(`${versionId}.`) ? Number(value.slice(versionId.length + 1)) : 0;
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
};

/**
 * The number of the next write of the annotation: one that was recorded and never written, else the next one, because the same
 * value again makes the operator do nothing.
 */
export const nextBump = (
  { target, wanted, bumps }: { target: Target; wanted: { versionId: string }; bumps: number },
  { main, companion }: Pair,
): number => {
  const annotation = annotationOf(target);
  const stands = Math.max(...[main, companion].map((state) => standing(annotation, wanted.versionId, state)));
  return stands < bumps ? bumps : stands + 1;
};
