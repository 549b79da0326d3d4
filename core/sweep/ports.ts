// The roles that the sweep alone needs played, beside those of core/ports.ts. It must never name a technology.
import type { CertificateRow, Progress, WatchedRow } from '../journey/rows.ts';
import type { Timers } from '../journey/timers.ts';

/** What the sweep itself looks at, without an execution: secrets and renewal windows. */
export interface WatchedRows {
  /** At most `limit` rows whose `ariAt` or `checkAt` is past and whose `startAt` is not, from the due index: eventually consistent. */
  watched(request: { now: Date; limit: number }): Promise<readonly WatchedRow[]>;
  /**
   * Writes what was found and the row's timers, conditional on nobody having held or changed the row since it was read
   * (fence, run, generation, no lease); false: somebody did, nothing is written, and the row's own times stand.
   */
  note(change: { row: CertificateRow; progress: Progress; timers: Timers }): Promise<boolean>;
}

/** One sweep feeds at a time: two that count the free places at once would start twice as many. */
export interface SweepTurn {
  /** True when nobody feeds, or this holder does: for so long that a crash holds nobody up for more than that. Idempotent. */
  take(request: { holder: string; now: Date; until: Date }): Promise<boolean>;
  /** Lets the next one feed; of a holder whose turn it is not (any more), nothing. */
  end(request: { holder: string }): Promise<void>;
}
