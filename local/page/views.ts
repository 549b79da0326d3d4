// What the local page shows, made of one look at the whole ledger. Pure. It must never ask anything.
import { type Delivery, isDelivered } from '#core/bridge/model.ts';
import { certificateDetail, certificateView } from '#core/view/certificate.ts';
import { countsOfAll, fleetView, livesOf } from '#core/view/fleet.ts';
import type { CertificateDetail, FleetView } from '#core/view/model.ts';
import type { LedgerLook } from '../cloud/ledger-look.ts';
import type { Chain } from './chains.ts';

export interface Scene {
  readonly look: LedgerLook;
  readonly now: Date;
  /** Setting `prefix`. */
  readonly prefix: string;
  readonly sweepPeriodMs: number;
}

/** A local cloud is small: all are listed. */
const LIMITS = { attention: 1_000, others: 1_000 };

const clustersOf = (deliveries: readonly Delivery[], now: Date): FleetView['clusters'] =>
  [...Map.groupBy(deliveries, ({ target }) => target.cluster)].map(([name, targets]) => {
    const unconfirmed = targets.filter((one) => !isDelivered(one));
    const oldest = Math.min(now.getTime(), ...unconfirmed.map(({ wanted }) => new Date(wanted.since).getTime()));
    return { name, unconfirmed: unconfirmed.length, oldestSeconds: Math.round((now.getTime() - oldest) / 1000) };
  });

export const fleetOf = ({ look, now, prefix, sweepPeriodMs }: Scene): FleetView => {
  const { rows, deliveries, lastSweep, wantedAt } = look;
  const certificates = [...rows.values()].map((row) =>
    certificateView({ row, deliveries: deliveries.get(row.name) ?? [], now }),
  );
  return fleetView({
    service: prefix,
    now,
    sweepPeriodMs,
    certificates,
    counts: countsOfAll(certificates, now),
    lives: livesOf(certificates),
    clusters: clustersOf([...deliveries.values()].flat(), now),
    limits: LIMITS,
    ...(lastSweep === undefined ? {} : { lastSweep }),
    ...(wantedAt === undefined ? {} : { deployedAt: new Date(wantedAt) }),
  });
};

/** Undefined: the ledger knows no such certificate. */
export const detailOf = (
  { look, now, prefix }: Scene,
  name: string,
  chain: Chain | undefined,
): CertificateDetail | undefined => {
  const row = look.rows.get(name);
  if (row === undefined) return undefined;
  const history = look.history.filter((record) => record.name === name);
  const deliveries = look.deliveries.get(name) ?? [];
  return certificateDetail({ row, deliveries, now, prefix, history, ...(chain === undefined ? {} : { chain }) });
};
