// Declared against ledger, one shard at a time. `difference` is pure; `reconcile` carries it out in chunks that can
// resume, and only for the catalogue that the last deploy wants: two code versions during a deploy never fight.
import { atOnce } from '../at-once.ts';
import type { Catalogue, DeclaredCertificate } from '../declaration/model.ts';
import type { AcceptedDeclarationRow } from '../journey/rows.ts';
import { SHARDS, shardOf } from '../names.ts';
import type { CatalogueState, Clock, DeclaredRows, Log, Randomness } from '../ports.ts';

export interface Difference {
  readonly declare: readonly { declared: DeclaredCertificate; seen: AcceptedDeclarationRow | undefined }[];
  readonly retire: readonly AcceptedDeclarationRow[];
}

/** Rows to add or change (also those that come back from retirement), and rows whose declaration is gone. */
export const difference = (
  declared: readonly DeclaredCertificate[],
  rows: readonly AcceptedDeclarationRow[],
): Difference => {
  const byName = new Map(rows.map((row) => [row.name, row]));
  const wanted = new Set(declared.map(({ name }) => name));
  return {
    declare: declared
      .map((one) => ({ declared: one, seen: byName.get(one.name) }))
      .filter(({ declared: one, seen }) => seen?.hash !== one.hash || seen.retiredAt !== undefined),
    retire: rows.filter((row) => !wanted.has(row.name) && row.retiredAt === undefined),
  };
};

export interface ReconcilePorts {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly declared: DeclaredRows;
  readonly catalogue: CatalogueState;
  readonly log: Log;
}

export interface Reconciled {
  readonly changed: number;
  readonly retired: number;
  /** False: not this code's catalogue, or time ran out (the next sweep goes on). */
  readonly complete: boolean;
}

const WRITES_AT_ONCE = 20;

const reconcileShard = async (ports: ReconcilePorts, catalogue: Catalogue, shard: number) => {
  const rows = await ports.declared.listShard(shard);
  const declared = catalogue.certificates.filter(({ name }) => shardOf(name) === shard);
  const { declare, retire } = difference(declared, rows);
  const now = ports.clock.now();
  await atOnce(WRITES_AT_ONCE, declare, (one) => ports.declared.declare({ ...one, uid: ports.random.uuid(), now }));
  await atOnce(WRITES_AT_ONCE, retire, (seen) => ports.declared.retire({ seen, now }));
  return { changed: declare.length, retired: retire.length };
};

/** Applies the catalogue from where the last sweep left off, until done or `deadline`. */
export const reconcile = async (ports: ReconcilePorts, catalogue: Catalogue, deadline: Date): Promise<Reconciled> => {
  const state = await ports.catalogue.read();
  const nothing = { changed: 0, retired: 0 };
  if (state?.wantedHash !== catalogue.hash) {
    ports.log.info('another catalogue is wanted: reconcile is left to its code', {
      own: catalogue.hash,
      wanted: state?.wantedHash,
    });
    return { ...nothing, complete: false };
  }
  if (state.appliedHash === catalogue.hash) return { ...nothing, complete: true };
  let { changed, retired } = nothing;
  for (let shard = state.nextShard; shard < SHARDS; shard++) {
    if (ports.clock.now() >= deadline) return { changed, retired, complete: false };
    const done = await reconcileShard(ports, catalogue, shard);
    changed += done.changed;
    retired += done.retired;
    const nextShard = shard + 1 < SHARDS ? shard + 1 : undefined;
    if (!(await ports.catalogue.reached({ hash: catalogue.hash, nextShard, now: ports.clock.now() })))
      return { changed, retired, complete: false };
  }
  ports.log.info('the catalogue is applied', { hash: catalogue.hash, changed, retired });
  return { changed, retired, complete: true };
};
