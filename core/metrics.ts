// Metrics as CloudWatch's embedded metric format: aggregates only, so that their cost does not grow with the fleet. Pure.
import type { SyncReport } from './bridge/sync.ts';
import type { SweepReport } from './sweep/sweep.ts';

export const METRIC_NAMESPACE = 'Evercert';
export const METRIC_DIMENSION = 'Service';
/** Beside the other one, of what is said of one cluster. */
export const CLUSTER_DIMENSION = 'Cluster';

type Unit = 'Count' | 'Milliseconds' | 'Seconds';

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
} as const;

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
    },
  });

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
