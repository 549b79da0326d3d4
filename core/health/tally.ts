// What a change of a row means for the totals, and which changes a count has in it already. Pure: it must never know a stream
// or a table (docs/decisions/0032-counters.md).
import type { CountedRow, Delta, RowChange, ShardState, Totals } from './ports.ts';

export const NOTHING: Totals = { managed: 0, issued: 0, byIssuer: {} };

/** Issuers that count for nothing are left out. */
export const plus = (a: Totals, b: Totals): Totals => {
  const issuers = new Set([...Object.keys(a.byIssuer), ...Object.keys(b.byIssuer)]);
  const summed = [...issuers].sort().map((one) => [one, (a.byIssuer[one] ?? 0) + (b.byIssuer[one] ?? 0)] as const);
  return {
    managed: a.managed + b.managed,
    issued: a.issued + b.issued,
    byIssuer: Object.fromEntries(summed.filter(([, count]) => count !== 0)),
  };
};

const countOf = (row: CountedRow | undefined, sign: 1 | -1): Totals =>
  row === undefined ? NOTHING : { managed: sign, issued: row.isIssued ? sign : 0, byIssuer: { [row.issuer]: sign } };

/** Rows, counted. */
export const totalsOf = (rows: readonly CountedRow[]): Totals => {
  const byIssuer: Record<string, number> = {};
  for (const { issuer } of rows) byIssuer[issuer] = (byIssuer[issuer] ?? 0) + 1;
  return { managed: rows.length, issued: rows.filter(({ isIssued }) => isIssued).length, byIssuer };
};

const isNothing = ({ managed, issued, byIssuer }: Delta): boolean =>
  managed === 0 && issued === 0 && Object.keys(byIssuer).length === 0;

export const deltaOf = ({ before, after }: RowChange): Delta => plus(countOf(before, -1), countOf(after, 1));

/** Digits of one length, so that they sort as numbers do. */
export const sortable = (sequence: string): string => sequence.padStart(40, '0');

/** Those that change the totals, in the order in which they came about, by shard. Most writes of rows change nothing here. */
export const changesByShard = (changes: readonly RowChange[]): ReadonlyMap<number, readonly RowChange[]> => {
  const counting = changes
    .filter((change) => !isNothing(deltaOf(change)))
    .sort((a, b) => (sortable(a.sequence) < sortable(b.sequence) ? -1 : 1));
  return Map.groupBy(counting, ({ shard }) => shard);
};

export const sumOf = (changes: readonly RowChange[]): Delta => changes.map(deltaOf).reduce(plus, NOTHING);

/** Clocks differ by less, and times of changes are cut to a second. */
export const MARGIN_MS = 3_000;

/** The first instant at which a change that is certainly later than a count may come about. */
export const certainlyAfter = ({ countedTo }: Pick<ShardState, 'countedTo'>): Date =>
  new Date(new Date(countedTo).getTime() + MARGIN_MS);

/**
 * Of changes whose adding was refused: those that are still to be added, or `recount` where the count was never made, or
 * was under way when one of them came about, so that nobody can tell whether it has it.
 */
export const stillToAdd = (
  changes: readonly RowChange[],
  state: ShardState | undefined,
): readonly RowChange[] | 'recount' => {
  if (state === undefined) return 'recount';
  const begun = new Date(state.countedFrom).getTime() - MARGIN_MS;
  const ended = certainlyAfter(state).getTime();
  const isNew = ({ sequence }: RowChange) =>
    state.sequence === undefined || sortable(sequence) > sortable(state.sequence);
  const left = changes.filter((change) => isNew(change) && change.at.getTime() >= begun);
  return left.some(({ at }) => at.getTime() <= ended) ? 'recount' : left;
};
