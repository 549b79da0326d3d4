// The phases of one issuance: each does its next effect and says how the work goes on. They must never know which issuer
// is at work, nor write the ledger themselves: advance.ts does, after each step.
import { clean } from './clean-step.ts';
import { aimIssued } from './deliver.ts';
import { issue } from './issue-step.ts';
import { key } from './key-step.ts';
import { onePass } from './one-pass.ts';
import { outcomeRecord } from './outcome.ts';
import { render } from './render-step.ts';
import type { Phase } from './row.ts';
import type { StepResult } from './step.ts';
import { store } from './store-step.ts';
import { tell } from './tell.ts';
import { isOnePass, type Visit, workOf } from './visit.ts';

/** key: staged before anything is ordered; where nothing is ordered, all of the issuance in one. */
const begin = (visit: Visit): Promise<StepResult> => (isOnePass(visit) ? onePass(visit) : key(visit));

/** announce: what clusters are to hold, then the outcome's event, at least once; a bus that is down delays only the telling. */
const announce = async (visit: Visit): Promise<StepResult> => {
  const { kind, at } = workOf(visit).outcome!;
  const later = kind === 'issued' ? await aimIssued(visit, at) : undefined;
  const { progress } = visit.row;
  const again = later ?? (await tell(visit, outcomeRecord(visit, progress)));
  if (again !== undefined) return { kind: 'wait', progress, until: again };
  const { work, ...rest } = progress;
  const { outcome, ...open } = work!;
  const failed = outcome?.failure === undefined ? rest : { ...rest, failure: outcome.failure };
  if (outcome?.resume === undefined) return { kind: 'finished', progress: failed };
  return { kind: 'finished', progress: { ...failed, work: { ...open, phase: outcome.resume } } };
};

export const STEPS: Readonly<Record<Phase, (visit: Visit) => Promise<StepResult>>> = {
  key: begin,
  issue,
  render,
  store,
  clean,
  announce,
};
