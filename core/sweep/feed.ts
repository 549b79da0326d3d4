// Starts one execution for each due row, most urgent first, never more in flight than the setting allows. It issues
// nothing itself.
import type { DueRow } from '../journey/rows.ts';
import type { Clock, DueRows, Executions, Log, Timer } from '../ports.ts';

export interface FeedPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly due: DueRows;
  readonly executions: Executions;
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

/** Healthy before failing; among them what ends first; what was never issued comes after what is about to end. */
export const byUrgency = (a: DueRow, b: DueRow): number => {
  const failing = Number(a.failures > 0) - Number(b.failures > 0);
  if (failing !== 0) return failing;
  const end = (a.notAfter ?? '9').localeCompare(b.notAfter ?? '9');
  return end !== 0 ? end : a.nextActionAt.localeCompare(b.nextActionAt);
};

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

/** Feeds free places until nothing is due or `deadline` is near; looks twice a second while a queue waits. */
export const feed = async (ports: FeedPorts, settings: FeedSettings, deadline: Date): Promise<Fed> => {
  let started = 0;
  let stillRunning = 0;
  for (;;) {
    const now = ports.clock.now();
    const due = await ports.due.due({ now, limit: settings.inFlight * 2 });
    if (due.length === 0) return { started, waiting: 0, stillRunning };
    const free = Math.max(0, settings.inFlight - (await ports.executions.countRunning()));
    const results = await startAll(ports, settings, [...due].sort(byUrgency).slice(0, free));
    started += results.filter((result) => result === 'started').length;
    stillRunning += results.filter((result) => result === 'running').length;
    const waiting = Math.max(0, due.length - results.length);
    if (waiting === 0 && due.length < settings.inFlight * 2) return { started, waiting: 0, stillRunning };
    if (ports.clock.now().getTime() + LOOK_AGAIN_MS >= deadline.getTime()) return { started, waiting, stillRunning };
    await ports.timer.sleep(LOOK_AGAIN_MS);
  }
};
