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

type Known = { readonly certificate: string; readonly delivery: Delivery };
type Visits = { readonly ended: readonly Ended[]; readonly unfinished: ReadonlySet<string> };

const visitAll = async (sync: Sync, targets: readonly Known[], deadline: Date): Promise<Visits> => {
  const visits = await inPool(AT_ONCE, targets, async ({ delivery }) =>
    hasTime(sync, deadline) ? deliverOne(sync, delivery) : undefined,
  );
  const unfinished = new Set<string>();
  const ended = visits.flatMap((visit, i) => {
    const { certificate, delivery } = targets[i]!;
    if (visit.status === 'rejected')
      sync.ports.log.error('a delivery could not be recorded', { ...delivery.target, error: visit.reason });
    if (visit.status === 'fulfilled' && visit.value !== undefined) return [visit.value];
    unfinished.add(certificate);
    return [];
  });
  return { ended, unfinished };
};

/** The targets of certificates in this cluster: all are found first, so that the many of one certificate go side by side. */
const ofCertificates = async (sync: Sync, certificates: readonly string[], deadline: Date): Promise<Visits> => {
  const { ports, settings } = sync;
  // The row is wanted for each of them: read meanwhile, and kept.
  const found = await inPool(AT_ONCE, certificates, async (name) => {
    const [known] = await Promise.all([ports.aims.ofCertificate(name), sync.row(name)]);
    return known;
  });
  const unread = certificates.filter((certificate, i) => {
    const query = found[i]!;
    if (query.status === 'rejected') ports.log.error('targets could not be read', { certificate, error: query.reason });
    return query.status === 'rejected';
  });
  const targets = certificates.flatMap((certificate, i) => {
    const query = found[i]!;
    const known = query.status === 'fulfilled' ? query.value : [];
    return known
      .filter(({ target }) => target.cluster === settings.cluster.name)
      .map((delivery) => ({ certificate, delivery }));
  });
  const wanting = targets.filter(({ delivery }) => wantsVisit(delivery, ports.clock.now()));
  const { ended, unfinished } = await visitAll(sync, wanting, deadline);
  return { ended, unfinished: new Set([...unread, ...unfinished]) };
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
  const { ended, unfinished } = await ofCertificates(context, [...new Set(request.certificates)], deadline);
  return reported([...ended, ...(request.wake ? await allDue(context, deadline) : [])], [...unfinished]);
};
