// The visit's writes: what is recorded after each step, and how a claim ends. The ledger's fence stands behind each.
import type { ExecutionInput } from '../ports.ts';
import { ariAtOf } from '../renewal/ari.ts';
import { checkAtOf } from './drift.ts';
import { withTidying } from './leftover.ts';
import type { Phase, Progress } from './row.ts';
import type { StepResult } from './step.ts';
import type { Timers } from './timers.ts';
import type { Visit } from './visit.ts';

/** Version of what the state machine carries; code that meets a newer one leaves it to the ledger. */
export const STATE_VERSION = 1;

/** What a round begins with: the execution's own input (without version and count), or the answer of the round before. */
export interface RoundInput extends ExecutionInput {
  readonly version?: number;
  readonly rounds?: number;
}

/** What the state machine carries from round to round: no key, token or PEM (its history is readable for 90 days). */
export interface AdvanceResult extends RoundInput {
  readonly revision: number;
  readonly phase: Phase | 'due';
  readonly done: boolean;
  /** Of the issuance in progress; as in the log and in the event of its outcome. */
  readonly attemptId?: string;
  /** ISO 8601; only when not done. */
  readonly until?: string;
}

/** Longer than any invocation, so that a crash shows soon and a running one is never overtaken. */
export const LEASE_MS = 4 * 60_000;

export const later = (visit: Visit, ms: number): Date => new Date(visit.ports.clock.now().getTime() + ms);

export const answer = (visit: Visit, input: RoundInput, until?: Date): AdvanceResult => {
  const { revision, work } = visit.row.progress;
  return {
    ...input,
    revision,
    phase: work?.phase ?? 'due',
    done: until === undefined,
    ...(work === undefined ? {} : { attemptId: work.attemptId }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
  };
};

const timersOf = (visit: Visit, progress: Progress, startAt: Date | undefined): Timers => {
  if (startAt === undefined) return {};
  const ariAt = ariAtOf(visit.row, progress, visit.ports.clock.now());
  const checkAt = checkAtOf(visit.row, { hasCurrent: progress.current !== undefined, now: visit.ports.clock.now() });
  return {
    startAt: startAt.toISOString(),
    ...(ariAt === undefined ? {} : { ariAt }),
    ...(checkAt === undefined ? {} : { checkAt }),
  };
};

/** Ends the claim; a declaration that changed at the last moment makes the row due at once. */
export const release = async (visit: Visit, input: RoundInput, progress: Progress, wanted: Date | undefined) => {
  const next = withTidying(progress.leftover, wanted);
  const ended: Progress = { ...progress, endedRun: input.run };
  const result = await visit.ports.rows.release({
    row: visit.row,
    progress: ended,
    timers: timersOf(visit, ended, next),
  });
  if (result === 'changed') {
    visit.row = await visit.ports.rows.save({ row: visit.row, progress, leaseUntil: later(visit, LEASE_MS) });
    return undefined;
  }
  visit.row = { ...visit.row, progress: ended };
  return answer(visit, input);
};

export const save = async (visit: Visit, result: Extract<StepResult, { kind: 'next' }>): Promise<void> => {
  const record = result.record === undefined ? {} : { record: result.record };
  visit.row = await visit.ports.rows.save({
    row: visit.row,
    progress: result.progress,
    leaseUntil: later(visit, LEASE_MS),
    ...record,
  });
};
