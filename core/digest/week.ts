// The fleet's week in figures: what began, what is due, and what fails by which code. Pure.
import type { DatedLife } from '../health/ports.ts';
import type { CertificateView } from '../view/model.ts';

export const DAY_MS = 24 * 60 * 60_000;
export const WEEK_MS = 7 * DAY_MS;

export interface Week {
  /** Certificates whose current version began in the last seven days: issued or renewed. */
  readonly begun: number;
  /** To be renewed in the next seven days. */
  readonly due: number;
  /** Code -> certificates, the most frequent first. */
  readonly codes: readonly (readonly [code: string, count: number])[];
}

export const weekOf = (
  { lives, attention }: { lives: readonly DatedLife[]; attention: readonly CertificateView[] },
  now: Date,
): Week => {
  const at = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  const [before, after] = [at(-WEEK_MS), at(WEEK_MS)];
  const counts = new Map<string, number>();
  for (const { problem } of attention)
    if (problem !== undefined) counts.set(problem.code, (counts.get(problem.code) ?? 0) + 1);
  return {
    begun: lives.filter(({ notBefore }) => notBefore >= before).length,
    due: lives.filter(({ renewAt }) => renewAt <= after).length,
    codes: [...counts].sort(([a, many], [b, more]) => more - many || (a < b ? -1 : 1)),
  };
};
