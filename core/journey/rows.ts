// Small views of rows that travel between the ledger and the core's rooms.
import type { CertificateRow, Progress, RowFailure } from './row.ts';
import type { Timers } from './timers.ts';

export type { CertificateRow, Progress };

/** What the due index tells of a row. */
export interface DueRow {
  readonly name: string;
  readonly uid: string;
  readonly run: number;
  readonly nextActionAt: string;
  /** The run whose execution ended in order; equal to `run`: nothing can be running. */
  readonly endedRun?: number;
  /** End of what is current; absent: nothing issued yet. */
  readonly notAfter?: string;
  /** End of the CA's renewal window, where it is past: mass revocation. */
  readonly pastWindow?: string;
  /** Failures in a row. */
  readonly failures: number;
}

/** What the due index tells of a row whose secret or renewal window is to be looked at by the sweep itself. */
export interface WatchedRow extends Timers {
  readonly name: string;
  readonly uid: string;
}

/** What reconcile compares. */
export interface AcceptedDeclarationRow {
  readonly name: string;
  readonly uid: string;
  readonly hash: string;
  readonly generation: number;
  readonly retiredAt?: string;
}

/** One outcome, written once with the transition that it records. */
export interface OutcomeRecord {
  readonly id: string;
  readonly name: string;
  readonly uid: string;
  readonly at: string;
  readonly kind: 'issued' | 'failed' | 'superseded' | 'retired' | 'drifted';
  readonly generation: number;
  readonly revision: number;
  /** Of the attempt that ended so. */
  readonly attemptId?: string;
  readonly reason?: string;
  /** Where the CA explains why it wanted the certificate replaced (RFC 9773 section 4.2). */
  readonly explanationUrl?: string;
  /** Which finding of drift it is, counted over the certificate's life. */
  readonly occurrence?: number;
  /** What was done about a drift, in words; absent: nothing, as declared. */
  readonly repaired?: string;
  readonly code?: string;
  readonly message?: string;
  /** Of a failure: its class, how many in a row, and when it is tried again. */
  readonly class?: RowFailure['class'];
  readonly count?: number;
  readonly retryAt?: string;
  readonly fingerprint?: string;
  /** End of what is current. */
  readonly notAfter?: string;
  readonly versionId?: string;
  /** What was amiss and did not stop the issuance, in words. */
  readonly warnings?: readonly string[];
}
