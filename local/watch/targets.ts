// The Secrets that a certificate must be in, each with its proof; and what the ledger knows of those on their way. It must
// never ask a cluster: a watch of its Secrets tells.
import { type Delivery, isDelivered } from '#core/bridge/model.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { ago } from '#core/view/times.ts';
import { copyNamespaces, namespacesOf } from '../cloud/copy-namespaces.ts';
import type { Cloud } from '../cloud/options.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import { provenTarget, type TargetResult } from '../proof/targets.ts';

/** What is current, as far as it was found. */
export interface CurrentVersion {
  readonly versions: readonly StoredVersion[];
  readonly versionId: string;
  readonly promotedAt: Date | undefined;
}

/** Sorted by cluster and namespace; undefined: this cloud has no cluster. */
export const targetResults = (
  { clusters, declared: { catalogue } }: Pick<Cloud, 'clusters' | 'declared'>,
  { certificate }: DeclaredCertificate,
  current: CurrentVersion | undefined,
): readonly TargetResult[] | undefined => {
  if (clusters.length === 0) return undefined;
  const { delivery, secretName: secret } = certificate;
  return clusters
    .filter(({ settings }) => delivery?.clusters.includes(settings.name))
    .flatMap(({ settings: { name: cluster }, secrets }) =>
      namespacesOf(certificate, copyNamespaces(catalogue, cluster)).map((namespace) =>
        provenTarget({
          place: { cluster, namespace, secret },
          held: secrets.held(namespace, secret),
          versions: current?.versions ?? [],
          current: { versionId: current?.versionId ?? '', promotedAt: current?.promotedAt },
        }),
      ),
    );
};

/** A target that the sync function could not prove, with its reason. */
export interface Lag {
  /** `cluster/namespace`. */
  readonly place: string;
  readonly code: string;
  readonly message: string;
}

export const lagsOf = (deliveries: readonly Delivery[]): readonly Lag[] =>
  deliveries.flatMap(({ target, failure }) =>
    failure === undefined
      ? []
      : [{ place: `${target.cluster}/${target.namespace}`, code: failure.code, message: failure.message }],
  );

/** No try before the deadline will mend anything that is not delivered yet. */
export const isLost = (deliveries: readonly Delivery[], deadline: Date): boolean => {
  const open = deliveries.filter((one) => !isDelivered(one));
  return (
    open.length > 0 &&
    open.every(({ failure, tryAt }) => failure !== undefined && (tryAt === undefined || new Date(tryAt) > deadline))
  );
};

const placesOf = (deliveries: readonly Delivery[]): string =>
  deliveries.map(({ target }) => `${target.cluster}/${target.namespace}`).join(', ');

/** A line's part for the board; empty: nothing is delivered anywhere. */
export const deliveryWords = (deliveries: readonly Delivery[], now: Date): string => {
  const open = deliveries.filter((one) => !isDelivered(one));
  const [failed] = open.filter(({ failure }) => failure !== undefined);
  if (failed?.failure !== undefined) {
    const next = failed.tryAt === undefined ? '' : `; next try ${ago(new Date(failed.tryAt), now)}`;
    return `NOT in ${placesOf([failed])}: ${failed.failure.code}: ${failed.failure.message}${next}`;
  }
  if (open.length > 0) return `on its way to ${placesOf(open)}`;
  const slowest = Math.max(...deliveries.map(({ confirmed }) => confirmed?.afterMs ?? 0));
  if (deliveries.length === 0) return '';
  const where = deliveries.length === 1 ? placesOf(deliveries) : `${deliveries.length} places`;
  return `in ${where} after ${(slowest / 1000).toFixed(1)} s`;
};
