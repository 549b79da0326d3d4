// Keeps the totals: adds what the table's stream tells, exactly once, and counts a shard anew where that is in doubt and once
// a day. The only reader of all rows; it takes its time. It must never know a stream or a table.
import { EvercertError } from '../errors.ts';
import { ALL_SHARDS } from '../ledger-format.ts';
import type { Clock, Log, Timer } from '../ports.ts';
import type { CountedRow, CountedRows, RowChange, ShardTotals } from './ports.ts';
import { changesByShard, MARGIN_MS, stillToAdd, sumOf, totalsOf } from './tally.ts';

export interface CountPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly totals: ShardTotals;
  readonly rows: CountedRows;
  readonly log: Log;
}

/** Between two pages of a shard: strongly consistent, a megabyte costs 256 of the 3,000 units a second that a partition has. */
const PAGE_PAUSE_MS = 200;
const TRIES = 5;
/** An hourly look counts a shard once a day. */
const AGE_MS = 23 * 60 * 60_000;

const allRows = async ({ rows, timer }: CountPorts, shard: number): Promise<readonly CountedRow[]> => {
  const found: CountedRow[] = [];
  let from: string | undefined;
  do {
    if (from !== undefined) await timer.sleep(PAGE_PAUSE_MS);
    const page = await rows.page({ shard, ...(from === undefined ? {} : { from }) });
    found.push(...page.rows);
    from = page.next;
  } while (from !== undefined);
  return found;
};

/** Counts a shard anew. LEDGER_UNAVAILABLE: others wrote its totals each time meanwhile. */
export const recount = async (ports: CountPorts, shard: number): Promise<void> => {
  for (let tries = 0; tries < TRIES; tries++) {
    const seen = await ports.totals.read(shard);
    const from = ports.clock.now();
    const totals = totalsOf(await allRows(ports, shard));
    const to = ports.clock.now();
    if (await ports.totals.replace({ shard, totals, from, to, edit: seen?.edit ?? 0 })) return;
  }
  throw new EvercertError(
    'LEDGER_UNAVAILABLE',
    `the totals of shard ${shard} changed ${TRIES} times while it was counted`,
  );
};

const recountMissing = async (ports: CountPorts): Promise<void> => {
  for (const shard of ALL_SHARDS) if ((await ports.totals.read(shard)) === undefined) await recount(ports, shard);
};

/** Changes of one shard, in order. */
const addTo = async (ports: CountPorts, shard: number, changes: readonly RowChange[]): Promise<void> => {
  let left = changes;
  for (let tries = 0; tries < TRIES; tries++) {
    const earliest = Math.min(...left.map(({ at }) => at.getTime()));
    const outcome = await ports.totals.add({
      shard,
      delta: sumOf(left),
      first: left[0]!.sequence,
      last: left.at(-1)!.sequence,
      after: new Date(earliest - MARGIN_MS),
    });
    if (outcome === 'added') return;
    // The totals are told once each shard has some: a service whose first row this is need not wait for the daily count.
    if (outcome.state === undefined) return recountMissing(ports);
    const judged = stillToAdd(left, outcome.state);
    if (judged === 'recount') return recount(ports, shard);
    if (judged.length === 0) return;
    left = judged;
  }
  throw new EvercertError(
    'LEDGER_UNAVAILABLE',
    `the totals of shard ${shard} changed ${TRIES} times while they were added to`,
  );
};

/**
 * Adds what has changed, shard by shard; repeating it adds nothing. Gives the sequence from which the caller must come again,
 * if a shard could not be added to: the others are not held up by it.
 */
export const follow = async (ports: CountPorts, changes: readonly RowChange[]): Promise<string | undefined> => {
  const failed: string[] = [];
  for (const [shard, of] of changesByShard(changes)) {
    const [added] = await Promise.allSettled([addTo(ports, shard, of)]);
    if (added.status === 'fulfilled') continue;
    ports.log.warn('the totals of a shard could not be added to', { shard, error: added.reason });
    failed.push(of[0]!.sequence);
  }
  return changes.find(({ sequence }) => failed.includes(sequence))?.sequence;
};

export interface Rebuilt {
  readonly counted: number;
  /** Shards whose turn it is and that were not come to. */
  readonly left: number;
}

/** Counts each shard whose count is a day old, the oldest first, until `deadline`; the next call goes on. Throws as `recount`. */
export const rebuild = async (ports: CountPorts, deadline: Date): Promise<Rebuilt> => {
  const states = await Promise.all(ALL_SHARDS.map(async (shard) => ({ shard, state: await ports.totals.read(shard) })));
  const since = new Date(ports.clock.now().getTime() - AGE_MS).toISOString();
  const old = states
    .map(({ shard, state }) => ({ shard, countedFrom: state?.countedFrom ?? '' }))
    .filter(({ countedFrom }) => countedFrom < since)
    .sort((a, b) => (a.countedFrom < b.countedFrom ? -1 : 1));
  let counted = 0;
  for (const { shard } of old) {
    if (ports.clock.now() >= deadline) break;
    await recount(ports, shard);
    counted += 1;
  }
  return { counted, left: old.length - counted };
};
