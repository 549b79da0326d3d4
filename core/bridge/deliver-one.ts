// One target's visit: looks, records the next bump, makes the operator look, and writes what was proven, or why not. Each write
// is conditional on the item that was seen: whoever loses leaves quietly, the winner or the ledger's timer goes on.
import type { CertificateRow } from '../journey/rows.ts';
import { askedOf } from './cluster-fault.ts';
import { type Ended, NOTHING, type Sync } from './context.ts';
import { hopeless } from './diagnose.ts';
import type { Fault } from './fault.ts';
import { lookAtPair, nextBump, type Pair } from './look.ts';
import { type Delivery, type Held, isDelivered } from './model.ts';
import { BEGUN_MS, isTold, tryAgainAt, UNDECLARED_MS } from './pace.ts';
import { nudge, prove } from './prove.ts';
import { restartOpens, restartToCome, restartWorkloads } from './restart.ts';
import { deliveredEvent, undeliveredEvent } from './telling.ts';

const later = ({ ports }: Sync, ms: number): string => new Date(ports.clock.now().getTime() + ms).toISOString();

/** The item as it is now; undefined: somebody else has changed it. */
const written = async ({ ports }: Sync, delivery: Delivery, seen: Delivery): Promise<Delivery | undefined> =>
  (await ports.deliveries.write({ delivery, seen })) ? { ...delivery, edit: seen.edit + 1 } : undefined;

const isDeclared = (row: CertificateRow | undefined, { target }: Delivery): row is CertificateRow => {
  const delivery = row?.retiredAt === undefined ? row?.declared.certificate.delivery : undefined;
  if (delivery === undefined || !delivery.clusters.includes(target.cluster)) return false;
  return target.namespace === '*'
    ? delivery.namespaceSelector !== undefined
    : delivery.namespaces.includes(target.namespace);
};

/** Not delivered, or not restarted: told once a version (what may pass, at its second visit), and tried again at its time. */
const lag = async (sync: Sync, seen: Delivery, { code, message }: Fault): Promise<Ended> => {
  const { ports } = sync;
  // A newer version may be wanted by now: nothing is told of the old one then.
  if ((await ports.deliveries.read(seen.target))?.edit !== seen.edit) return NOTHING;
  const at = ports.clock.now();
  const count = (seen.failure?.count ?? 0) + 1;
  const wasTold = seen.failure?.told === true;
  const isTelling = !wasTold && !isDelivered(seen) && isTold({ code, count });
  if (isTelling) await ports.bus.publish(undeliveredEvent(seen, { code, message, at }));
  const told = wasTold || isTelling ? { told: true as const } : {};
  const failure = { code, message, at: at.toISOString(), count, ...told };
  const tryAt = tryAgainAt(at, count).toISOString();
  if ((await written(sync, { ...seen, failure, tryAt }, seen)) === undefined) return NOTHING;
  const { target, wanted } = seen;
  const what = isDelivered(seen) ? 'not restarted yet' : 'not delivered yet';
  ports.log.warn(what, { ...target, versionId: wanted.versionId, code, message, tries: count, tryAt });
  return isDelivered(seen) ? NOTHING : { kind: 'lagging', code };
};

/** The restart that the item carries, where its time has come, and a window is still (or again) open. */
const restartNow = async (sync: Sync, row: CertificateRow, seen: Delivery): Promise<Ended> => {
  const { ports } = sync;
  const { restart, failure: _moot, tryAt: _done, ...rest } = seen;
  if (restart === undefined) {
    await written(sync, rest, seen);
    return NOTHING;
  }
  const now = ports.clock.now();
  if (restart.notBefore > now.toISOString()) return NOTHING;
  const opens = restartOpens(row, seen, now)?.toISOString();
  // The window went by meanwhile: a cluster that was down, a try that failed, a declaration that has other windows.
  if (opens === undefined || opens > now.toISOString()) {
    const next = opens === undefined ? rest : { ...rest, restart: { ...restart, notBefore: opens }, tryAt: opens };
    await written(sync, next, seen);
    return NOTHING;
  }
  const asked = await askedOf(seen.target, restartWorkloads(sync, row, seen));
  if ('fault' in asked) return lag(sync, seen, asked.fault);
  if ((await written(sync, rest, seen)) === undefined) return NOTHING;
  ports.log.info('restarted', { ...seen.target, versionId: restart.versionId, workloads: asked.value });
  return { kind: 'restarted', restarted: asked.value };
};

/** Told, then written: what was killed in between is proven and told again, by the same id. */
const confirm = async (sync: Sync, row: CertificateRow, seen: Delivery, held: Held): Promise<Ended> => {
  const { ports } = sync;
  const { wanted, target } = seen;
  const since = new Date(wanted.since).getTime();
  const at = new Date(Math.max(ports.clock.now().getTime(), since));
  const afterMs = at.getTime() - since;
  await ports.bus.publish(deliveredEvent(seen, { held, at, afterMs }));
  const { failure: _over, tryAt: _done, restart: _told, ...rest } = seen;
  const confirmed = { ...held, at: at.toISOString(), afterMs };
  const next = await written(sync, { ...rest, confirmed, ...restartToCome(row, seen, at) }, seen);
  if (next === undefined) return NOTHING;
  ports.log.info('delivered', { ...target, versionId: wanted.versionId, fingerprint: held.fingerprint, afterMs });
  const restarted = next.restart === undefined ? NOTHING : await restartNow(sync, row, next);
  return { kind: 'delivered', afterMs, restarted: restarted.kind === 'restarted' ? restarted.restarted : 0 };
};

/** Recorded before the annotation is written: a number is never lost, and the ledger's timer runs from here. */
const recorded = (sync: Sync, seen: Delivery, pair: Pair): Promise<Delivery | undefined> =>
  written(sync, { ...seen, bumps: nextBump(seen, pair), tryAt: later(sync, BEGUN_MS) }, seen);

const deliver = async (sync: Sync, row: CertificateRow, seen: Delivery): Promise<Ended> => {
  const { ports, settings } = sync;
  const looked = await askedOf(seen.target, lookAtPair(ports.api, seen.target));
  if ('fault' in looked) return lag(sync, seen, looked.fault);
  const pair = looked.value;
  const fault = hopeless({ delivery: seen, pair, late: 'main', settings });
  if (fault !== undefined && pair.main === undefined) return lag(sync, seen, fault);
  const begun = await recorded(sync, seen, pair);
  if (begun === undefined) return NOTHING;
  const proving = fault === undefined ? prove(sync, begun, pair) : nudge(sync, begun, fault);
  const proven = await askedOf(seen.target, proving);
  if ('fault' in proven) return lag(sync, begun, proven.fault);
  return 'fault' in proven.value ? lag(sync, begun, proven.value.fault) : confirm(sync, row, begun, proven.value.held);
};

/** Visits one target. Errors: of the ledger and the bus alone; a cluster's faults lie in the item. */
export const deliverOne = async (sync: Sync, seen: Delivery): Promise<Ended> => {
  const row = await sync.row(seen.target.certificate);
  if (!isDeclared(row, seen)) {
    await written(sync, { ...seen, tryAt: later(sync, UNDECLARED_MS) }, seen);
    return NOTHING;
  }
  return isDelivered(seen) ? restartNow(sync, row, seen) : deliver(sync, row, seen);
};
