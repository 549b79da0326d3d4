// The metrics line of a sweep: aggregates in the shape that CloudWatch reads.
import { expect, it } from 'vitest';
import { sweepMetrics } from '#core/metrics.ts';

const report = {
  reconciled: { changed: 3, retired: 1, complete: true },
  fed: { started: 12, waiting: 4, stillRunning: 2, failed: 0 },
  leftoversRemoved: 5,
  watched: { looked: 9, failed: 1, counts: { checked: 8, drifted: 2 } },
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
