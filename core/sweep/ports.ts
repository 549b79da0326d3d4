// The roles that the sweep alone needs played, beside those of core/ports.ts. It must never name a technology.
import type { CertificateRow, Progress, WatchedRow } from '../journey/rows.ts';
import type { Timers } from '../journey/timers.ts';

/** What the sweep itself looks at, without an execution: secrets and renewal windows. */
export interface WatchedRows {
  /** At most `limit` rows whose `ariAt` or `checkAt` is past and whose `startAt` is not, from the due index: eventually consistent. */
  watched(request: { now: Date; limit: number }): Promise<readonly WatchedRow[]>;
  /**
   * Writes what was found and the row's timers, conditional on nobody having held or changed the row since it was read
   * (fence, run, generation, `nextActionAt`, no lease); false: somebody did, nothing is written, and the row's own times stand.
   */
  note(change: { row: CertificateRow; progress: Progress; timers: Timers }): Promise<boolean>;
}

/** A secret by its description: no value, so no key, is read for it. */
export interface SecretSeen {
  /** Version id -> staging labels; versions without labels do not show. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly tags: Readonly<Record<string, string>>;
  /** ISO 8601: when its deletion was asked for. */
  readonly deletedAt?: string;
  readonly kmsKeyId?: string;
  /** As KMS calls it (`Enabled`, `Disabled`, `PendingDeletion`...); absent: not known. */
  readonly kmsKeyState?: string;
}

export interface SecretLook {
  /** One request; undefined: there is no such secret. Errors: SECRET_DENIED, SECRET_UNAVAILABLE. */
  look(name: string): Promise<SecretSeen | undefined>;
}

/** With whom secrets are shared, as the settings `secretReaders` and `replicas` say. */
export interface SecretSharing {
  /** Brings one secret up to that; true: something was missing. Not ours: false, untouched. Repeating it is harmless. Errors: SECRET_DENIED, SECRET_UNAVAILABLE. */
  keep(secret: { readonly name: string; readonly certificate: string }): Promise<boolean>;
}

/** Whether the key of the secrets can be used by readers. */
export interface KeyStates {
  /** As KMS calls it (`Enabled`, `Disabled`, `PendingDeletion`...); undefined: not known. Never throws. */
  state(keyArn: string): Promise<string | undefined>;
}

/** One sweep feeds at a time: two that count the free places at once would start twice as many. */
export interface SweepTurn {
  /** True when nobody feeds, or this holder does: for so long that a crash holds nobody up for more than that. Idempotent. */
  take(request: { holder: string; now: Date; until: Date }): Promise<boolean>;
  /** Lets the next one feed; of a holder whose turn it is not (any more), nothing. */
  end(request: { holder: string }): Promise<void>;
}
