// The metrics line of a sweep: aggregates in the shape that CloudWatch reads.
import { expect, it } from 'vitest';
import { issuerMetrics, lagMetrics, sweepMetrics, syncMetrics } from '#core/metrics.ts';

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
  troubles: { failingRepeatedly: 3, issuersOut: 1, authoritiesEnding: 0 },
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
            { Name: 'FailingRepeatedly', Unit: 'Count' },
            { Name: 'IssuersOut', Unit: 'Count' },
            { Name: 'AuthoritiesEnding', Unit: 'Count' },
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
    FailingRepeatedly: 3,
    IssuersOut: 1,
    AuthoritiesEnding: 0,
  });
});

const at = new Date('2026-11-25T12:00:00.000Z');
const figures = {
  managed: 120,
  ready: 110,
  failing: 6,
  overdueWarning: 3,
  overdueCritical: 2,
  expired: 1,
  dueIn24h: 9,
  oldestOverdueHours: 50.5,
  leastRemainingPercent: 0,
  leastRemainingHours: 0,
  countedAt: '2026-11-25T00:00:00.000Z',
  byIssuer: Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`Issuer/shop/i${i}`, { managed: i, overdue: i === 29 ? 4 : 0 }]),
  ),
};

it('the health of the fleet is in the same line', () => {
  const told = sweepMetrics({ ...report, figures }, { service: 'evercert', at });
  expect(told).toMatchObject({
    Managed: 120,
    Ready: 110,
    OverdueWarning: 3,
    OverdueCritical: 2,
    Expired: 1,
    DueIn24h: 9,
    OldestOverdueHours: 50.5,
    LeastRemainingPercent: 0,
    LeastRemainingHours: 0,
  });
  expect(JSON.stringify(told)).toContain('{"Name":"LeastRemainingPercent","Unit":"Percent"}');
});

it('totals that nobody has counted, and what is left of nothing, are not told as zero', () => {
  const { countedAt: _at, leastRemainingPercent: _percent, leastRemainingHours: _hours, ...unknown } = figures;
  const told = sweepMetrics({ ...report, figures: unknown }, { service: 'evercert', at });
  for (const name of ['Managed', 'Ready', 'LeastRemainingPercent', 'LeastRemainingHours'])
    expect(told).not.toHaveProperty(name);
  expect(told).toMatchObject({ Expired: 1 });
});

it('issuers are told apart on request, the twenty largest of them, a line each', () => {
  const lines = issuerMetrics({ figures }, { service: 'evercert', at });
  expect(lines).toHaveLength(20);
  expect(lines[0]).toMatchObject({ Service: 'evercert', Issuer: 'Issuer/shop/i29', Managed: 29, Overdue: 4 });
  expect(issuerMetrics({}, { service: 'evercert', at })).toEqual([]);
});
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
