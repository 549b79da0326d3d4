// What the fleet costs a month, about: what grows with it, at list prices, and what does not. Pure.
// Source: AWS price lists of us-east-1, November 2026 (Secrets Manager, KMS, CloudWatch).

/** USD a month. */
const SECRET = 0.4;
/** Of the ledger and of the secrets. */
const KEYS = { count: 2, each: 1 };
/** Alarms, metrics, dashboard: at most, for any fleet (a test computes it). */
const WATCHING = 20;

export interface Spend {
  readonly secrets: number;
  readonly keys: number;
  readonly watchingAtMost: number;
}

/** `copies`: Regions that hold replicas; each replica is charged as a secret. */
export const monthlySpend = ({ secrets, copies }: { secrets: number; copies: number }): Spend => ({
  secrets: secrets * (1 + copies) * SECRET,
  keys: KEYS.count * KEYS.each,
  watchingAtMost: WATCHING,
});
