// The row ports of the fake ledger, as strict as the real ones. They must never look at a clock: instants are passed in.
import { signerOf } from '#core/declaration/issuer-types.ts';
import { EvercertError } from '#core/errors.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { AcceptedDeclarationRow, DueRow, WatchedRow } from '#core/journey/rows.ts';
import { nextActionAt, type Timers } from '#core/journey/timers.ts';
import { historyKey, instant } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import type { Dependents } from '#core/own-ca/ports.ts';
import type { ClaimedRows, DeclaredRows, DueRows } from '#core/ports.ts';
import { pastWindowOf } from '#core/renewal/ari.ts';
import type { RenewalMarks } from '#core/renewal/ports.ts';
import type { WatchedRows } from '#core/sweep/ports.ts';
import { copy, indexed, type LedgerStore, put, type StoredRow } from './store.ts';

/** The row without the named fields, and with the others changed. */
const changed = (row: CertificateRow, fields: { [K in keyof CertificateRow]?: CertificateRow[K] | undefined }) =>
  copy({ ...row, ...fields }) as CertificateRow;

/** An execution at that time, whatever else the row waits for. */
const startAt = (at: Date) => ({ startAt: instant(at), nextActionAt: instant(at) });

const allTimers = (timers: Timers) => ({
  startAt: undefined,
  ariAt: undefined,
  checkAt: undefined,
  ...timers,
  nextActionAt: nextActionAt(timers),
});

const isFree = (row: CertificateRow, now: Date): boolean =>
  row.leaseUntil === undefined || row.leaseUntil <= instant(now);

const fenced = (store: LedgerStore, row: CertificateRow): StoredRow => {
  const stored = store.rows.get(row.name);
  if (stored?.row.uid === row.uid && stored.row.fence === row.fence) return stored;
  throw new EvercertError('LEASE_LOST', `${row.name}: the claim with fence ${row.fence} is no longer the newest`);
};

export const claimedRows = (store: LedgerStore): ClaimedRows => ({
  claim: async ({ name, uid, run, now, leaseUntil }) => {
    const stored = store.rows.get(name);
    if (stored === undefined || stored.row.uid !== uid || run < stored.row.run) return 'gone';
    const { row } = stored;
    if (!isFree(row, now) && row.leaseRun !== run) return 'held';
    const lease = { leaseRun: run, leaseUntil: instant(leaseUntil), ...startAt(leaseUntil) };
    return put(store, { ...stored, row: changed(row, { ...lease, fence: row.fence + 1 }) });
  },
  save: async ({ row, progress, leaseUntil, record }) => {
    const stored = fenced(store, row);
    if (stored.row.leaseRun === undefined) throw new EvercertError('LEASE_LOST', `${row.name}: released already`);
    if (record !== undefined) store.history.set(historyKey(record).pk + historyKey(record).sk, record);
    const lease = { leaseUntil: instant(leaseUntil), ...startAt(leaseUntil) };
    const saved = put(store, {
      ...stored,
      ...indexed(row, progress),
      row: changed(stored.row, { ...lease, progress }),
    });
    return record === undefined ? saved : changed(row, { ...lease, progress });
  },
  release: async ({ row, progress, timers }) => {
    const stored = fenced(store, row);
    const sameMark = stored.row.renewRequestedAt === row.renewRequestedAt;
    const sameTold = JSON.stringify(stored.row.signerTrust) === JSON.stringify(row.signerTrust);
    if (stored.row.generation !== row.generation || !sameMark || !sameTold) return 'changed';
    const freed = { leaseUntil: undefined, leaseRun: undefined, ...allTimers(timers) };
    put(store, { ...stored, ...indexed(row, progress), row: changed(stored.row, { ...freed, progress }) });
    return 'released';
  },
});

const dueRowOf = ({ name, uid, run, nextActionAt, progress }: CertificateRow): DueRow =>
  copy({
    name,
    uid,
    run,
    nextActionAt: nextActionAt!,
    endedRun: progress.endedRun,
    notAfter: progress.current?.notAfter,
    failures: progress.failure?.count ?? 0,
    pastWindow: pastWindowOf(progress),
  } as DueRow);

const isPast = (at: string | undefined, now: Date): boolean => at !== undefined && at <= instant(now);

const isDue = (row: CertificateRow, now: Date): boolean =>
  isPast(row.nextActionAt, now) && (row.startAt === undefined || isPast(row.startAt, now));

/** The stored row, when it is still the one and the run that was seen. */
const seenAgain = (store: LedgerStore, seen: DueRow): StoredRow | undefined => {
  const stored = store.rows.get(seen.name);
  return stored?.row.uid === seen.uid && stored.row.run === seen.run ? stored : undefined;
};

