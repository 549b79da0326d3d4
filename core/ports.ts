// The roles that the core needs played, with their obligations. At most three methods each. It must never name a
// technology: an adapter says how, the contract suite of the port says whether it does.
import type { DeclaredCertificate } from './declaration/model.ts';
import type { ResultEvent } from './events.ts';
import type { AcceptedDeclarationRow, CertificateRow, DueRow, OutcomeRecord, Progress } from './journey/rows.ts';
import type { Timers } from './journey/timers.ts';
import type { Sealed } from './sealed.ts';

export interface Clock {
  now(): Date;
}

/** Waits that are short enough to be paid for inside an invocation. */
export interface Timer {
  sleep(ms: number): Promise<void>;
}

export interface Randomness {
  /** A fresh RFC 9562 UUID. */
  uuid(): string;
}

/** Of cryptographic quality. */
export interface RandomBytes {
  bytes(count: number): Uint8Array;
}

/** What `advance` may do to a row. Every write is conditional on the fence that the claim gave: LEASE_LOST otherwise. */
export interface ClaimedRows {
  /**
   * Takes the lease when it is free, expired, or held by the same run; the fence grows with each claim.
   * `gone`: no such row, one of another version's shape, another uid, or an older run. `held`: somebody else is at work.
   */
  claim(request: {
    name: string;
    uid: string;
    run: number;
    now: Date;
    leaseUntil: Date;
  }): Promise<CertificateRow | 'gone' | 'held'>;
  /** Writes progress and prolongs the lease; `nextActionAt` becomes the lease's end. Gives the row as it then is (its declaration may be newer); with a record, as it was claimed: what is newer shows at the release. */
  save(change: {
    row: CertificateRow;
    progress: Progress;
    leaseUntil: Date;
    record?: OutcomeRecord;
  }): Promise<CertificateRow>;
  /**
   * Ends the claim: writes progress, frees the lease, sets the timers and, as their earliest, `nextActionAt`. `changed` when
   * the declaration grew a generation meanwhile, or the row was marked or told of its signer's trust: nothing is written then,
   * and the caller looks again. No timers: no next time.
   */
  release(change: { row: CertificateRow; progress: Progress; timers: Timers }): Promise<'released' | 'changed'>;
}

/** What the sweep may do to rows. */
export interface DueRows {
  /** At most `limit` rows whose `startAt` is past, from the due index: eventually consistent, in no order. Reads grow with what is due only. */
  due(request: { now: Date; limit: number }): Promise<readonly DueRow[]>;
  /** Books run + 1 for a row (`startAt` = `lookAgainAt`), conditional on the run seen and on still being due; false: somebody else did. */
  book(request: { row: DueRow; now: Date; lookAgainAt: Date }): Promise<boolean>;
  /** Puts the next look off, conditional on the run seen: its execution is still running. */
  postpone(request: { row: DueRow; lookAgainAt: Date }): Promise<void>;
}

/** What reconcile may do to rows. */
export interface DeclaredRows {
  /** All rows of a shard (0 to SHARDS-1), strongly consistent, over all pages. */
  listShard(shard: number): Promise<readonly AcceptedDeclarationRow[]>;
  /**
   * Makes the row (uid, generation 1) or gives it the new declaration (generation + 1; takes retirement back), and makes it due
   * now unless it is leased. Conditional on the hash that was seen; a lost race is no error.
   */
  declare(request: {
    declared: DeclaredCertificate;
    seen: AcceptedDeclarationRow | undefined;
    uid: string;
    now: Date;
  }): Promise<void>;
  /** Marks a row as retired: generation + 1, due now so that what is in flight is cleaned; its secret stays. */
  retire(request: { seen: AcceptedDeclarationRow; now: Date }): Promise<void>;
}

/** A look at one row, strongly consistent: for the janitor and for people. */
export interface RowReader {
  read(name: string): Promise<CertificateRow | undefined>;
}

/** Counts that the alarms need, from sparse indexes: never by reading all rows. */
export interface FleetCounts {
  /** Rows whose last attempt failed. */
  failing(): Promise<number>;
  /** Those of them that a person should look at (core/health/repeated.ts); costs as many as there are. */
  failingRepeatedly(): Promise<number>;
}

/** The catalogue that a deploy wants, and how far reconcile has come with it. */
export interface CatalogueState {
  read(): Promise<{ wantedHash?: string; appliedHash?: string; nextShard: number } | undefined>;
  /** A deploy writes what it wants; reconcile starts over at shard 0. */
  want(request: { hash: string; now: Date }): Promise<void>;
  /** Conditional on `hash` still being wanted; false: a newer deploy has spoken. `nextShard` undefined: all applied. */
  reached(request: { hash: string; nextShard: number | undefined; now: Date }): Promise<boolean>;
}

/** A hosted zone and how to reach it. */
export interface Zone {
  readonly id: string;
  readonly name: string;
  readonly access: ZoneAccess;
}

export interface ZoneAccess {
  readonly role?: string;
  readonly externalId?: string;
  readonly region?: string;
}

/** One challenge value at one name. `holder` is `namespace/name#revision`. */
export interface TxtClaim {
  readonly zone: Zone;
  /** Fully qualified, lower case, no trailing dot. */
  readonly name: string;
  readonly value: string;
  readonly holder: string;
  readonly since: string;
}

