// The dashboard that people keep open: numbers and alarms, the drawn page, work and throttles, clusters and what is paid for, and
// where to read on. Pure; no metric of a single certificate.
import { CLUSTER_DIMENSION, METRIC_DIMENSION, METRIC_NAMESPACE } from '../metrics.ts';
import type { DashboardBody, DashboardWidget, Deployed, MetricRow } from './model.ts';

const WIDTH = 24;
const PERIOD = 300;
/** Of metrics in one widget: CloudWatch draws 500. */
const MOST_CLUSTERS = 100;

type Place = Pick<DashboardWidget, 'x' | 'y' | 'width' | 'height'>;

const ours = (
  { service }: Deployed,
  name: string,
  options: Record<string, string | number | boolean> = {},
): MetricRow => [METRIC_NAMESPACE, name, METRIC_DIMENSION, service, options];

/** The newest value, large; a line below it shows whence it came. */
const number = (
  deployed: Deployed,
  place: Place,
  shown: { title: string; metrics: readonly MetricRow[]; stat?: string },
): DashboardWidget => ({
  type: 'metric',
  ...place,
  properties: {
    view: 'singleValue',
    region: deployed.region,
    title: shown.title,
    stat: shown.stat ?? 'Maximum',
    period: PERIOD,
    metrics: shown.metrics,
    sparkline: true,
    setPeriodToTimeRange: false,
  },
});

const graph = (
  deployed: Deployed,
  place: Place,
  shown: { title: string; metrics: readonly MetricRow[]; stat?: string; stacked?: true },
): DashboardWidget => ({
  type: 'metric',
  ...place,
  properties: {
    view: 'timeSeries',
    stacked: shown.stacked ?? false,
    region: deployed.region,
    title: shown.title,
    stat: shown.stat ?? 'Sum',
    period: PERIOD,
    metrics: shown.metrics,
    yAxis: { left: { min: 0, showUnits: false } },
  },
});

/** Row 1: five seconds. */
const numbers = (deployed: Deployed): readonly DashboardWidget[] => {
  const at = (index: number): Place => ({ x: 3 * index, y: 0, width: 3, height: 4 });
  const hidden = { visible: false };
  const ready: readonly MetricRow[] = [
    [{ expression: '100 * ready / managed', label: 'Ready %', id: 'share' }],
    ours(deployed, 'Ready', { id: 'ready', ...hidden }),
    ours(deployed, 'Managed', { id: 'managed', ...hidden }),
  ];
  const overdue: readonly MetricRow[] = [
    [{ expression: 'warning + critical', label: 'Overdue', id: 'overdue' }],
    ours(deployed, 'OverdueWarning', { id: 'warning', ...hidden }),
    ours(deployed, 'OverdueCritical', { id: 'critical', ...hidden }),
  ];
  const alarms: DashboardWidget = {
    type: 'alarm',
    ...{ x: 18, y: 0, width: 6, height: 4 },
    properties: { title: 'Alarms', alarms: deployed.alarmArns, sortBy: 'stateUpdatedTimestamp' },
  };
  return [
    number(deployed, at(0), { title: 'Ready', metrics: ready }),
    number(deployed, at(1), { title: 'Overdue', metrics: overdue }),
    number(deployed, at(2), { title: 'Failing', metrics: [ours(deployed, 'Failing', { label: 'Failing' })] }),
    number(deployed, at(3), { title: 'Expired', metrics: [ours(deployed, 'Expired', { label: 'Expired' })] }),
    number(deployed, at(4), {
      title: 'Next expiry, hours',
      metrics: [ours(deployed, 'LeastRemainingHours', { label: 'Hours left' })],
      stat: 'Minimum',
    }),
    number(deployed, at(5), {
      title: 'Sweeps in 5 min',
      metrics: [ours(deployed, 'SweepCompleted', { label: 'Completed' })],
      stat: 'Sum',
    }),
    ...(deployed.alarmArns.length === 0 ? [] : [alarms]),
  ];
};

/** Row 2: thirty seconds. */
const drawn = ({ widgetArn }: Deployed): DashboardWidget => ({
  type: 'custom',
  ...{ x: 0, y: 4, width: WIDTH, height: 16 },
  properties: {
    title: 'Certificates',
    endpoint: widgetArn,
    params: {},
    updateOn: { refresh: true, resize: false, timeRange: false },
  },
});

