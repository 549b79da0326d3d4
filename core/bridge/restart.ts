// Workloads that are restarted for a new version: once, after its Secret was confirmed, inside the certificate's maintenance
// windows. It must never restart for what a cluster has only been promised.
import type { CertificateRow } from '../journey/rows.ts';
import { openAt } from '../renewal/maintenance.ts';
import { shareOf } from '../renewal/share.ts';
import type { Sync } from './context.ts';
import { copiesOf, mainPlace } from './look.ts';
import { type Delivery, RESTARTED_ANNOTATION } from './model.ts';

/** When the workloads may be restarted for what has just been confirmed; undefined: nothing is to be restarted, or never may. */
export const restartAt = (row: CertificateRow, seen: Delivery, now: Date): Date | undefined => {
  const { delivery, renewal } = row.declared.certificate;
  const { confirmed, wanted } = seen;
  const isNew = confirmed === undefined || confirmed.versionId === wanted.versionId;
  if (isNew || (delivery?.restart ?? []).length === 0) return undefined;
  const windows = renewal?.windows ?? [];
  if (windows.length === 0) return now;
  return openAt(windows, { desired: now, now, share: shareOf(wanted.fingerprint, 'window') });
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