/** Which TXT values of ours are wanted in the world; at most eight live values a name (Route53 answers no more). */
export interface TxtBook {
  /** Admits each claim or not (a full name); asking again for an admitted value admits it again. All claims of one call are of one holder. */
  want(
    claims: readonly TxtClaim[],
  ): Promise<{ readonly admitted: readonly TxtClaim[]; readonly full: readonly TxtClaim[] }>;
  /** Called after the records are gone from the zone; unknown claims are no error. */
  forget(claims: readonly TxtClaim[]): Promise<void>;
  /** Claims older than `before`, for the janitor; reads grow with live claims only. */
  olderThan(request: { before: Date; limit: number }): Promise<readonly TxtClaim[]>;
}

export interface ExecutionInput {
  readonly name: string;
  readonly uid: string;
  readonly run: number;
}

export interface Executions {
  /** Starts the execution named by (uid, run); one that exists already counts as started. */
  start(input: ExecutionInput): Promise<void>;
  /** Whether the execution named by (uid, run) is running; false when it never existed. */
  isRunning(input: ExecutionInput): Promise<boolean>;
  /** How many run now (all pages); may lag by seconds. */
  countRunning(): Promise<number>;
}

/** Starts a sweep now, beside the schedule. */
export interface SweepWaker {
  wake(): Promise<void>;
}

export interface EventBus {
  /** At least once; throws AWS_UNAVAILABLE when an entry was not taken. */
  publish(event: ResultEvent): Promise<void>;
}

/** A certificate's secret, by its name, and whose it is, by its tags. */
export interface SecretOwner {
  readonly name: string;
  readonly certificate: string;
  readonly uid: string;
}

/** Version id -> staging labels. */
export interface SecretView {
  readonly versions: Readonly<Record<string, readonly string[]>>;
  readonly currentVersionId: string | undefined;
  readonly created: boolean;
}

/** The versions of a certificate's secret. Errors: SECRET_FOREIGN, SECRET_DELETED, SECRET_DENIED, KMS_UNUSABLE, SECRET_UNAVAILABLE. */
export interface SecretVersions {
  /** Looks at the secret; makes it where absent, with the first value that is asked for then, or its placeholder; one that is ours of an earlier life (same certificate tag) gets the new uid. */
  open(request: SecretOwner & { firstValue?: () => Promise<Sealed<string>> }): Promise<SecretView>;
  /** Writes one version under `label`, with `token` as its VersionId. Repeating it with the same value is harmless; gives the VersionId. */
  put(request: { name: string; token: string; label: string; value: Sealed<string> }): Promise<string>;
  /** By VersionId only; undefined when there is no such version (any more). */
  read(request: { name: string; versionId: string }): Promise<Sealed<string> | undefined>;
}

/** Secrets that do not exist yet. */
export interface NewSecrets {
  /**
   * Makes the secret with this value as its first version, which is current at once; gives its VersionId (`token`, where the
   * store heeds it). Repeating it with the same value is harmless. Undefined: the name is taken. Errors: as of SecretVersions.
   */
  create(request: SecretOwner & { token: string; value: Sealed<string> }): Promise<string | undefined>;
}

export interface SecretLabels {
  /** Compare-and-set of AWSCURRENT from `fromVersionId` to `versionId`: SECRET_CONTENTION when it lies elsewhere. Already there: fine. */
  promote(request: { name: string; versionId: string; fromVersionId: string | undefined }): Promise<void>;
  /** Takes labels of ours off; what is already off is fine. */
  drop(request: { name: string; labels: readonly { label: string; versionId: string }[] }): Promise<void>;
  /** Calls a scheduled deletion off, where the secret is ours (else SECRET_FOREIGN); of one that is not scheduled, nothing. */
  restore(request: { name: string; certificate: string }): Promise<void>;
}

/** Secrets that declarations refer to (account keys, keys of external account bindings): one JSON object, property = key of the reference. */
export interface ReferenceSecrets {
  /** Undefined when the secret or the property is missing. */
  read(request: { name: string; property: string }): Promise<{ value: Sealed<string>; versionId: string } | undefined>;
  /** Makes the secret with this property, or adds the property; when somebody else was first, theirs is read and given. */
  create(request: {
    name: string;
    property: string;
    value: Sealed<string>;
  }): Promise<{ value: Sealed<string>; versionId: string }>;
  /** Puts the text of one property in the place of another, in one version; moved already: fine. Nothing at either: ACCOUNT_KEY_MISSING. */
  move(request: { name: string; from: string; to: string }): Promise<void>;
}

/** The DNS provider that answers challenges. Errors: DNS_DENIED, DNS_TXT_CONFLICT, DNS_CHANGE_REFUSED, DNS_UNAVAILABLE. */
export interface DnsProvider {
  /** The longest public zone that covers the name, or the pinned one; undefined: none. */
  zoneFor(request: { name: string; pinnedZoneId?: string; access: ZoneAccess }): Promise<Zone | undefined>;
  /**
   * Applies one atomic change: one multivalue TXT set per value. Upserting what is there and deleting what is gone are fine.
   * `kind` is one or the other, never mixed. Gives the id to ask `isSettled` for (undefined: nothing had to change).
   */
  change(request: {
    zone: Zone;
    kind: 'upsert' | 'delete';
    records: readonly { name: string; value: string }[];
  }): Promise<string | undefined>;
  /** Whether all authoritative servers have the change. Read only. */
  isSettled(request: { zone: Zone; changeId: string }): Promise<boolean>;
}

export interface DnsLookup {
  /** The target of a CNAME at exactly that name (lower case, no trailing dot), else undefined. Errors: DNS_LOOKUP_FAILED. */
  cname(name: string): Promise<string | undefined>;
}

/** Structured log; fields never hold secrets. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}
