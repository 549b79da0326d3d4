// The metrics line of a sweep: aggregates in the shape that CloudWatch reads.
import { expect, it } from 'vitest';
import { lagMetrics, sweepMetrics, syncMetrics } from '#core/metrics.ts';

const report = {
  reconciled: { changed: 3, retired: 1, complete: true },
  fed: { started: 12, waiting: 4, stillRunning: 2, failed: 0 },
  leftoversRemoved: 5,
  watched: { looked: 9, failed: 1, counts: { checked: 8, drifted: 2 } },
  lags: [
    { cluster: 'blue', due: 1, unconfirmed: 2, oldestSeconds: 90 },
    { cluster: 'green', due: 0, unconfirmed: 0, oldestSeconds: 0 },
  ],
  failing: 6,
  durationMs: 1_234,
};

it('a sweep is told as one embedded metric line, whose cost does not grow with the fleet', () => {
  expect(sweepMetrics(report, { service: 'evercert', at: new Date('2026-11-25T12:00:00.000Z') })).toEqual({
    _aws: {
      Timestamp: 1_795_608_000_000,
      CloudWatchMetrics: [
        {
          Namespace: 'Evercert',
          Dimensions: [['Service']],
          Metrics: [
            { Name: 'SweepCompleted', Unit: 'Count' },
            { Name: 'SweepDuration', Unit: 'Milliseconds' },
            { Name: 'Started', Unit: 'Count' },
            { Name: 'QueueDepth', Unit: 'Count' },
            { Name: 'Failing', Unit: 'Count' },
            { Name: 'LeftoversRemoved', Unit: 'Count' },
            { Name: 'Drifted', Unit: 'Count' },
          ],
        },
      ],
    },
    Service: 'evercert',
    SweepCompleted: 1,
    SweepDuration: 1_234,
    Started: 12,
    QueueDepth: 4,
    Failing: 6,
    LeftoversRemoved: 5,
    Drifted: 2,
  });
});

const at = new Date('2026-11-25T12:00:00.000Z');
const ofCluster = (Metrics: readonly unknown[]) => ({
  Timestamp: 1_795_608_000_000,
  CloudWatchMetrics: [{ Namespace: 'Evercert', Dimensions: [['Service', 'Cluster']], Metrics }],
});

it('how far clusters are behind is a line a cluster, also where nothing lags', () => {
  const _aws = ofCluster([
    { Name: 'DeliveryLagging', Unit: 'Count' },
    { Name: 'OldestDeliveryLagSeconds', Unit: 'Seconds' },
  ]);
  expect(lagMetrics(report, { service: 'evercert', at })).toEqual([
    { _aws, Service: 'evercert', Cluster: 'blue', DeliveryLagging: 2, OldestDeliveryLagSeconds: 90 },
    { _aws, Service: 'evercert', Cluster: 'green', DeliveryLagging: 0, OldestDeliveryLagSeconds: 0 },
  ]);
});

it('a sync tells what it delivered, what not, and its slowest delivery in seconds', () => {
  const sync = { delivered: 3, lagging: 1, restarted: 0, slowestMs: 1_250, unfinished: [] };
  expect(syncMetrics(sync, { service: 'evercert', cluster: 'blue', at })).toEqual({
    _aws: ofCluster([
      { Name: 'Delivered', Unit: 'Count' },
      { Name: 'NotDelivered', Unit: 'Count' },
      { Name: 'DeliverySeconds', Unit: 'Seconds' },
    ]),
    Service: 'evercert',
    Cluster: 'blue',
    Delivered: 3,
    NotDelivered: 1,
    DeliverySeconds: 1.25,
  });
});

it('a sync that delivered nothing has no slowest delivery', () => {
  const sync = { delivered: 0, lagging: 2, restarted: 0, unfinished: [] };
  expect(syncMetrics(sync, { service: 'evercert', cluster: 'blue', at })).not.toHaveProperty('DeliverySeconds');
});
