// Starts one execution for each due row, most urgent first, never more in flight than the setting allows. It issues
// nothing itself.
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
}

const STARTS_AT_ONCE = 10;
/** Twice a second: ListExecutions, which every look needs once, is refilled at that rate in the slower regions. */
const LOOK_AGAIN_MS = 500;

type Started = 'started' | 'running' | 'lost';

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

const startAll = async (ports: FeedPorts, settings: FeedSettings, rows: readonly DueRow[]): Promise<Started[]> => {
  const results: Started[] = [];
  for (let i = 0; i < rows.length; i += STARTS_AT_ONCE)
    results.push(
      ...(await Promise.all(rows.slice(i, i + STARTS_AT_ONCE).map((row) => startOne(ports, settings, row)))),
    );
  return results;
};

/** Longer than one look and its starts take; a sweep that crashed holds the next one up no longer. */
const TURN_MS = 60_000;
/** More than there are places, so that what fails never hides what does not. */
const readAtOnce = ({ inFlight }: FeedSettings): number => Math.max(2 * inFlight, 1_000);

/** Starts what there are places for. */
const look = async (ports: FeedPorts, settings: FeedSettings, due: readonly DueRow[]): Promise<readonly Started[]> => {
  const { inFlight } = settings;
  const free = Math.max(0, inFlight - (await ports.executions.countRunning()));
  return startAll(ports, settings, nextRows(due, { free, inFlight, now: ports.clock.now() }));
};

const feedInTurn = async (
  ports: FeedPorts,
  settings: FeedSettings,
  turn: { readonly holder: string; readonly deadline: Date; taken: boolean },
): Promise<Fed> => {
  const fed = { started: 0, waiting: 0, stillRunning: 0 };
  for (;;) {
    const now = ports.clock.now();
    const due = await ports.due.due({ now, limit: readAtOnce(settings) });
    if (due.length === 0) return { ...fed, waiting: 0 };
    // Another sweep that feeds has counted the same free places: its turn ends soon, or lapses.
    turn.taken = await ports.turn.take({ holder: turn.holder, now, until: new Date(now.getTime() + TURN_MS) });
    const results = turn.taken ? await look(ports, settings, due) : [];
    fed.started += results.filter((result) => result === 'started').length;
    fed.stillRunning += results.filter((result) => result === 'running').length;
    fed.waiting = Math.max(0, due.length - results.length);
    if (fed.waiting === 0 && due.length < readAtOnce(settings)) return fed;
    if (ports.clock.now().getTime() + LOOK_AGAIN_MS >= turn.deadline.getTime()) return fed;
    await ports.timer.sleep(LOOK_AGAIN_MS);
  }
};

/** Feeds free places until nothing is due or `deadline` is near; looks twice a second while a queue waits. */
export const feed = async (ports: FeedPorts, settings: FeedSettings, deadline: Date): Promise<Fed> => {
  const turn = { holder: ports.random.uuid(), deadline, taken: false };
  try {
    return await feedInTurn(ports, settings, turn);
  } finally {
    if (turn.taken) await ports.turn.end({ holder: turn.holder });
  }
};
