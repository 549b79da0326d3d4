// The roles that a look at the fleet's health needs played: rows by when they should be renewed, totals, the last sweep. It
// must never name a technology, nor ask anybody to read every row in a sweep.
import type { ClusterLag } from '../sweep/lags.ts';
import type { FleetFigures } from './fleet.ts';
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
