// The dashboard as CloudWatch will read it: valid, on its grid, of metrics that somebody emits, and cheap for any fleet.
import { describe, expect, it } from 'vitest';
import { CLUSTER_ALARMS } from '#core/alarms/cluster-table.ts';
import { ALARMS } from '#core/alarms/table.ts';
import { dashboardBody } from '#core/dashboard/body.ts';
import { dashboardUsdAMonth, metricCount } from '#core/dashboard/cost.ts';
import type { DashboardBody, DashboardWidget, Deployed } from '#core/dashboard/model.ts';
import { FACTS } from '#core/events.ts';
import { lagMetrics, sweepMetrics, syncMetrics } from '#core/metrics.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const cluster = { endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
const clusters = ['prod-eu', 'prod-us'].map((name) => ({ ...cluster, name }));
const template = synthesize({
  props: { clusters, dashboardActions: true },
  env: { account: '111122223333', region: 'eu-west-1' },
});

/** Tokens stand for names that the deploy knows: any text will do. */
const resolved = (value: unknown): string => {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  if (typeof value === 'string') return value;
  return join === undefined ? 'resolved' : join[1].map(resolved).join(join[0]);
};

const [, resource] = resourcesOf(template, 'AWS::CloudWatch::Dashboard')[0]!;
const body = JSON.parse(resolved(resource.Properties!.DashboardBody)) as DashboardBody;

const overlap = (a: DashboardWidget, b: DashboardWidget): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

const metricsOf = ({ widgets }: DashboardBody): readonly (readonly unknown[])[] =>
  widgets.flatMap(({ properties }) => (properties.metrics ?? []) as readonly (readonly unknown[])[]);

/** What is emitted, found by emitting it; and what the alarms count, which has tests of its own. */
const emitted = (): ReadonlySet<string> => {
  const at = new Date(0);
  const figures = {
    ...{ managed: 1, ready: 1, failing: 0, overdueWarning: 0, overdueCritical: 0, expired: 0, dueIn24h: 0 },
    ...{ oldestOverdueHours: 0, leastRemainingPercent: 1, leastRemainingHours: 1, countedAt: '', byIssuer: {} },
  };
  const report = {
    reconciled: {} as never,
    fed: { started: 0, waiting: 0 } as never,
    leftoversRemoved: 0,
    watched: { counts: {} } as never,
    lags: [{ cluster: 'a', due: 0, unconfirmed: 0, oldestSeconds: 0 }],
    failing: 0,
    troubles: {},
    figures,
    durationMs: 1,
  };
  const lines = [
    sweepMetrics(report as never, { service: 's', at }),
    ...lagMetrics(report as never, { service: 's', at }),
    syncMetrics({ delivered: 1, lagging: 0, slowestMs: 1 } as never, { service: 's', cluster: 'a', at }),
  ];
  const alarmed = [...Object.values(ALARMS), ...Object.values(CLUSTER_ALARMS)].flatMap(({ metrics }) =>
    Object.values(metrics).map(({ name }) => name),
  );
  return new Set([...lines.flatMap(Object.keys), ...Object.values(FACTS).map(({ metric }) => metric.name), ...alarmed]);
};

const deployedWith = (count: number): Deployed => ({
  region: 'eu-west-1',
  service: 'evercert',
  widgetArn: 'arn',
  alarmArns: ['arn'],
  functions: { sweep: 's', advance: 'a' },
  stateMachineArn: 'm',
  tableName: 't',
  deadLetters: 'q',
  clusters: Array.from({ length: count }, (_, i) => ({ name: `c${i}`, deadLetters: `q${i}` })),
  runbook: [],
});

describe('the dashboard', () => {
  it('has widgets of CloudWatch alone, on a grid of 24, and none over another', () => {
    for (const one of body.widgets) {
      expect(['metric', 'alarm', 'text', 'custom']).toContain(one.type);
      expect(one.x + one.width).toBeLessThanOrEqual(24);
      expect(Math.min(one.width, one.height)).toBeGreaterThanOrEqual(1);
    }
    const pairs = body.widgets.flatMap((a, i) => body.widgets.slice(i + 1).map((b) => [a, b] as const));
    expect(pairs.filter(([a, b]) => overlap(a, b))).toEqual([]);
  });

  it('has its rows in order: numbers and alarms, the page, work, clusters and costs, the runbook', () => {
    const rows = Map.groupBy(body.widgets, ({ y }) => y);
    expect([...rows.values()].map((row) => row.map(({ type }) => type).join(' '))).toEqual([
      'metric metric metric metric metric metric alarm',
      'custom',
      'metric metric metric metric',
      'metric metric metric',
      'text',
    ]);
  });

  it('draws metrics that somebody emits', () => {
    const known = emitted();
    const names = metricsOf(body).flatMap(([namespace, name]) => (namespace === 'Evercert' ? [name as string] : []));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('names each metric with pairs of dimension and value, and gives options last', () => {
    for (const metric of metricsOf(body)) {
      const [first, ...rest] = metric;
      if (typeof first === 'object') continue;
      const dimensions = rest.slice(1, -1);
      expect(dimensions.length % 2).toBe(0);
      expect(typeof metric.at(-1)).toBe('object');
    }
  });

  it('counts at most 500 metrics with a hundred clusters, and none of a single certificate', () => {
    const metrics = metricsOf(dashboardBody(deployedWith(300)));
    expect(metrics.length).toBeLessThanOrEqual(500);
    expect(JSON.stringify(metrics)).not.toMatch(/[Cc]ertificate"/);
  });

  it('is free with ten clusters, and costs 3 USD a month beyond, whatever the fleet', () => {
    console.log(
      `dashboard: ${metricCount(body)} metrics with ${clusters.length} clusters, ${dashboardUsdAMonth(body)} USD a month`,
    );
    expect(dashboardUsdAMonth(dashboardBody(deployedWith(10)))).toBe(0);
    expect(dashboardUsdAMonth(dashboardBody(deployedWith(11)))).toBe(3);
  });

  it('calls the widget with nothing, again at each refresh and not at each change of the time range', () => {
    const custom = body.widgets.find(({ type }) => type === 'custom')!;
    expect(custom.properties).toMatchObject({
      params: {},
      updateOn: { refresh: true, resize: false, timeRange: false },
    });
  });

  it('shows every alarm that is deployed', () => {
    const alarms = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
      resourcesOf(template, type),
    );
    const shown = body.widgets.find(({ type }) => type === 'alarm')!;
    expect(shown.properties.alarms).toHaveLength(alarms.length);
  });
});

const functionsOf = (made: ReturnType<typeof synthesize>): string =>
  resourcesOf(made, 'AWS::Lambda::Function')
    .map(([, one]) => String(one.Properties!.Handler).replace('.handler', ''))
    .sort()
    .join(' ');

describe('the settings', () => {
  it('dashboardActions brings the function that obeys buttons, and nothing else does', () => {
    expect(functionsOf(template)).toContain('act ');
    const plain = synthesize();
    expect(functionsOf(plain)).toContain('widget');
    expect(functionsOf(plain)).not.toContain('act ');
  });

  it('dashboard: off leaves out dashboard and functions', () => {
    const off = synthesize({ props: { dashboard: 'off', dashboardActions: true } });
    expect(resourcesOf(off, 'AWS::CloudWatch::Dashboard')).toEqual([]);
    expect(functionsOf(off)).not.toMatch(/widget|act /);
  });
});
