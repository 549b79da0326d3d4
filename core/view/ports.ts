// The roles that a look at the fleet needs played beside those of core/health/ports.ts. It must never name a technology, nor ask
// anybody to read every row.
import type { OutcomeRecord } from '../journey/rows.ts';

/** Names from the sparse indexes of what is not well: eventually consistent, and their cost grows with their number alone. */
export interface Troubles {
  /** Rows whose last attempt failed, at most `limit` of a shard; those that a person should look at come before others of it. */
  failing(request: { limit: number }): Promise<readonly string[]>;
  /** Certificates that a cluster has waited for since before `since`, at most `limit`. */
  undelivered(request: { cluster: string; since: Date; limit: number }): Promise<readonly string[]>;
}

export interface Histories {
  /** Outcomes of one certificate, newest first, at most `limit`. */
  newest(request: { name: string; limit: number }): Promise<readonly OutcomeRecord[]>;
}
