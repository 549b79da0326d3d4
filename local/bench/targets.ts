// What the benchmark is held against. Pure: it must never measure, and a missed target is no failure.
import type { BenchResult, RunResult, SweepResult } from './result.ts';

export interface Target {
  readonly what: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  readonly met: boolean;
}

/** Requests to the CA: so many, and so many more a name. The benchmark's certificates have one name. */
const ACME_LIMIT = 8 + 3;
const ROUTE53_LIMIT = 5;
/** Of an own CA's certificate, first issue: claim, write, release; the CA's pair, the new secret; the event; booking and start. */
const OWN_CA_LIMIT = 8;
const TRANSITIONS_LIMIT = 8;
/** Milliseconds until all of a run are current, by their number; of one, repeated, the median. */
const WALL_LIMITS: ReadonlyMap<number, number> = new Map([
  [1, 3_000],
  [100, 40_000],
]);
/** From AWSCURRENT to the Kubernetes Secret, of 95 in 100. */
const DELIVERY_LIMIT_S = 2;
const BUNDLE_LIMITS: ReadonlyMap<string, number> = new Map([['advance', 1_400_000]]);
const OTHER_BUNDLES_LIMIT = 500_000;

const target = (what: string, value: number, limit: number, unit = ''): Target => ({
  what,
  value,
  limit,
  unit,
  met: value <= limit,
});

const wallTarget = ({ issuer, n, wallMs }: RunResult): readonly Target[] => {
  const limit = issuer === 'acme' ? WALL_LIMITS.get(n) : undefined;
  if (limit === undefined) return [];
  return n === 1
    ? [target('one certificate, median', wallMs.median, limit, 'ms')]
    : [target(`the last of ${n}`, Math.max(...wallMs.all), limit, 'ms')];
};

const of = (runs: readonly RunResult[], issuer: RunResult['issuer']): readonly RunResult[] =>
  runs.filter((run) => run.issuer === issuer);

const worst = (runs: readonly RunResult[], of: (run: RunResult) => number): number => Math.max(...runs.map(of));

const acmeTargets = (runs: readonly RunResult[]): readonly Target[] => {
  if (runs.length === 0) return [];
  return [
    target(
      'ACME requests a certificate',
      worst(runs, ({ perCertificate }) => perCertificate.acme),
      ACME_LIMIT,
    ),
    target(
      'Route53 calls a certificate',
      worst(runs, ({ perCertificate }) => perCertificate.route53),
      ROUTE53_LIMIT,
    ),
  ];
};

/** What a sweep may read more than over the smallest fleet: noise, no growth. */
const GROWTH_LIMIT = 1.1;

/** Each larger fleet against the smallest; ten are due in each. */
const sweepTargets = (sweeps: readonly SweepResult[]): readonly Target[] => {
  const [smallest, ...larger] = [...sweeps].sort((a, b) => a.rows - b.rows);
  return larger.flatMap(({ rows, on, reads, itemsRead }) => [
    target(`reads of a sweep over ${rows} rows (${on})`, reads, Math.floor(smallest!.reads * GROWTH_LIMIT)),
    target(`items read by it`, itemsRead, Math.floor(smallest!.itemsRead * GROWTH_LIMIT)),
  ]);
};

const deliveryTargets = (delivery: BenchResult['delivery']): readonly Target[] => {
  if ('leftOut' in delivery) return [];
  const { certificates, first, renewal } = delivery;
  return [
    target(`a Secret after AWSCURRENT, p95 of ${certificates} new ones`, first.p95Seconds, DELIVERY_LIMIT_S, 's'),
    target(`the same, p95 of ${certificates} renewed ones`, renewal.p95Seconds, DELIVERY_LIMIT_S, 's'),
  ];
};

/** Every target, in the order in which they are shown; counts are those of the worst run. */
export const targetsOf = ({
  runs,
  sweeps,
  bundles,
  delivery,
}: Omit<BenchResult, 'schema' | 'machine'>): readonly Target[] => [
  ...runs.flatMap(wallTarget),
  ...acmeTargets(of(runs, 'acme')),
  ...of(runs, 'own-ca').map(({ n, perCertificate }) =>
    target(`AWS calls a certificate of an own CA, ${n} at once`, perCertificate.aws, OWN_CA_LIMIT),
  ),
  target(
    'transitions a certificate',
    worst(runs, ({ perCertificate }) => perCertificate.transitions),
    TRANSITIONS_LIMIT,
  ),
  ...sweepTargets(sweeps),
  ...deliveryTargets(delivery),
  ...bundles.map(({ name, bytes }) =>
    target(`bundle ${name}`, bytes, BUNDLE_LIMITS.get(name) ?? OTHER_BUNDLES_LIMIT, 'bytes'),
  ),
];
