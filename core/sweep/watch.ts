// What the sweep looks at by itself, without an execution: each timer of a row but `startAt` has its look. Bounded, in
// small batches, within a deadline: what is left over is due at the next sweep. It must never know what a look asks.
import { asEvercertError } from '../errors.ts';
import type { CertificateRow, Progress } from '../journey/rows.ts';
import { dueTimers, type Timers } from '../journey/timers.ts';
import type { Clock, Log, RowReader } from '../ports.ts';
import type { WatchedRows } from './ports.ts';

export type WatchTimer = Exclude<keyof Timers, 'startAt'>;

/** What a look found: what the row says from now on, and its timers, that of the look itself among them. */
export interface Looked {
  readonly progress: Progress;
  readonly timers: Timers;
  /** What is worth counting, by name. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Looks at one row that nobody holds. Its errors put the look off by an hour. */
export type Look = (row: CertificateRow, now: Date) => Promise<Looked>;

export interface WatchPorts {
  readonly clock: Clock;
  readonly watched: WatchedRows;
  readonly rows: RowReader;
  readonly log: Log;
  /** A timer without a look is taken off its row. */
  readonly looks: Readonly<Partial<Record<WatchTimer, Look>>>;
}

export interface Watched {
  /** Rows looked at. */
  readonly looked: number;
  /** Looks that failed and were put off. */
  readonly failed: number;
  /** What the looks counted. */
  readonly counts: Readonly<Record<string, number>>;
}

/** 100,000 rows are all asked about four times and checked once within a day of sweeps of five minutes. */
const AT_MOST = 2_000;
const AT_ONCE = 20;
const PUT_OFF_MS = 60 * 60_000;

interface Result {
  readonly looked: number;
  readonly failed: number;
  readonly counts: Readonly<Record<string, number>>;
}

const NOTHING: Result = { looked: 0, failed: 0, counts: {} };

const later = (now: Date): string => new Date(now.getTime() + PUT_OFF_MS).toISOString();

/** One timer's look, or why it is put off. */
const lookOnce = async (ports: WatchPorts, row: CertificateRow, timer: WatchTimer): Promise<Looked & Result> => {
  const now = ports.clock.now();
  const { [timer]: _due, ...others } = timersOf(row);
  const look = ports.looks[timer];
  if (look === undefined) return { ...NOTHING, progress: row.progress, timers: others };
  const [outcome] = await Promise.allSettled([look(row, now)]);
  if (outcome.status === 'fulfilled') return { ...NOTHING, looked: 1, ...outcome.value };
  const error = asEvercertError(outcome.reason);
  ports.log.warn('a look is put off', { certificate: row.name, timer, code: error.code, error });
  return { ...NOTHING, failed: 1, progress: row.progress, timers: { ...others, [timer]: later(now) } };
};

export const timersOf = ({ startAt, ariAt, checkAt }: Timers): Timers => ({
  ...(startAt === undefined ? {} : { startAt }),
  ...(ariAt === undefined ? {} : { ariAt }),
  ...(checkAt === undefined ? {} : { checkAt }),
});

const sum = (all: readonly Result[]): Result => {
  const counts: Record<string, number> = {};
  for (const result of all)
    for (const [name, count] of Object.entries(result.counts)) counts[name] = (counts[name] ?? 0) + count;
  const total = (key: 'looked' | 'failed') => all.reduce((before, result) => before + result[key], 0);
  return { looked: total('looked'), failed: total('failed'), counts };
};

const lookAt = async (ports: WatchPorts, name: string): Promise<Result> => {
  const seen = await ports.rows.read(name);
  if (seen === undefined || seen.leaseRun !== undefined) return NOTHING;
  const due = dueTimers(timersOf(seen), ports.clock.now());
  if (due.length === 0 || due[0] === 'startAt') return NOTHING;
  const results: Result[] = [];
  let row = seen;
  for (const timer of due as readonly WatchTimer[]) {
    const { progress, timers, ...result } = await lookOnce(ports, row, timer);
    const { startAt: _start, ariAt: _ari, checkAt: _check, ...rest } = row;
    row = { ...rest, progress, ...timers };
    results.push(result);
  }
  const noted = await ports.watched.note({ row: seen, progress: row.progress, timers: timersOf(row) });
  if (!noted) ports.log.info('a look came too late: somebody is at work on the row', { certificate: name });
  return noted ? sum(results) : NOTHING;
};

/** Looks at what is due, a few at a time, until nothing is, the bound is reached, or `deadline`. */
export const watch = async (ports: WatchPorts, deadline: Date): Promise<Watched> => {
  const results: Result[] = [];
  const rows = await ports.watched.watched({ now: ports.clock.now(), limit: AT_MOST });
  for (let i = 0; i < rows.length; i += AT_ONCE) {
    if (ports.clock.now() >= deadline) break;
    results.push(...(await Promise.all(rows.slice(i, i + AT_ONCE).map(({ name }) => lookAt(ports, name)))));
  }
  return sum(results);
};
