// One cluster's sync: carries the targets of the certificates that it is told of, and those that are due, a few at a time. It
// must never let one target's fault, or a cluster that is down, hold up another.
import type { CertificateRow } from '../journey/rows.ts';
import { askedOnce } from './asked-once.ts';
import type { Ended, Sync, SyncPorts, SyncSettings } from './context.ts';
import { deliverOne } from './deliver-one.ts';
import { type Delivery, isDelivered, type Target } from './model.ts';
import { ONE_TARGET_MS } from './pace.ts';
import { inPool } from './pool.ts';

export type { SyncPorts, SyncSettings };

export interface SyncRequest {
  /** `namespace/name`, of result events. */
  readonly certificates: readonly string[];
  /** Targets are due: all of this cluster are gone through. */
  readonly wake: boolean;
}

export interface SyncReport {
  readonly delivered: number;
  readonly lagging: number;
  /** Workloads. */
  readonly restarted: number;
  /** From AWSCURRENT to the proof; absent: nothing was delivered. */
  readonly slowestMs?: number;
  /** Certificates whose message must come again: the ledger or the bus failed, or the time was over. */
  readonly unfinished: readonly string[];
}

/** Targets in work at once. */
const AT_ONCE = 10;
const PAGE = 100;

const keyOf = ({ certificate, namespace }: Pick<Target, 'certificate' | 'namespace'>): string =>
  `${certificate} ${namespace}`;

const hasTime = ({ ports }: Sync, deadline: Date): boolean =>
  ports.clock.now().getTime() + ONE_TARGET_MS <= deadline.getTime();

/** A failure waits for its own time: the ledger is the timer, not a message that comes twice. */
const wantsVisit = (delivery: Delivery, now: Date): boolean => {
  const isDue = delivery.tryAt !== undefined && delivery.tryAt <= now.toISOString();
  return isDue || (!isDelivered(delivery) && delivery.failure === undefined);
};

/** One certificate's targets in this cluster; false: its message must come again. */
const ofCertificate = async (sync: Sync, certificate: string, deadline: Date): Promise<readonly Ended[] | false> => {
  const { ports, settings } = sync;
  const ended: Ended[] = [];
  const known = await ports.aims.ofCertificate(certificate);
  for (const delivery of known) {
    if (delivery.target.cluster !== settings.cluster.name || !wantsVisit(delivery, ports.clock.now())) continue;
    if (!hasTime(sync, deadline)) return false;
    ended.push(await deliverOne(sync, delivery));
  }
  return ended;
};

const ofTarget = async (sync: Sync, target: Target): Promise<Ended | undefined> => {
  const delivery = await sync.ports.deliveries.read(target);
  return delivery !== undefined && wantsVisit(delivery, sync.ports.clock.now())
    ? deliverOne(sync, delivery)
    : undefined;
};

/** All that are due, page by page, until there is nothing new or no time. */
const allDue = async (sync: Sync, deadline: Date): Promise<readonly Ended[]> => {
  const { ports, settings } = sync;
  const done = new Set<string>();
  const ended: Ended[] = [];
  while (hasTime(sync, deadline)) {
    const page = await ports.deliveries.due({ cluster: settings.cluster.name, now: ports.clock.now(), limit: PAGE });
    const fresh = page.filter((target) => !done.has(keyOf(target)));
    if (fresh.length === 0) break;
    for (const target of fresh) done.add(keyOf(target));
    const visits = await inPool(AT_ONCE, fresh, async (target) =>
      hasTime(sync, deadline) ? ofTarget(sync, target) : undefined,
    );
    for (const visit of visits)
      if (visit.status === 'rejected') ports.log.error('a target is left to its timer', { error: visit.reason });
      else if (visit.value !== undefined) ended.push(visit.value);
  }
  return ended;
};

const rowsOnce = ({ rows }: SyncPorts): Sync['row'] => {
  const read = new Map<string, Promise<CertificateRow | undefined>>();
  return (certificate) => {
    const row = read.get(certificate) ?? rows.read(certificate);
    read.set(certificate, row);
    return row;
  };
};

const reported = (ended: readonly Ended[], unfinished: readonly string[]): SyncReport => {
  const delivered = ended.flatMap((end) => (end.kind === 'delivered' ? [end.afterMs] : []));
  const restarted = ended.map((end) => ('restarted' in end ? end.restarted : 0));
  return {
    delivered: delivered.length,
    lagging: ended.filter(({ kind }) => kind === 'lagging').length,
    restarted: restarted.reduce((sum, count) => sum + count, 0),
    ...(delivered.length === 0 ? {} : { slowestMs: Math.max(...delivered) }),
    unfinished,
  };
};

/**
 * Delivers what is asked for, until `deadline`. Never throws for what a cluster does: that lies in the ledger, which is the timer.
 * Of the ledger and the bus: a certificate's fault is reported as unfinished, one of the search for what is due is thrown.
 */
export const sync = async (
  given: SyncPorts,
  settings: SyncSettings,
  request: SyncRequest,
  deadline: Date,
): Promise<SyncReport> => {
  const ports = { ...given, ...askedOnce(given.api, given.workloads) };
  const context: Sync = { ports, settings, row: rowsOnce(ports) };
  const certificates = [...new Set(request.certificates)];
  const visits = await inPool(AT_ONCE, certificates, (name) => ofCertificate(context, name, deadline));
  const unfinished = certificates.filter((certificate, i) => {
    const visit = visits[i]!;
    if (visit.status === 'rejected')
      ports.log.error('a delivery could not be recorded', { certificate, error: visit.reason });
    return visit.status === 'rejected' || visit.value === false;
  });
  const ended = visits.flatMap((visit) => (visit.status === 'fulfilled' && visit.value !== false ? visit.value : []));
  return reported([...ended, ...(request.wake ? await allDue(context, deadline) : [])], unfinished);
};
