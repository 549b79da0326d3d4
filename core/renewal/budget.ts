// How long CA, DNS and AWS may be out before this certificate expires. Pure; the formula is in the README.

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** One issuance, with a Route53 that takes its ten minutes. */
const ISSUING_MS = 10 * MINUTE;

/** The longest time between two tries, as renewal/backoff.ts has it: a day, or an eighth of what is left, never under ten minutes. */
const longestBackoffMs = (renewBeforeMs: number): number => Math.max(10 * MINUTE, Math.min(DAY, renewBeforeMs / 8));

/**
 * renewBefore - sweep period - longest backoff - issuing time, in ms, counted from the instant of renewal; 0 where nothing
 * is left of it. `renewBefore` is what is left of the certificate at that instant.
 */
export const outageBudgetMs = ({ renewAt, notAfter, sweepPeriodMs }: Budgeted): number => {
  const renewBeforeMs = notAfter.getTime() - renewAt.getTime();
  return Math.max(0, Math.floor(renewBeforeMs - sweepPeriodMs - longestBackoffMs(renewBeforeMs) - ISSUING_MS));
};

export interface Budgeted {
  readonly renewAt: Date;
  readonly notAfter: Date;
  readonly sweepPeriodMs: number;
}
