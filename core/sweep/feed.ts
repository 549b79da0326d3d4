// Starts one execution for each due row, most urgent first, never more in flight than the setting allows. It issues
// nothing itself.
import { atOnce } from '../at-once.ts';
import { asEvercertError, type EvercertError } from '../errors.ts';
import type { DueRow } from '../journey/rows.ts';
import type { Clock, DueRows, Executions, Log, Randomness, Timer } from '../ports.ts';
import { nextRows } from './order.ts';
import type { SweepTurn } from './ports.ts';

export interface FeedPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly due: DueRows;
  readonly executions: Executions;
  readonly turn: SweepTurn;
  readonly random: Randomness;
  readonly log: Log;
}

export interface FeedSettings {
  readonly inFlight: number;
  readonly sweepPeriodMs: number;
}

export interface Fed {
  readonly started: number;
  /** Due rows that found no free place before the deadline. */
  readonly waiting: number;
  readonly stillRunning: number;
  /** Rows that could not be started; each is due again at a later sweep. */
  readonly failed: number;
}

const STARTS_AT_ONCE = 10;
/** Twice a second: ListExecutions, which every look needs once, is refilled at that rate in the slower regions. */
const LOOK_AGAIN_MS = 500;

type Started = 'started' | 'running' | 'lost' | EvercertError;

const startOne = async (ports: FeedPorts, settings: FeedSettings, row: DueRow): Promise<Started> => {
  const now = ports.clock.now();
  // A start that is lost makes the row due again by itself after two periods.
  const lookAgainAt = new Date(now.getTime() + 2 * settings.sweepPeriodMs);
  const neverRan = row.run === 0 || row.endedRun === row.run;
  if (!neverRan && (await ports.executions.isRunning({ name: row.name, uid: row.uid, run: row.run }))) {
    await ports.due.postpone({ row, lookAgainAt });
    return 'running';
  }
  if (!(await ports.due.book({ row, now, lookAgainAt }))) return 'lost';
  await ports.executions.start({ name: row.name, uid: row.uid, run: row.run + 1 });
  return 'started';
};

/** One row's fault is no other's. */
const tryOne = async (ports: FeedPorts, settings: FeedSettings, row: DueRow): Promise<Started> => {
  const [outcome] = await Promise.allSettled([startOne(ports, settings, row)]);
  if (outcome.status === 'fulfilled') return outcome.value;
  const error = asEvercertError(outcome.reason);
  ports.log.warn('a due row could not be started', { certificate: row.name, code: error.code, error });
  return error;
};

/** Longer than one look and its starts take; a sweep that crashed holds the next one up no longer. */
const TURN_MS = 60_000;
/** More than there are places, so that what fails never hides what does not. */
const readAtOnce = ({ inFlight }: FeedSettings): number => Math.max(2 * inFlight, 1_000);

/** Starts what there are places for. */
const look = async (
  ports: FeedPorts,
  settings: FeedSettings,
  due: readonly DueRow[],
): Promise<ReadonlyMap<DueRow, Started>> => {
  const { inFlight } = settings;
  const free = Math.max(0, inFlight - (await ports.executions.countRunning()));
  const rows = nextRows(due, { free, inFlight, now: ports.clock.now() });
  const results = await atOnce(STARTS_AT_ONCE, rows, (row) => tryOne(ports, settings, row));
  return new Map(rows.map((row, i) => [row, results[i]!]));
};

/** One feed's own books. */
interface Turn {
  readonly holder: string;
  readonly deadline: Date;
  taken: boolean;
  /** What could not be started in this feed is not tried again by it. */
  readonly failed: Map<string, EvercertError>;
}

const failedOf = (results: ReadonlyMap<DueRow, Started>): [string, EvercertError][] =>
  [...results].flatMap(([{ name }, result]) => (typeof result === 'string' ? [] : [[name, result]]));

const feedInTurn = async (ports: FeedPorts, settings: FeedSettings, turn: Turn): Promise<Fed> => {
  const fed = { started: 0, waiting: 0, stillRunning: 0, failed: 0 };
  for (;;) {
    const now = ports.clock.now();
    const seen = await ports.due.due({ now, limit: readAtOnce(settings) });
    const due = seen.filter(({ name }) => !turn.failed.has(name));
    if (due.length === 0) return { ...fed, waiting: 0 };
    // Another sweep that feeds has counted the same free places: its turn ends soon, or lapses.
    turn.taken = await ports.turn.take({ holder: turn.holder, now, until: new Date(now.getTime() + TURN_MS) });
    const results = turn.taken ? await look(ports, settings, due) : new Map<DueRow, Started>();
    const count = (wanted: Started) => [...results.values()].filter((result) => result === wanted).length;
    fed.started += count('started');
    fed.stillRunning += count('running');
    for (const [name, error] of failedOf(results)) turn.failed.set(name, error);
    fed.failed = turn.failed.size;
    fed.waiting = Math.max(0, due.length - results.size);
    if (fed.waiting === 0 && seen.length < readAtOnce(settings)) return fed;
    if (ports.clock.now().getTime() + LOOK_AGAIN_MS >= turn.deadline.getTime()) return fed;
    await ports.timer.sleep(LOOK_AGAIN_MS);
  }
};

/**
 * Feeds free places until nothing is due or `deadline` is near; looks twice a second while a queue waits. A row that cannot
 * be started holds up no other; throws its error only where nothing at all could be started.
 */
export const feed = async (ports: FeedPorts, settings: FeedSettings, deadline: Date): Promise<Fed> => {
  const turn: Turn = { holder: ports.random.uuid(), deadline, taken: false, failed: new Map() };
  try {
    const fed = await feedInTurn(ports, settings, turn);
    const [error] = turn.failed.values();
    if (error !== undefined && fed.started === 0) throw error;
    return fed;
  } finally {
    if (turn.taken) await ports.turn.end({ holder: turn.holder });
  }
};
