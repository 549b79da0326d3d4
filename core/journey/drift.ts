// A secret that is no longer as we left it: what was found, as it lies in the row, and how a finding goes on. Pure. It
// must never know how a secret is looked at.
import { sha256Hex } from '../names.ts';

/** In the order in which they are looked for: what readers suffer most from comes first. */
export type DriftKind =
  | 'Deleted'
  | 'ScheduledForDeletion'
  | 'TagRemoved'
  | 'NoCurrentVersion'
  | 'PlaceholderCurrent'
  | 'LabelMoved'
  | 'EditedByHand'
  | 'KmsKeyUnusable'
  | 'KmsKeyChanged';

export interface DriftFinding {
  readonly kind: DriftKind;
  /** What tells this occurrence from another of its kind: a version id, a key, an instant. */
  readonly seen: string;
  /** What was seen and what can be done, for people. */
  readonly message: string;
}

/** promote: AWSCURRENT back on our version; restore: the deletion is called off; reissue: nothing of ours is left to give. */
export type Repair = 'promote' | 'restore' | 'reissue';

export interface Drift extends DriftFinding {
  readonly since: string;
  readonly lastSeenAt: string;
  /** Findings of this certificate so far, this one included. */
  readonly occurrence: number;
  /** The secret is as it should be again, or the finding has become another one. */
  readonly clearedAt?: string;
  /** What is still to be done about it. */
  readonly repair?: Repair;
  /** What was done about it, in words; or why that failed. */
  readonly repaired?: string;
  /** Not announced yet; `recorded`: it lies in the history already. */
  readonly untold?: 'new' | 'recorded';
}

/** Annotation `evercert.dev/on-drift`; absent: report, but repair where readers would get nothing. */
export type OnDrift = 'report' | 'repair';

const REPAIRS: Readonly<Partial<Record<DriftKind, Repair>>> = {
  Deleted: 'reissue',
  ScheduledForDeletion: 'restore',
  NoCurrentVersion: 'promote',
  PlaceholderCurrent: 'promote',
  LabelMoved: 'promote',
  EditedByHand: 'promote',
};

const READERS_GET_NOTHING: readonly DriftKind[] = [
  'Deleted',
  'ScheduledForDeletion',
  'NoCurrentVersion',
  'PlaceholderCurrent',
];

/** What is done about a finding, by what the declaration says; undefined: it is reported, and nothing else. */
export const repairOf = (kind: DriftKind, onDrift: OnDrift | undefined): Repair | undefined => {
  const wanted = onDrift === 'repair' || (onDrift === undefined && READERS_GET_NOTHING.includes(kind));
  return wanted ? REPAIRS[kind] : undefined;
};

const isSame = (before: Drift, { kind, seen }: DriftFinding): boolean =>
  before.clearedAt === undefined && before.kind === kind && before.seen === seen;

/** The row's drift after a look: the same finding is told once; a new one counts on. */
export const drifted = (
  before: Drift | undefined,
  finding: DriftFinding,
  given: { readonly now: Date; readonly onDrift: OnDrift | undefined },
): Drift => {
  const lastSeenAt = given.now.toISOString();
  if (before !== undefined && isSame(before, finding)) return { ...before, lastSeenAt };
  const repair = repairOf(finding.kind, given.onDrift);
  return {
    ...finding,
    since: lastSeenAt,
    lastSeenAt,
    occurrence: (before?.occurrence ?? 0) + 1,
    untold: 'new',
    ...(repair === undefined ? {} : { repair }),
  };
};

/** A certificate of ours has become current. */
export const settled = (before: Drift | undefined, now: Date): { readonly drift?: Drift } => {
  const drift = cleared(before, now);
  return drift === undefined ? {} : { drift };
};

/** The secret is as it should be; what was found before stays for the count, and is still told. */
export const cleared = (before: Drift | undefined, now: Date): Drift | undefined => {
  if (before === undefined || before.clearedAt !== undefined) return before;
  const { repair: _moot, ...rest } = before;
  return { ...rest, clearedAt: now.toISOString() };
};

/** Whether a run is to be started for it: to announce or to repair. */
export const wantsRun = (drift: Drift | undefined): boolean =>
  drift?.untold !== undefined || drift?.repair !== undefined;

const DAY = 24 * 60 * 60_000;

/** The next of the name's own daily instants after `now`: the fleet's checks are spread over the day by name. */
export const nextCheckAt = (name: string, now: Date): Date => {
  const slot = (Number.parseInt(sha256Hex(`check ${name}`).slice(0, 8), 16) % 86_400) * 1000;
  const today = Math.floor(now.getTime() / DAY) * DAY + slot;
  return new Date(today > now.getTime() ? today : today + DAY);
};

/** The timer of the daily look that a row keeps when it is let go: also one that is past. None where nothing is current. */
export const checkAtOf = (
  row: { readonly name: string; readonly checkAt?: string; readonly retiredAt?: string },
  { hasCurrent, now }: { hasCurrent: boolean; now: Date },
): string | undefined =>
  hasCurrent && row.retiredAt === undefined ? (row.checkAt ?? nextCheckAt(row.name, now).toISOString()) : undefined;
