// What the ledger keeps of limits, with its obligations (test/contracts/ledger/limits.ts).
import type { Bucket, Take } from './bucket.ts';

export type Taken =
  | { readonly kind: 'taken' }
  | {
      readonly kind: 'refused';
      readonly bucket: Bucket;
      /** When to come back; where there is a queue, one's own place in it. */
      readonly at: Date;
      /** How many stand before in the queue. */
      readonly ahead: number;
    };

export interface Limits {
  /** All takes or none, in one write where nobody else writes at the same moment. A token that nobody uses comes back by itself. */
  take(request: { takes: readonly Take[]; now: Date }): Promise<Taken>;
  /** Undoes takes of what was never used. Repeating it gives too much back: at most once, as far as is known. */
  giveBack(request: { takes: readonly Take[]; now: Date }): Promise<void>;
  /** What the other side has counted (`tokens`, also beyond empty) or said: not before `blockedUntil` (a sooner one changes nothing). */
  learn(request: { take: Take; now: Date; blockedUntil?: Date }): Promise<void>;
}
