// The totals' ports of the fake ledger, as strict as the real ones. They must never look at a clock: instants are passed in.
import { issuerText } from '#core/declaration/issuer-types.ts';
import type { CountedRow, CountedRows, Counters, ShardState, ShardTotals, Totals } from '#core/health/ports.ts';
import { NOTHING, plus, sortable } from '#core/health/tally.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import { ALL_SHARDS, instant } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import type { LedgerStore } from './store.ts';

/** An item of totals. */
export interface StoredTotals {
  readonly state: ShardState;
  readonly totals: Totals;
}

export const counters = (store: LedgerStore): Counters => ({
  read: async () => {
    const all = [...store.totals.values()];
    if (all.length < ALL_SHARDS.length) return undefined;
    const countedAt = all.map(({ state }) => state.countedFrom).sort()[0]!;
    return { ...all.map(({ totals }) => totals).reduce(plus, NOTHING), countedAt };
  },
});

export const shardTotals = (store: LedgerStore): ShardTotals => ({
  read: async (shard) => store.totals.get(shard)?.state,
  add: async ({ shard, delta, first, last, after }) => {
    const stored = store.totals.get(shard);
    if (stored === undefined) return { state: undefined };
    const { state, totals } = stored;
    const isSeen = state.sequence !== undefined && state.sequence >= sortable(first);
    if (isSeen || state.countedTo >= instant(after)) return { state };
    const next = { ...state, edit: state.edit + 1, sequence: sortable(last) };
    store.totals.set(shard, { state: next, totals: plus(totals, delta) });
    return 'added';
  },
  replace: async ({ shard, totals, from, to, edit }) => {
    if ((store.totals.get(shard)?.state.edit ?? 0) !== edit) return false;
    const state = { edit: edit + 1, countedFrom: instant(from), countedTo: instant(to) };
    store.totals.set(shard, { state, totals });
    return true;
  },
});

const countedRow = ({ declared, progress }: CertificateRow): CountedRow => ({
  issuer: issuerText(declared.issuer),
  isIssued: progress.current !== undefined,
});

/** A hundred rows a page. */
export const countedRows = (store: LedgerStore): CountedRows => ({
  page: async ({ shard, from = '' }) => {
    const rows = [...store.rows.values()]
      .map(({ row }) => row)
      .filter(({ name }) => shardOf(name) === shard && name > from)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = rows.slice(0, 100);
    const counted = page.filter(({ retiredAt }) => retiredAt === undefined).map(countedRow);
    return page.length < rows.length ? { rows: counted, next: page.at(-1)!.name } : { rows: counted };
  },
});
