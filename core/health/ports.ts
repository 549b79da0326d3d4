// The roles that a look at the fleet's health needs played: rows by when they should be renewed, totals, the last sweep. It
// must never name a technology, nor ask anybody to read every row in a sweep.
import type { ClusterLag } from '../sweep/lags.ts';
import type { FleetFigures } from './figures.ts';
import type { Lateness, Life } from './life.ts';

/** What is current of one certificate, as the index of lives tells it. Instants are ISO 8601. */
export interface DatedLife extends Required<Life> {
  /** `namespace/name`. */
  readonly name: string;
  readonly uid: string;
  /** Of what is current. */
  readonly versionId: string;
  /** `Kind/name`, as people name it. */
  readonly issuer: string;
  /** How late it was when that was last told; it speaks for that version alone. */
  readonly told?: Told;
}

export interface Told {
  readonly versionId: string;
  readonly lateness: Lateness;
}

export interface DueLives {
  /** Ordered by `renewAt`. */
  readonly lives: readonly DatedLife[];
  /** The first beyond, where `lives` is empty; absent too where nothing at all is current. */
  readonly next?: DatedLife;
}

/** Rows with a current certificate that are not retired. */
export interface Lives {
  /** Those that should be renewed until then, at most `limit`: eventually consistent, and its cost grows with their number alone. */
  dueBefore(request: { until: Date; limit: number }): Promise<DueLives>;
  /** Writes that a lateness was told; nothing where another version is current by now. Repeating it is harmless. */
  tell(request: { life: DatedLife; lateness: Lateness }): Promise<void>;
}

/** Totals of the whole fleet. */
export interface Totals {
  /** Rows that are not retired. */
  readonly managed: number;
  /** Those of them that have a current certificate. */
  readonly issued: number;
  /** Managed rows by issuer (`Kind/name`); sums up to `managed`. */
  readonly byIssuer: Readonly<Record<string, number>>;
}

export interface Counters {
  /** One request. Absent: a part of the rows has never been counted. `countedAt`: when the part that waits longest for its recount had it. */
  read(): Promise<(Totals & { readonly countedAt: string }) | undefined>;
}

/** What a row counts for; a row that is not there or retired counts for nothing, and has none. */
export interface CountedRow {
  /** `Kind/name`. */
  readonly issuer: string;
  readonly isIssued: boolean;
}

/** One change of a row, as the table's stream tells it. */
export interface RowChange {
  readonly shard: number;
  /** Grows with each change of the same shard; digits. */
  readonly sequence: string;
  /** By the table's clock, perhaps in whole seconds. */
  readonly at: Date;
  readonly before?: CountedRow;
  readonly after?: CountedRow;
}

/** What is added to totals; negative where rows went. */
export type Delta = Totals;

/** Where the count of a shard stands. */
export interface ShardState {
  /** Grows with each write. */
  readonly edit: number;
  /** The shard's rows were read between the two (ISO 8601): what changed before is in the count, what changed after is added. */
  readonly countedFrom: string;
  readonly countedTo: string;
  /** Of the last change that was added since. */
  readonly sequence?: string;
}

/** The totals of each shard of rows. Its writers: who follows the changes, and who counts anew. */
export interface ShardTotals {
  read(shard: number): Promise<ShardState | undefined>;
  /**
   * Adds, where the shard's count ended before `after` and no change from `first` on has been added; `last` is then the
   * sequence of the last one. Else nothing is written: gives how it stands (undefined: never counted).
   */
  add(request: {
    shard: number;
    delta: Delta;
    first: string;
    last: string;
    after: Date;
  }): Promise<'added' | { readonly state: ShardState | undefined }>;
  /** Replaces the count, conditional on nobody having written since `edit` was seen (0: there was none); false: somebody has. */
  replace(request: { shard: number; totals: Totals; from: Date; to: Date; edit: number }): Promise<boolean>;
}

/** Every row of a shard, page by page: what no sweep may ask for. */
export interface CountedRows {
  /** Strongly consistent. `next` of one page begins the next one; absent: that was the last. */
  page(request: {
    shard: number;
    from?: string;
  }): Promise<{ readonly rows: readonly CountedRow[]; readonly next?: string }>;
}

/** A CA that signs here and is no certificate of ours: a Private CA, or a pair that is brought along. */
export interface AuthorityLife {
  /** ARN, or the secret that holds its pair. */
  readonly id: string;
  /** `Kind/name`. */
  readonly issuer: string;
  /** Instants; the end is that of whatever ends first in its chain. */
  readonly notBefore?: string;
  readonly notAfter: string;
}

export interface Authorities {
  /** As it was when it was last asked to sign: it takes the place of another one of the same issuer. Repeating it is harmless. */
  saw(authority: AuthorityLife): Promise<void>;
  /** The last one of each issuer. One read: few, however many certificates there are. */
  all(): Promise<readonly AuthorityLife[]>;
}

/** A sweep that has completed. */
export interface SweepRecord {
  readonly completedAt: string;
  readonly durationMs: number;
  readonly periodMs: number;
  readonly started: number;
  /** Due rows that found no free place. */
  readonly waiting: number;
  /** Absent: the fleet's health could not be looked at. */
  readonly figures?: FleetFigures;
  readonly clusters: readonly ClusterLag[];
}

export interface LastSweep {
  read(): Promise<SweepRecord | undefined>;
  /** Idempotent; one that completed earlier than what is there writes nothing. */
  write(record: SweepRecord): Promise<void>;
}
