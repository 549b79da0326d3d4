// The whole fleet at a glance. Pure: counters, lives and the few certificates that were looked at in; it must never need all rows.
import { fleetFigures, HORIZON_MS, isOverdue } from '../health/fleet.ts';
import { type Life, latenessAt } from '../health/life.ts';
import type { CertificateView, ExpiryWeek, FleetCounts, FleetView } from './model.ts';
import { byUrgency, wantsAttention } from './urgency.ts';
import { isSweepLate } from './verdict.ts';

export interface NamedLife extends Required<Life> {
  readonly name: string;
}

export interface FleetFacts {
  /** Setting `prefix`. */
  readonly service: string;
  readonly now: Date;
  readonly sweepPeriodMs: number;
  readonly counts: FleetCounts & { readonly countedAt?: string };
  /** Those that may want attention, and as many others as are to be listed. */
  readonly certificates: readonly CertificateView[];
  /** How many that may want attention were not looked at. */
  readonly beyond?: number;
  /** Of what is current; the next to be renewed first where not all are here. */
  readonly lives: readonly NamedLife[];
  readonly lastSweep?: { readonly completedAt: string; readonly durationMs: number };
  /** When a deploy last asked for its catalogue. */
  readonly deployedAt?: Date;
  readonly clusters: FleetView['clusters'];
  /** Most that are listed. */
  readonly limits?: { readonly attention: number; readonly others: number };
}

const DAY_MS = 24 * 60 * 60_000;
const WEEK_MS = 7 * DAY_MS;
const [FEWEST_WEEKS, MOST_WEEKS] = [6, 26];
const LIMITS = { attention: 50, others: 100 };

/** The life of a view's current certificate, if it has one and is still declared. */
export const livesOf = (views: readonly CertificateView[]): readonly NamedLife[] =>
  views.flatMap(({ name, state, current }) =>
    current === undefined || state === 'retired'
      ? []
      : [{ name, notBefore: current.notBefore, notAfter: current.notAfter, renewAt: current.renewAt }],
  );

/** Of what was tried and failed: what waits has not. */
const isFailing = ({ problem }: CertificateView): boolean => problem !== undefined && problem.tries > 0;

/** Counts where every certificate was looked at. */
export const countsOfAll = (views: readonly CertificateView[], now: Date): FleetFacts['counts'] => {
  const declared = views.filter(({ state }) => state !== 'retired');
  const lives = livesOf(declared);
  const tomorrow = new Date(now.getTime() + HORIZON_MS).toISOString();
  const due = lives.filter(({ renewAt }) => renewAt <= tomorrow);
  const totals = { managed: declared.length, issued: lives.length, byIssuer: {}, countedAt: now.toISOString() };
  const failing = declared.filter(isFailing).length;
  // Who it is, is not counted.
  const dated = due.map((life) => ({ ...life, uid: '', versionId: '', issuer: '' }));
  return fleetFigures({ due: { lives: dated }, totals, failing }, now);
};

/** Monday, 00:00 UTC. */
const mondayOf = (at: Date): number => {
  const day = Math.floor(at.getTime() / DAY_MS);
  // 1 January 1970 was a Thursday.
  return (day - ((day + 3) % 7)) * DAY_MS;
};

/** Weeks from this one on, as many as there is something in; the rest as a number. */
const weeksOf = (
  lives: readonly Life[],
  now: Date,
): { readonly weeks: readonly ExpiryWeek[]; readonly later: number } => {
  const monday = mondayOf(now);
  const weekOf = ({ notAfter }: Life): number =>
    Math.max(0, Math.floor((new Date(notAfter).getTime() - monday) / WEEK_MS));
  const last = lives.reduce((most, life) => Math.max(most, weekOf(life)), 0);
  const length = Math.min(MOST_WEEKS, Math.max(FEWEST_WEEKS, last + 1));
  const counts = Array.from({ length }, () => ({ inTime: 0, late: 0 }));
  let later = 0;
  for (const life of lives) {
    const week = counts[weekOf(life)];
    if (week === undefined) later += 1;
    else if (isOverdue(latenessAt(life, now))) week.late += 1;
    else week.inTime += 1;
  }
  const weeks = counts.map((week, i) => ({ from: new Date(monday + i * WEEK_MS).toISOString().slice(0, 10), ...week }));
  return { weeks, later };
};

const nextExpiryOf = (lives: readonly NamedLife[], now: Date): FleetView['nextExpiry'] => {
  const ahead = lives.filter(({ notAfter }) => new Date(notAfter) > now);
  const first = ahead.reduce<NamedLife | undefined>(
    (least, life) => (least === undefined || new Date(life.notAfter) < new Date(least.notAfter) ? life : least),
    undefined,
  );
  return first === undefined ? undefined : { name: first.name, notAfter: first.notAfter };
};

const byRenewal = (a: CertificateView, b: CertificateView): number => {
  const [left, right] = [a, b].map(({ current }) => current?.renewAt ?? '') as [string, string];
  if (left !== right) return left < right ? -1 : 1;
  return a.name < b.name ? -1 : 1;
};

/** Before its first sweep a service is not stopped yet. */
const startingOf = ({ deployedAt, sweepPeriodMs, now }: FleetFacts): { readonly isStarting?: true } =>
  deployedAt === undefined || isSweepLate(deployedAt, sweepPeriodMs, now) ? {} : { isStarting: true };

export const fleetView = (facts: FleetFacts): FleetView => {
  const { service, now, counts, certificates, beyond = 0, lives, lastSweep, clusters, limits = LIMITS } = facts;
  const { managed, ready, failing, overdueWarning, overdueCritical, expired, dueIn24h } = counts;
  const urgent = certificates.filter(wantsAttention).sort(byUrgency);
  const calm = certificates.filter((view) => !wantsAttention(view) && view.state !== 'retired').sort(byRenewal);
  const attention = urgent.slice(0, limits.attention);
  const others = calm.slice(0, limits.others);
  const next = nextExpiryOf(lives, now);
  return {
    service,
    at: now.toISOString(),
    counts: { managed, ready, failing, overdueWarning, overdueCritical, expired, dueIn24h },
    isCounted: counts.countedAt !== undefined,
    attention,
    more: urgent.length - attention.length + beyond,
    others,
    othersMore: Math.max(0, managed - urgent.length - beyond - others.length),
    ...weeksOf(lives, now),
    clusters,
    ...(next === undefined ? {} : { nextExpiry: next }),
    ...(lastSweep === undefined ? startingOf(facts) : { lastSweep: { ...lastSweep, periodMs: facts.sweepPeriodMs } }),
  };
};