export const dueRows = (store: LedgerStore): DueRows => ({
  due: async ({ now, limit }) =>
    [...store.rows.values()]
      .map(({ row }) => row)
      .filter((row) => isDue(row, now))
      .map(dueRowOf)
      .sort((a, b) => (a.nextActionAt < b.nextActionAt ? -1 : 1))
      .slice(0, limit),
  book: async ({ row, now, lookAgainAt }) => {
    const stored = seenAgain(store, row);
    if (stored === undefined || !isDue(stored.row, now)) return false;
    put(store, { ...stored, row: changed(stored.row, { run: row.run + 1, ...startAt(lookAgainAt) }) });
    return true;
  },
  postpone: async ({ row, lookAgainAt }) => {
    const stored = seenAgain(store, row);
    if (stored?.row.nextActionAt !== row.nextActionAt) return;
    if (stored) put(store, { ...stored, row: changed(stored.row, startAt(lookAgainAt)) });
  },
});

const isWatched = (row: CertificateRow, now: Date): boolean =>
  row.startAt !== undefined && !isPast(row.startAt, now) && (isPast(row.ariAt, now) || isPast(row.checkAt, now));

const untouched = (a: CertificateRow, b: CertificateRow): boolean =>
  a.uid === b.uid &&
  a.fence === b.fence &&
  a.run === b.run &&
  a.generation === b.generation &&
  a.nextActionAt === b.nextActionAt;

export const watchedRows = (store: LedgerStore): WatchedRows => ({
  watched: async ({ now, limit }) =>
    [...store.rows.values()]
      .map(({ row }) => row)
      .filter((row) => isWatched(row, now) && isPast(row.nextActionAt, now))
      .map(({ name, uid, startAt: at, ariAt, checkAt }) =>
        copy({ name, uid, startAt: at, ariAt, checkAt } as WatchedRow),
      )
      .slice(0, limit),
  note: async ({ row, progress, timers }) => {
    const stored = store.rows.get(row.name);
    if (stored === undefined || !untouched(stored.row, row) || stored.row.leaseRun !== undefined) return false;
    const noted = { progress, ...allTimers(timers) };
    put(store, { ...stored, ...indexed(row, progress), row: changed(stored.row, noted) });
    return true;
  },
});

export const renewalMarks = (store: LedgerStore): RenewalMarks => ({
  request: async ({ name, now }) => {
    const stored = store.rows.get(name);
    if (stored === undefined || stored.row.retiredAt !== undefined) return false;
    const marked = { renewRequestedAt: instant(now), ...dueNow(stored.row, now) };
    put(store, { ...stored, row: changed(stored.row, marked) });
    return true;
  },
});

export const dependents = (store: LedgerStore): Dependents => ({
  page: async ({ signer, after, limit }) =>
    [...store.rows.values()]
      .map(({ row }) => row)
      .filter(({ declared, retiredAt }) => signerOf(declared.issuer) === signer && retiredAt === undefined)
      .filter(({ name }) => after === undefined || name > after)
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .slice(0, limit)
      .map(({ name, uid }) => ({ name, uid })),
  wake: async ({ name, uid, signer, trust, now }) => {
    const stored = store.rows.get(name);
    if (stored === undefined || stored.row.uid !== uid || stored.row.retiredAt !== undefined) return;
    const { signerTrust: before } = stored.row;
    if (before?.signer === signer && before.trust === trust) return;
    const told = { signerTrust: { signer, trust }, ...dueNow(stored.row, now) };
    put(store, { ...stored, row: changed(stored.row, told) });
  },
});

const acceptedOf = ({ row, declaredHash }: StoredRow): AcceptedDeclarationRow =>
  copy({
    name: row.name,
    uid: row.uid,
    hash: declaredHash,
    generation: row.generation,
    retiredAt: row.retiredAt,
  } as AcceptedDeclarationRow);

/** The stored row, when it still has the declaration that was seen. */
const asAccepted = (store: LedgerStore, seen: AcceptedDeclarationRow): StoredRow | undefined => {
  const stored = store.rows.get(seen.name);
  const same = stored?.row.uid === seen.uid && stored.declaredHash === seen.hash;
  return same && stored.row.generation === seen.generation ? stored : undefined;
};

/** Due now, unless a lease is running. */
const dueNow = (row: CertificateRow, now: Date) => (isFree(row, now) ? startAt(now) : {});

export const declaredRows = (store: LedgerStore): DeclaredRows => ({
  listShard: async (shard) => [...store.rows.values()].filter(({ row }) => shardOf(row.name) === shard).map(acceptedOf),
  declare: async ({ declared, seen, uid, now }) => {
    const { name, hash: declaredHash } = declared;
    if (seen === undefined) {
      if (store.rows.has(name)) return;
      const made = { schema: 1, name, uid, origin: 'declared', declared, generation: 1, run: 0, fence: 0 } as const;
      const row: CertificateRow = { ...made, progress: { revision: 0 }, ...startAt(now) };
      put(store, { row, declaredHash, failing: false, living: false });
      return;
    }
    const stored = asAccepted(store, seen);
    if (stored === undefined) return;
    const grown = { declared, generation: seen.generation + 1, retiredAt: undefined, ...dueNow(stored.row, now) };
    put(store, { ...stored, declaredHash, row: changed(stored.row, grown) });
  },
  retire: async ({ seen, now }) => {
    const stored = asAccepted(store, seen);
    if (stored === undefined) return;
    const grown = { generation: seen.generation + 1, retiredAt: instant(now), ...dueNow(stored.row, now) };
    put(store, { ...stored, failing: false, living: false, row: changed(stored.row, grown) });
  },
});
