// The fleet in figures: what the metrics, the page and the digest say of all certificates together. Pure: made of what is
// due, of totals that others keep, and of how many fail; it must never need every row.
import type { FleetFigures } from './figures.ts';
import { type Lateness, latenessAt, remainingPercent, thresholdsOf } from './life.ts';
import type { Counters, DatedLife, DueLives } from './ports.ts';

export interface Seen {
  readonly due: DueLives;
  readonly totals: Awaited<ReturnType<Counters['read']>>;
  readonly failing: number;
}

const HOUR_MS = 60 * 60_000;
/** How far a look at what is due goes. */
export const HORIZON_MS = 24 * HOUR_MS;

const OVERDUE: ReadonlySet<Lateness> = new Set(['overdue-warning', 'overdue-critical', 'emergency', 'expired']);
export const isOverdue = (lateness: Lateness): boolean => OVERDUE.has(lateness);

const hours = (ms: number): number => Math.round((10 * Math.max(0, ms)) / HOUR_MS) / 10;
const least = (values: readonly number[]): number => values.reduce((a, b) => Math.min(a, b));

const leastOf = (lives: readonly DatedLife[], now: Date) => {
  if (lives.length === 0) return {};
  const left = ({ notAfter }: DatedLife) => hours(new Date(notAfter).getTime() - now.getTime());
  return {
    leastRemainingPercent: Math.round(10 * least(lives.map((life) => remainingPercent(life, now)))) / 10,
    leastRemainingHours: least(lives.map(left)),
  };
};

const byIssuerOf = (
  overdue: readonly DatedLife[],
  managed: Readonly<Record<string, number>>,
): FleetFigures['byIssuer'] => {
  const issuers = [...new Set([...Object.keys(managed), ...overdue.map(({ issuer }) => issuer)])].sort();
  return Object.fromEntries(
    issuers.map((issuer) => [
      issuer,
      { managed: managed[issuer] ?? 0, overdue: overdue.filter((life) => life.issuer === issuer).length },
    ]),
  );
};

/** What was seen at `now`, in figures; hours and percents to one place. */
export const fleetFigures = ({ due, totals, failing }: Seen, now: Date): FleetFigures => {
  const late = due.lives.map((life) => ({ life, lateness: latenessAt(life, now) }));
  const count = (...wanted: readonly Lateness[]) => late.filter(({ lateness }) => wanted.includes(lateness)).length;
  const overdue = late.filter(({ lateness }) => isOverdue(lateness)).map(({ life }) => life);
  const overdueMs = overdue.map((life) => now.getTime() - thresholdsOf(life).renewAt.getTime());
  const expired = count('expired');
  return {
    managed: totals?.managed ?? 0,
    ready: Math.max(0, (totals?.issued ?? 0) - expired),
    failing,
    overdueWarning: count('overdue-warning'),
    overdueCritical: count('overdue-critical', 'emergency'),
    expired,
    dueIn24h: count('in-time', 'due'),
    oldestOverdueHours: hours(Math.max(0, ...overdueMs)),
    ...leastOf(due.next === undefined ? due.lives : [...due.lives, due.next], now),
    ...(totals === undefined ? {} : { countedAt: totals.countedAt }),
    byIssuer: byIssuerOf(overdue, totals?.byIssuer ?? {}),
  };
};
