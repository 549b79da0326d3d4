// What one step of an issuance gives back. It must never know which step.
import type { Progress, Work } from './row.ts';
import type { OutcomeRecord } from './rows.ts';
import { type Visit, workOf } from './visit.ts';

export type StepResult =
  | { readonly kind: 'next'; readonly progress: Progress; readonly record?: OutcomeRecord }
  | {
      readonly kind: 'wait';
      readonly progress: Progress;
      readonly until: Date;
      readonly letsGo?: 'cleaned' | 'as it is';
    }
  | { readonly kind: 'finished'; readonly progress: Progress };

/** The progress with a change in its work. */
export const withWork = (visit: Visit, change: Partial<Work>): Progress => ({
  ...visit.row.progress,
  work: { ...workOf(visit), ...change },
});