/** Row 3: what is done, how long it takes, and who slows it down. */
const work = (deployed: Deployed): readonly DashboardWidget[] => {
  const at = (index: number): Place => ({ x: 6 * index, y: 20, width: 6, height: 6 });
  const { functions, stateMachineArn } = deployed;
  const machine = (name: string, options = {}): MetricRow => [
    'AWS/States',
    name,
    'StateMachineArn',
    stateMachineArn,
    options,
  ];
  const lambda = (name: string, of: string, options = {}): MetricRow => [
    'AWS/Lambda',
    name,
    'FunctionName',
    of,
    options,
  ];
  return [
    graph(deployed, at(0), {
      title: 'Issued, renewed, failed',
      metrics: ['Issued', 'Renewed', 'Failed'].map((name) => ours(deployed, name, { label: name })),
    }),
    graph(deployed, at(1), {
      title: 'How long a certificate takes, and a step',
      metrics: [
        machine('ExecutionTime', { stat: 'p50', label: 'certificate, half of them' }),
        machine('ExecutionTime', { stat: 'p95', label: 'certificate, 95 %' }),
        lambda('Duration', functions.advance, { stat: 'p95', label: 'step, 95 %' }),
        lambda('Duration', functions.sweep, { stat: 'Maximum', label: 'sweep' }),
      ],
    }),
    graph(deployed, at(2), {
      title: 'Waiting for a place, and due within a day',
      metrics: [ours(deployed, 'QueueDepth', { label: 'waiting' }), ours(deployed, 'DueIn24h', { label: 'due' })],
      stat: 'Maximum',
    }),
    graph(deployed, at(3), {
      title: 'Throttled and broken',
      metrics: [
        ours(deployed, 'Throttled', { label: 'by CA or AWS' }),
        lambda('Throttles', functions.advance, { label: 'Lambda' }),
        lambda('Errors', functions.advance, { label: 'errors of advance' }),
        lambda('Errors', functions.sweep, { label: 'errors of sweep' }),
        machine('ExecutionsFailed', { label: 'executions lost' }),
      ],
    }),
  ];
};

/** Row 4: clusters, what nobody could work off, and what is paid for. */
const around = (deployed: Deployed): readonly DashboardWidget[] => {
  const at = (index: number): Place => ({ x: 8 * index, y: 26, width: 8, height: 6 });
  const { service, clusters, functions, stateMachineArn, tableName } = deployed;
  const shown = clusters.slice(0, MOST_CLUSTERS);
  const letters = (queue: string, label: string): MetricRow => [
    'AWS/SQS',
    'ApproximateNumberOfMessagesVisible',
    'QueueName',
    queue,
    { label },
  ];
  const lag = graph(deployed, at(0), {
    title: 'Delivery lag by cluster, seconds',
    metrics: shown.map(({ name }) => [
      METRIC_NAMESPACE,
      'OldestDeliveryLagSeconds',
      METRIC_DIMENSION,
      service,
      CLUSTER_DIMENSION,
      name,
      { label: name },
    ]),
    stat: 'Maximum',
  });
  return [
    ...(shown.length === 0 ? [] : [lag]),
    graph(deployed, at(1), {
      title: 'Dead letters',
      metrics: [
        letters(deployed.deadLetters, 'schedule, deploys, counters'),
        ...shown.map((cluster) => letters(cluster.deadLetters, cluster.name)),
      ],
      stat: 'Maximum',
    }),
    graph(deployed, at(2), {
      title: 'What is paid for by use',
      metrics: [
        ['AWS/States', 'ExecutionsStarted', 'StateMachineArn', stateMachineArn, { label: 'executions' }],
        ['AWS/Lambda', 'Invocations', 'FunctionName', functions.advance, { label: 'steps' }],
        ['AWS/DynamoDB', 'ConsumedWriteCapacityUnits', 'TableName', tableName, { label: 'ledger writes' }],
        ['AWS/DynamoDB', 'ConsumedReadCapacityUnits', 'TableName', tableName, { label: 'ledger reads' }],
      ],
    }),
  ];
};

/** Row 5: where to read on. */
const reading = ({ runbook }: Deployed): DashboardWidget => {
  const lines = runbook.map(({ heading, means }) => `- \`docs/runbook.md#${heading.toLowerCase()}\` ${means}`);
  const text = ['### Runbook', ...lines, '', 'Each code on the page above has a heading of its own there.'].join('\n');
  return { type: 'text', x: 0, y: 32, width: WIDTH, height: 7, properties: { markdown: text } };
};

export const dashboardBody = (deployed: Deployed): DashboardBody => ({
  periodOverride: 'inherit',
  start: '-PT24H',
  widgets: [...numbers(deployed), drawn(deployed), ...work(deployed), ...around(deployed), reading(deployed)],
});
