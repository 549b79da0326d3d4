// The announcement of an outcome: what clusters are to hold, then the event. It must never hold up anything but the telling.
import { aimIssued } from './deliver.ts';
import { outcomeRecord } from './outcome.ts';
import type { StepResult } from './step.ts';
import { tell } from './tell.ts';
import { type Visit, workOf } from './visit.ts';

/** At least once: a repetition has the same id. Gives when to try again, where the ledger or the bus did not take it. */
export const announceOutcome = async (visit: Visit): Promise<Date | undefined> => {
  const { kind, at } = workOf(visit).outcome!;
  const later = kind === 'issued' ? await aimIssued(visit, at) : undefined;
  return later ?? tell(visit, outcomeRecord(visit, visit.row.progress));
};

/** announce: what was not told during the clean-up, at least once; a bus that is down delays only the telling. */
export const announce = async (visit: Visit): Promise<StepResult> => {
  const again = workOf(visit).outcome?.told === true ? undefined : await announceOutcome(visit);
  const { progress } = visit.row;
  if (again !== undefined) return { kind: 'wait', progress, until: again };
  const { work, ...rest } = progress;
  const { outcome, ...open } = work!;
  const failed = outcome?.failure === undefined ? rest : { ...rest, failure: outcome.failure };
  if (outcome?.resume === undefined) return { kind: 'finished', progress: failed };
  return { kind: 'finished', progress: { ...failed, work: { ...open, phase: outcome.resume } } };
};
