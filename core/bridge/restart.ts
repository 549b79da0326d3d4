// Workloads that are restarted for a new version: once, after its Secret was confirmed, inside the certificate's maintenance
// windows. It must never restart for what a cluster has only been promised.
import type { CertificateRow } from '../journey/rows.ts';
import { openAt } from '../renewal/maintenance.ts';
import { shareOf } from '../renewal/share.ts';
import type { Sync } from './context.ts';
import { copiesOf, mainPlace } from './look.ts';
import { type Delivery, RESTARTED_ANNOTATION } from './model.ts';

/** When workloads may be restarted: now, or as the certificate's next window opens; undefined: never. */
export const restartOpens = (row: CertificateRow, { wanted }: Delivery, now: Date): Date | undefined => {
  const windows = row.declared.certificate.renewal?.windows ?? [];
  if (windows.length === 0) return now;
  return openAt(windows, { desired: now, now, share: shareOf(wanted.fingerprint, 'window') });
};

/**
 * What the item says of restarts once the wanted version is confirmed: when the workloads may be restarted for it. Nothing for the
 * first version that ever arrives, for one that had been confirmed before, and where no window ever opens.
 */
export const restartToCome = (row: CertificateRow, seen: Delivery, now: Date): Pick<Delivery, 'restart' | 'tryAt'> => {
  const { confirmed, wanted, restart } = seen;
  if (confirmed?.versionId === wanted.versionId)
    return restart?.versionId === wanted.versionId ? { restart, tryAt: restart.notBefore } : {};
  if (confirmed === undefined || (row.declared.certificate.delivery?.restart ?? []).length === 0) return {};
  const opens = restartOpens(row, seen, now)?.toISOString();
  return opens === undefined ? {} : { restart: { versionId: wanted.versionId, notBefore: opens }, tryAt: opens };
};

/** Restarts what is declared, in each namespace with a copy; gives how many. Errors: CLUSTER_*. */
export const restartWorkloads = async (
  { ports }: Sync,
  row: CertificateRow,
  { target, restart }: Delivery,
): Promise<number> => {
  const workloads = row.declared.certificate.delivery?.restart ?? [];
  if (restart === undefined || workloads.length === 0) return 0;
  const main = target.kind === 'ClusterExternalSecret' ? await ports.api.externalSecret(mainPlace(target)) : undefined;
  let restarted = 0;
  for (const namespace of copiesOf(target, main))
    for (const { kind, name } of workloads) {
      const value = restart.versionId;
      await ports.workloads.restart({ kind, namespace, name, annotation: RESTARTED_ANNOTATION, value });
      restarted++;
    }
  return restarted;
};
