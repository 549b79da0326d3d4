// The phases of one issuance: each does its next effect and says how the work goes on. They must never know which issuer
// is at work, nor write the ledger themselves: advance.ts does, after each step.
import { announce } from './announce.ts';
import { clean } from './clean-step.ts';
import { issue } from './issue-step.ts';
import { key } from './key-step.ts';
import { onePass } from './one-pass.ts';
import { render } from './render-step.ts';
import type { Phase } from './row.ts';
import type { StepResult } from './step.ts';
import { store } from './store-step.ts';
import { isOnePass, type Visit } from './visit.ts';

/** key: staged before anything is ordered; where nothing is ordered, all of the issuance in one. */
const begin = (visit: Visit): Promise<StepResult> => (isOnePass(visit) ? onePass(visit) : key(visit));

export const STEPS: Readonly<Record<Phase, (visit: Visit) => Promise<StepResult>>> = {
  key: begin,
  issue,
  render,
  store,
  clean,
  announce,
};
