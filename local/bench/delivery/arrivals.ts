// Waits until the Secrets of a series hold what became current, and gives how late each was: by the gateway's record and the
// cluster's own watch, so that waiting costs the emulator nothing. It must never say what is fast enough.
import { setTimeout as delay } from 'node:timers/promises';
import { VERSION_ANNOTATION } from '#core/bridge/manifests/model.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { certificateSecret } from '#core/names.ts';
import type { LocalCluster } from '../../cloud/local-cluster.ts';
import type { Cloud } from '../../cloud/options.ts';
import type { HeldSecret } from '../../cluster/secret-watch.ts';
import { promotions } from '../../proof/promotions.ts';
import { provenTarget } from '../../proof/targets.ts';
import { BenchFailed } from '../run.ts';

const LOOK_MS = 100;
const PATIENCE_MS = 180_000;

export interface Series {
  readonly cloud: Cloud;
  readonly cluster: LocalCluster;
  readonly certificates: readonly DeclaredCertificate[];
}

interface Arrival {
  readonly declared: DeclaredCertificate;
  readonly held: HeldSecret;
  readonly versionId: string;
  readonly promotedAt: Date;
}

/** Of calls since the last reset of the record. */
const arrivedOf = ({ cloud, cluster, certificates }: Series): readonly Arrival[] => {
  const known = promotions(cloud.gateway.calls());
  return certificates.flatMap((declared) => {
    const { namespace, secretName } = declared.certificate;
    const promotion = known.get(certificateSecret(cloud.outputs.secretsPrefix, declared.name));
    const held = cluster.secrets.held(namespace, secretName);
    if (promotion === undefined || held?.annotations[VERSION_ANNOTATION] !== promotion.versionId) return [];
    return { declared, held, versionId: promotion.versionId, promotedAt: promotion.at };
  });
};

/** An annotation is no proof: the bytes are compared with those in Secrets Manager. */
const mustBeProven = async ({ cloud, cluster }: Series, { declared, held, versionId }: Arrival): Promise<void> => {
  const { namespace, secretName: secret } = declared.certificate;
  const { ok } = provenTarget({
    place: { cluster: cluster.settings.name, namespace, secret },
    held,
    versions: await cloud.versions(declared.name),
    current: { versionId, promotedAt: undefined },
  });
  if (!ok) throw new BenchFailed(`${declared.name}: its Secret does not hold what is current`);
};

/** Milliseconds, one a certificate. BenchFailed: not all came, or one holds something else. */
export const untilArrived = async (series: Series): Promise<readonly number[]> => {
  const { certificates } = series;
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; await delay(LOOK_MS)) {
    const arrived = arrivedOf(series);
    if (arrived.length < certificates.length) continue;
    for (const one of arrived) await mustBeProven(series, one);
    return arrived.map(({ held, promotedAt }) => held.since.getTime() - promotedAt.getTime());
  }
  const missing = certificates.length - arrivedOf(series).length;
  throw new BenchFailed(`${missing} of ${certificates.length} Secrets were not there within ${PATIENCE_MS / 1000} s`);
};
