// What being seen costs a month: alarms and dashboard as the template has them, metrics as the functions print them, and what
// the sweep, the tally and the watchdog do for it. Printed, and never above 20 dollars.
import { describe, expect, it } from 'vitest';
import { FACTS } from '#core/events.ts';
import { lagMetrics, sweepMetrics, syncMetrics } from '#core/metrics.ts';
import type { SweepReport } from '#core/sweep/sweep.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf, type Template } from '#test/support/template.ts';

/** US dollars, us-east-1, list prices as of November 2026; free tiers are left out. */
const PRICES = {
  /** CloudWatch pricing: a custom metric a month (the first 10,000). */
  metric: 0.3,
  /** CloudWatch pricing: a metric that a standard alarm looks at. */
  alarmMetric: 0.1,
  composite: 0.5,
  dashboard: 3,
  /** CloudWatch Logs pricing: a gigabyte taken in; metrics in the embedded format cost this beside the metric. */
  logGigabyte: 0.5,
  /** Lambda pricing, arm64. */
  lambdaMillion: 0.2,
  lambdaGigabyteSecond: 0.0000133334,
  /** DynamoDB on-demand pricing, since November 2024. */
  readMillion: 0.125,
  writeMillion: 0.625,
  /** EventBridge Scheduler pricing. */
  scheduleMillion: 1,
  snsMillion: 0.5,
  requestMillion: 0.4,
} as const;

const MONTH = { days: 30, sweeps: (30 * 24 * 60) / 5, looks: (30 * 24 * 60) / 15 };

const report: SweepReport = {
  reconciled: { changed: 0, retired: 0, complete: true },
  fed: { started: 1, waiting: 1, stillRunning: 1, failed: 0 },
  leftoversRemoved: 1,
  watched: { looked: 1, failed: 0, counts: {} },
  lags: [{ cluster: 'c', due: 1, unconfirmed: 1, oldestSeconds: 1 }],
  failing: 1,
  figures: {
    ...{ managed: 1, ready: 1, failing: 1, overdueWarning: 1, overdueCritical: 1, expired: 1, dueIn24h: 1 },
    ...{ oldestOverdueHours: 1, leastRemainingPercent: 1, leastRemainingHours: 1, countedAt: 'x', byIssuer: {} },
  },
  troubles: { failingRepeatedly: 1, issuersOut: 1, authoritiesEnding: 1 },
  durationMs: 1,
};
const about = { service: 'evercert', at: new Date('2026-11-25T12:00:00.000Z') };
const metricsIn = (line: Record<string, unknown>): number =>
  (line._aws as { CloudWatchMetrics: { Metrics: unknown[] }[] }).CloudWatchMetrics[0]!.Metrics.length;

const sweepLine = sweepMetrics(report, about);
/** Facts that count themselves, and what is counted in a line of its own. */
const counted =
  Object.values(FACTS).filter(({ metric }) => metric.by === 'event').length + ['Throttled', 'WatchdogCompleted'].length;
const ofService = metricsIn(sweepLine) + counted;
const ofCluster =
  metricsIn(lagMetrics(report, about)[0]!) +
  metricsIn(syncMetrics({ delivered: 1, lagging: 0, slowestMs: 1 } as never, { ...about, cluster: 'c' }));

const fixed = (template: Template, clusters: number) => {
  const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => {
    const metrics = (Properties?.Metrics ?? [{ MetricStat: 1 }]) as readonly object[];
    return metrics.filter((one) => 'MetricStat' in one).length;
  });
  return {
    metrics: PRICES.metric * (ofService + clusters * ofCluster),
    alarms: PRICES.alarmMetric * alarms.reduce((sum, count) => sum + count, 0),
    composites: PRICES.composite * resourcesOf(template, 'AWS::CloudWatch::CompositeAlarm').length,
    dashboard: PRICES.dashboard * resourcesOf(template, 'AWS::CloudWatch::Dashboard').length,
  };
};

/** A renewal of a certificate of 90 days every 60 days; each writes its row about 15 times, a third of it in the index of lives. */
const work = (certificates: number) => {
  const renewals = (certificates * MONTH.days) / 60;
  const changes = 15 * renewals;
  const dueInADay = certificates / 60;
  // Four items a read unit, as the index projects them (about 400 bytes, read eventually consistent: half).
  const sweepReads = MONTH.sweeps * (6 + Math.ceil((dueInADay * 400) / 8_192));
  const recount = MONTH.days * certificates * (3_000 / 4_096);
  const batches = Math.min(changes, MONTH.days * 24 * 60 * 4);
  return {
    tally:
      (batches + MONTH.days * 24) * (PRICES.lambdaMillion / 1e6 + 0.25 * 0.1 * PRICES.lambdaGigabyteSecond) +
      (batches * PRICES.writeMillion + recount * PRICES.readMillion) / 1e6,
    health: (sweepReads * PRICES.readMillion + (MONTH.sweeps + changes / 3) * PRICES.writeMillion) / 1e6,
    watchdog:
      MONTH.looks *
      ((PRICES.lambdaMillion +
        2 * PRICES.readMillion +
        PRICES.writeMillion +
        PRICES.scheduleMillion +
        2 * PRICES.requestMillion) /
        1e6 +
        0.25 * 1 * PRICES.lambdaGigabyteSecond),
    // Somebody looks eight hours a day at a page that is drawn anew every minute.
    widget:
      MONTH.days *
      8 *
      60 *
      (PRICES.lambdaMillion / 1e6 + 0.5 * 0.3 * PRICES.lambdaGigabyteSecond + (20 * PRICES.readMillion) / 1e6),
    lines:
      ((MONTH.sweeps * (JSON.stringify(sweepLine).length + 500) + MONTH.looks * 600 + renewals * 900) / 1e9) *
      PRICES.logGigabyte,
    messages: (1_000 * PRICES.snsMillion) / 1e6,
  };
};

const total = (parts: Readonly<Record<string, number>>): number =>
  Object.values(parts).reduce((sum, part) => sum + part, 0);

describe('being seen costs a month', () => {
  const template = synthesize();
  const sizes = [10, 1_000, 10_000, 100_000] as const;
  const rows = sizes.map((certificates) => ({ certificates, ...fixed(template, 0), ...work(certificates) }));

  it('at most 20 dollars, whatever the size of the fleet', () => {
    for (const { certificates, ...parts } of rows) expect(total(parts), `${certificates}`).toBeLessThanOrEqual(20);
  });

  it('for each cluster at most two dollars more', () => {
    const clusters = [{ name: 'prod-eu', endpoint: 'https://x', certificateAuthorityData: 'Zm9v' }];
    const more = total(fixed(synthesize({ props: { clusters } }), 1)) - total(fixed(template, 0));
    expect(more).toBeGreaterThan(0);
    expect(more).toBeLessThanOrEqual(2);
  });

  it('is printed, part by part', () => {
    const parts = Object.keys(rows[0]!).filter((part) => part !== 'certificates') as (keyof (typeof rows)[number])[];
    const line = (name: string, values: readonly number[]) =>
      `${name.padEnd(12)}${values.map((value) => value.toFixed(2).padStart(10)).join('')}`;
    const printed = [
      `USD a month ${sizes.map((size) => size.toLocaleString('en').padStart(10)).join('')}   (${ofService} metrics, ${ofCluster} more a cluster)`,
      ...parts.map((part) =>
        line(
          part,
          rows.map((row) => row[part]),
        ),
      ),
      line(
        'together',
        rows.map(({ certificates: _, ...all }) => total(all)),
      ),
    ].join('\n');
    console.log(printed);
    expect(printed).toContain('together');
  });
});
