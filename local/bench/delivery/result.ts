// How long a Kubernetes Secret lags behind AWSCURRENT: the JSON shape, and how measured times become it. Pure: it must never
// measure.
import { percentile, rounded } from '../statistics.ts';

/** Seconds from AWSCURRENT until the Secret held it, one value a certificate. */
export interface Lateness {
  readonly p50Seconds: number;
  readonly p95Seconds: number;
  readonly allSeconds: readonly number[];
}

/** Nobody pushes: the operator looks by itself. */
export interface Polling extends Lateness {
  /** As it was measured. */
  readonly refreshIntervalSeconds: number;
  /** A change falls anywhere between two looks, each as likely as another. */
  readonly formula: 'p50 = refreshInterval / 2, p95 = 0.95 x refreshInterval, and the look itself';
  /** By that formula, for the operator's own default. */
  readonly ofOneHour: { readonly p50Seconds: number; readonly p95Seconds: number };
}

export interface DeliveryResult {
  /** Of each series, at once. */
  readonly certificates: number;
  /** Pushed by the sync function: a new Secret, and a renewed one. */
  readonly first: Lateness;
  readonly renewal: Lateness;
  /** The same number, renewed at once. */
  readonly polling: Polling;
}

/** Not measured, and why. */
export interface DeliveryLeftOut {
  readonly leftOut: string;
}

export const lateness = (ms: readonly number[]): Lateness => {
  const seconds = ms.map((one) => rounded(Math.max(0, one) / 1000, 3));
  return {
    p50Seconds: percentile(seconds, 0.5),
    p95Seconds: percentile(seconds, 0.95),
    allSeconds: seconds,
  };
};

const HOUR_S = 3_600;

export const polling = (ms: readonly number[], refreshIntervalSeconds: number): Polling => ({
  refreshIntervalSeconds,
  ...lateness(ms),
  formula: 'p50 = refreshInterval / 2, p95 = 0.95 x refreshInterval, and the look itself',
  ofOneHour: { p50Seconds: HOUR_S / 2, p95Seconds: 0.95 * HOUR_S },
});
