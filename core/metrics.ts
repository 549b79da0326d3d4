// Metrics as CloudWatch's embedded metric format: aggregates only, so that their cost does not grow with the fleet. Pure.
import type { SweepReport } from './sweep/sweep.ts';

export const METRIC_NAMESPACE = 'Evercert';
export const METRIC_DIMENSION = 'Service';

const SWEEP_METRICS = [
  { Name: 'SweepCompleted', Unit: 'Count' },
  { Name: 'SweepDuration', Unit: 'Milliseconds' },
  { Name: 'Started', Unit: 'Count' },
  { Name: 'QueueDepth', Unit: 'Count' },
  { Name: 'Failing', Unit: 'Count' },
  { Name: 'LeftoversRemoved', Unit: 'Count' },
  { Name: 'Drifted', Unit: 'Count' },
] as const;

/** One log line that CloudWatch turns into metrics (Embedded Metric Format specification). */
export const sweepMetrics = (
  report: SweepReport,
  { service, at }: { service: string; at: Date },
): Record<string, unknown> => ({
  _aws: {
    Timestamp: at.getTime(),
    CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [[METRIC_DIMENSION]], Metrics: SWEEP_METRICS }],
  },
  [METRIC_DIMENSION]: service,
  SweepCompleted: 1,
  SweepDuration: report.durationMs,
  Started: report.fed.started,
  QueueDepth: report.fed.waiting,
  Failing: report.failing,
  LeftoversRemoved: report.leftoversRemoved,
  Drifted: report.watched.counts.drifted ?? 0,
});
