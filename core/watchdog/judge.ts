// What is wrong, from what the watchdog has seen: an ordered list of named checks, the worst first. Pure.
import type { SweepRecord } from '../health/ports.ts';
import { FINDINGS, type FindingCode } from './findings.ts';

/** A look that failed, in words. */
export interface Unseen {
  readonly unseen: string;
}

export interface Seen {
  readonly now: Date;
  readonly sweepPeriodMs: number;
  /** When the watchdog first looked: a deployment that is younger than two periods has not swept yet. */
  readonly since: Date;
  readonly lastSweep: SweepRecord | Unseen | undefined;
  readonly schedule: string | Unseen;
  readonly deadLetters: number | Unseen;
}

export interface Finding {
  readonly code: FindingCode;
  /** What was seen just now. */
  readonly seen: string;
}

const MINUTE_MS = 60_000;
/** All rows are counted anew once a day; a day and a half is one that was left out. */
const COUNTED_MS = 36 * 60 * MINUTE_MS;

const isUnseen = (value: unknown): value is Unseen => typeof value === 'object' && value !== null && 'unseen' in value;
const minutes = (ms: number): string => `${Math.floor(ms / MINUTE_MS)} minutes`;

type Check = (seen: Seen) => string | undefined;

/** Undefined: all is well. */
const CHECKS: Readonly<Record<FindingCode, Check>> = {
  SWEEP_STOPPED: ({ lastSweep, now, since, sweepPeriodMs }) => {
    if (isUnseen(lastSweep)) return undefined;
    const last = lastSweep?.completedAt;
    const age = now.getTime() - (last === undefined ? since : new Date(last)).getTime();
    if (age <= 2 * sweepPeriodMs + 3 * MINUTE_MS) return undefined;
    return last === undefined
      ? `no sweep has completed since ${since.toISOString()}`
      : `the last sweep completed at ${last}, ${minutes(age)} ago`;
  },
  SCHEDULE_DISABLED: ({ schedule }) =>
    isUnseen(schedule) || schedule === 'ENABLED' ? undefined : `the schedule of the sweep is ${schedule}`,
  LOOK_FAILED: ({ lastSweep, schedule, deadLetters }) => {
    const unseen = [lastSweep, schedule, deadLetters].filter(isUnseen).map((one) => one.unseen);
    return unseen.length === 0 ? undefined : unseen.join('; ');
  },
  DEAD_LETTERS: ({ deadLetters }) =>
    isUnseen(deadLetters) || deadLetters === 0 ? undefined : `${deadLetters} messages lie in the dead-letter queue`,
  HEALTH_UNSEEN: ({ lastSweep }) =>
    lastSweep === undefined || isUnseen(lastSweep) || lastSweep.figures !== undefined
      ? undefined
      : `the sweep of ${lastSweep.completedAt} could not look at the fleet's health`,
  COUNTERS_STALE: ({ lastSweep, now, since }) => {
    if (lastSweep === undefined || isUnseen(lastSweep) || lastSweep.figures === undefined) return undefined;
    const { countedAt } = lastSweep.figures;
    const age = now.getTime() - new Date(countedAt ?? since).getTime();
    if (age <= COUNTED_MS) return undefined;
    return countedAt === undefined
      ? 'the certificates have never been counted'
      : `the certificates were last counted at ${countedAt}`;
  },
};

export const judge = (seen: Seen): readonly Finding[] =>
  (Object.keys(FINDINGS) as FindingCode[]).flatMap((code) => {
    const found = CHECKS[code](seen);
    return found === undefined ? [] : [{ code, seen: found }];
  });
