// What the fleet costs a month, about: what grows with it, at list prices, and what does not. Pure.
// Source: AWS price lists of us-east-1, November 2026 (Secrets Manager, KMS, CloudWatch).

/** USD a month. */
const SECRET = 0.4;
/** Of the ledger and of the secrets. */
const KEYS = { count: 2, each: 1 };
/** Alarms, metrics, dashboard: at most, for any fleet (a test computes it); and more for each cluster. */
const WATCHING = { fleet: 20, cluster: 2 };
/** Of 20 issuers two metrics each. */
const BY_ISSUER = 12;

export interface Spend {
  readonly secrets: number;
  readonly keys: number;
  readonly watchingAtMost: number;
}

export interface Charged {
  readonly secrets: number;
  /** Regions that hold replicas; each replica is charged as a secret. */
  readonly copies: number;
  readonly clusters: number;
  /** Setting of that name. */
  readonly metricsByIssuer: boolean;
}

export const monthlySpend = ({ secrets, copies, clusters, metricsByIssuer }: Charged): Spend => ({
  secrets: secrets * (1 + copies) * SECRET,
  keys: KEYS.count * KEYS.each,
  watchingAtMost: WATCHING.fleet + clusters * WATCHING.cluster + (metricsByIssuer ? BY_ISSUER : 0),
});
