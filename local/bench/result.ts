// The benchmark's result: its JSON shape, and how measured runs become it. Pure: it must never measure.
import type { DeliveryLeftOut, DeliveryResult } from './delivery/result.ts';
import { median, percentile, rounded } from './statistics.ts';

/** Calls and steps, of one certificate on average. */
export interface PerCertificate {
  /** Requests that the CA received. */
  readonly acme: number;
  /** Calls of the functions, by service, as the gateway saw them; the sweep's are in. */
  readonly route53: number;
  readonly secretsmanager: number;
  readonly dynamodb: number;
  /** Executions that were started. */
  readonly states: number;
  readonly events: number;
  /** Everything that one certificate costs in AWS calls: all of `advance`, its booking and its start; not the sweep's looks. */
  readonly aws: number;
  /** State transitions of Step Functions, as AWS bills them: states entered. */
  readonly transitions: number;
  /** Calls of `advance`. */
  readonly invocations: number;
}

/** Who issues in a run. */
export type BenchIssuer = 'acme' | 'own-ca';

/** One repetition of a run: `n` certificates that became due together. */
export interface Measured {
  /** One a certificate: from the sweep's invocation to its AWSCURRENT. */
  readonly wallMs: readonly number[];
  /** Over all certificates of the repetition. */
  readonly totals: PerCertificate;
  /** Of the emulator with its workers, until the last execution had ended; null where /proc does not tell. */
  readonly cpuMs: number | null;
  /** Highest sum of resident memory (shared pages count in each process). */
  readonly peakMb: number | null;
}

export interface RunResult {
  readonly name: string;
  readonly issuer: BenchIssuer;
  /** Certificates at once. */
  readonly n: number;
  readonly wallMs: { readonly median: number; readonly p95: number; readonly all: readonly number[] };
  readonly perCertificate: PerCertificate;
  /** Of one repetition, on average. */
  readonly cpuMs: number | null;
  readonly peakMb: number | null;
}

export interface BundleResult {
  readonly name: string;
  /** Loaded at start: minified, without source maps and without what is loaded lazily. */
  readonly bytes: number;
  /** Until the bundle is imported and composed, in a fresh Node; median of five. */
  readonly importMs: number;
}

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryMb: number;
  readonly platform: string;
  readonly node: string;
  /** Processes that wanted a core during the minute before the start. */
  readonly loadBefore: number;
  readonly loadAfter: number;
}

/** One sweep over a fleet at rest but for what is due; executions were counted, not run. */
export interface SweepResult {
  readonly rows: number;
  readonly due: number;
  /** `fake`: a table in memory, for more rows than an emulator holds. */
  readonly on: 'emulator' | 'fake';
  readonly wallMs: number;
  /** GetItem and Query requests, each page one. */
  readonly reads: number;
  /** Items that those looked at, before filters. */
  readonly itemsRead: number;
  readonly writes: number;
  /** Executions that would have been started. */
  readonly started: number;
  /** Set when fewer rows were reached than wanted. */
  readonly short?: { readonly wanted: number; readonly because: string };
}

export interface BenchResult {
  readonly schema: 1;
  readonly machine: Machine;
  readonly runs: readonly RunResult[];
  readonly sweeps: readonly SweepResult[];
  readonly bundles: readonly BundleResult[];
  /** From AWSCURRENT to the Kubernetes Secret; left out where a cluster's programs are not installed and nobody asked. */
  readonly delivery: DeliveryResult | DeliveryLeftOut;
}

const COUNTED = [
  'acme',
  'route53',
  'secretsmanager',
  'dynamodb',
  'states',
  'events',
  'aws',
  'transitions',
  'invocations',
] as const;

const sumOf = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** null when any is missing. */
const known = (values: readonly (number | null)[]): readonly number[] | null =>
  values.every((value) => value !== null) ? values : null;

const perCertificateOf = (repetitions: readonly Measured[], n: number): PerCertificate => {
  const certificates = n * repetitions.length;
  const mean = (what: (typeof COUNTED)[number]): number =>
    rounded(sumOf(repetitions.map(({ totals }) => totals[what])) / certificates, 2);
  return Object.fromEntries(COUNTED.map((what) => [what, mean(what)])) as unknown as PerCertificate;
};

/** All repetitions of one run (at least one) as its result. */
export const runResult = (
  { name, issuer, n }: Pick<RunResult, 'name' | 'issuer' | 'n'>,
  repetitions: readonly Measured[],
): RunResult => {
  const all = repetitions.flatMap(({ wallMs }) => wallMs).map((ms) => Math.round(ms));
  const cpu = known(repetitions.map(({ cpuMs }) => cpuMs));
  const peak = known(repetitions.map(({ peakMb }) => peakMb));
  return {
    name,
    issuer,
    n,
    wallMs: { median: Math.round(median(all)), p95: percentile(all, 0.95), all },
    perCertificate: perCertificateOf(repetitions, n),
    cpuMs: cpu && Math.round(sumOf(cpu) / cpu.length),
    peakMb: peak && Math.round(Math.max(...peak)),
  };
};
