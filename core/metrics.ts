// Metrics as CloudWatch's embedded metric format: aggregates only, so that their cost does not grow with the fleet. Pure.
import type { SyncReport } from './bridge/sync.ts';
import type { FleetFigures } from './health/figures.ts';
import type { SweepReport } from './sweep/sweep.ts';

export const METRIC_NAMESPACE = 'Evercert';
export const METRIC_DIMENSION = 'Service';
/** Beside the other one, of what is said of one cluster. */
export const CLUSTER_DIMENSION = 'Cluster';
/** Beside the first one, of what is said of one issuer, where the setting `metricsByIssuer` asks for it. */
export const ISSUER_DIMENSION = 'Issuer';

/** CloudWatch has no hours. */
type Unit = 'Count' | 'Milliseconds' | 'Seconds' | 'Percent' | 'None';

interface Said {
  readonly at: Date;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly units: Readonly<Record<string, Unit>>;
  readonly values: Readonly<Record<string, number>>;
}

/** One log line that CloudWatch turns into metrics (Embedded Metric Format specification). */
const line = ({ at, dimensions, units, values }: Said): Record<string, unknown> => ({
  _aws: {
    Timestamp: at.getTime(),
    CloudWatchMetrics: [
      {
        Namespace: METRIC_NAMESPACE,
        Dimensions: [Object.keys(dimensions)],
        Metrics: Object.keys(values).map((Name) => ({ Name, Unit: units[Name] })),
      },
    ],
  },
  ...dimensions,
  ...values,
});

const SWEEP_UNITS = {
  SweepCompleted: 'Count',
  SweepDuration: 'Milliseconds',
  Started: 'Count',
  QueueDepth: 'Count',
  Failing: 'Count',
  LeftoversRemoved: 'Count',
  Drifted: 'Count',
  FailingRepeatedly: 'Count',
  IssuersOut: 'Count',
  AuthoritiesEnding: 'Count',
  Managed: 'Count',
  Ready: 'Count',
  OverdueWarning: 'Count',
  OverdueCritical: 'Count',
  Expired: 'Count',
  DueIn24h: 'Count',
  OldestOverdueHours: 'None',
  LeastRemainingPercent: 'Percent',
  LeastRemainingHours: 'None',
} as const;

/** Totals that nobody has counted yet, and what nothing is left of, are not said. */
const fleetValues = (figures: FleetFigures): Readonly<Record<string, number>> => {
  const { countedAt, leastRemainingPercent: percent, leastRemainingHours: hours } = figures;
  return {
    ...(countedAt === undefined ? {} : { Managed: figures.managed, Ready: figures.ready }),
    OverdueWarning: figures.overdueWarning,
    OverdueCritical: figures.overdueCritical,
    Expired: figures.expired,
    DueIn24h: figures.dueIn24h,
    OldestOverdueHours: figures.oldestOverdueHours,
    ...(percent === undefined ? {} : { LeastRemainingPercent: percent }),
    ...(hours === undefined ? {} : { LeastRemainingHours: hours }),
  };
};

const troubleValues = ({ failingRepeatedly, issuersOut, authoritiesEnding }: SweepReport['troubles']) => ({
  ...(failingRepeatedly === undefined ? {} : { FailingRepeatedly: failingRepeatedly }),
  ...(issuersOut === undefined ? {} : { IssuersOut: issuersOut }),
  ...(authoritiesEnding === undefined ? {} : { AuthoritiesEnding: authoritiesEnding }),
});

/** A sweep, in one line. */
export const sweepMetrics = (
  report: SweepReport,
  { service, at }: { service: string; at: Date },
): Record<string, unknown> =>
  line({
    at,
    dimensions: { [METRIC_DIMENSION]: service },
    units: SWEEP_UNITS,
    values: {
      SweepCompleted: 1,
      SweepDuration: report.durationMs,
      Started: report.fed.started,
      QueueDepth: report.fed.waiting,
      Failing: report.failing,
      LeftoversRemoved: report.leftoversRemoved,
      Drifted: report.watched.counts.drifted ?? 0,
      ...troubleValues(report.troubles),
      ...(report.figures === undefined ? {} : fleetValues(report.figures)),
    },
  });

/** As many issuers are told apart: each costs two metrics. */
const MOST_ISSUERS = 20;

/** The largest issuers, a line each. */
export const issuerMetrics = (
  { figures }: Pick<SweepReport, 'figures'>,
  { service, at }: { service: string; at: Date },
): readonly Record<string, unknown>[] =>
  Object.entries(figures?.byIssuer ?? {})
    .sort(([, a], [, b]) => b.managed - a.managed)
    .slice(0, MOST_ISSUERS)
    .map(([issuer, { managed, overdue }]) =>
      line({
        at,
        dimensions: { [METRIC_DIMENSION]: service, [ISSUER_DIMENSION]: issuer },
        units: { Managed: 'Count', Overdue: 'Count' },
        values: { Managed: managed, Overdue: overdue },
      }),
    );

const LAG_UNITS = { DeliveryLagging: 'Count', OldestDeliveryLagSeconds: 'Seconds' } as const;

/** How far each cluster is behind, a line each. */
export const lagMetrics = (
  { lags }: Pick<SweepReport, 'lags'>,
  { service, at }: { service: string; at: Date },
): readonly Record<string, unknown>[] =>
  lags.map(({ cluster, unconfirmed, oldestSeconds }) =>
    line({
      at,
      dimensions: { [METRIC_DIMENSION]: service, [CLUSTER_DIMENSION]: cluster },
      units: LAG_UNITS,
      values: { DeliveryLagging: unconfirmed, OldestDeliveryLagSeconds: oldestSeconds },
    }),
  );

const SYNC_UNITS = { Delivered: 'Count', NotDelivered: 'Count', DeliverySeconds: 'Seconds' } as const;

/** One invocation of a cluster's sync function; `DeliverySeconds` is its slowest, where anything was delivered. */
export const syncMetrics = (
  { delivered, lagging, slowestMs }: SyncReport,
  { service, cluster, at }: { service: string; cluster: string; at: Date },
): Record<string, unknown> =>
  line({
    at,
    dimensions: { [METRIC_DIMENSION]: service, [CLUSTER_DIMENSION]: cluster },
    units: SYNC_UNITS,
    values: {
      Delivered: delivered,
      NotDelivered: lagging,
      ...(slowestMs === undefined ? {} : { DeliverySeconds: slowestMs / 1000 }),
    },
  });

/** One more of a fact, as part of the log line that says it (core/facts/said.ts). */
export const eventMetrics = (metric: string, { service, at }: { service: string; at: Date }): Record<string, unknown> =>
  line({
    at,
    dimensions: { [METRIC_DIMENSION]: service },
    units: { [metric]: 'Count' },
    values: { [metric]: 1 },
  });
