// THE table of alarms: what each means, what to type, and when it rings. Thresholds are relative to each certificate's own
// lifetime already in the metrics (core/health/life.ts), so that most of them are "more than none".
import { METRIC_DIMENSION, METRIC_NAMESPACE } from '../metrics.ts';
import { CLUSTER_ALARMS } from './cluster-table.ts';
import type { AlarmId, ServiceAlarmId } from './ids.ts';
import type { AlarmDefinition, MetricSource } from './model.ts';
import { ALL_WELL } from './still.ts';

type Row = Omit<AlarmDefinition, 'id'>;

const ours = (name: string): MetricSource => ({
  namespace: METRIC_NAMESPACE,
  name,
  dimensions: { [METRIC_DIMENSION]: '{service}' },
});
const counted = (name: string) => ({ metrics: { counted: ours(name) }, statistic: 'Maximum' as const });
const more = { comparison: '>' as const, threshold: 0 };
/** A sweep that says nothing neither heals nor breaks anything: that it is silent has an alarm of its own. */
const eachSweep = { ...more, period: 'sweep' as const, missing: 'ignore' as const };
const tail = (log: 'sweepLog' | 'advanceLog' | 'watchdogLog', words: string): string =>
  `aws logs tail {${log}} --since 1d --filter-pattern '"${words}"'`;

const PAGES = {
  /**
   * Within two periods and three minutes. FILL makes real zeros of missing minutes: with bare missing data CloudWatch
   * looks further back than the evaluation periods for a good value, and rings late.
   */
  'sweep-stopped': {
    severity: 'page',
    means: 'No sweep has completed for two periods: nothing is issued or renewed any more.',
    still: ALL_WELL,
    command: 'aws scheduler get-schedule --name {schedule} --query State; aws logs tail {sweepLog} --since 1h',
    heading: 'SWEEP_STOPPED',
    metrics: { completed: ours('SweepCompleted') },
    expression: 'FILL(completed, 0)',
    statistic: 'Sum',
    period: 1,
    evaluationPeriods: 'two-sweeps',
    comparison: '<',
    threshold: 1,
    missing: 'breaching',
  },
  expired: {
    severity: 'page',
    means: 'A certificate that is in use has expired: clients refuse it now.',
    still: 'every other certificate.',
    command: tail('sweepLog', 'has expired'),
    heading: 'CERTIFICATE_EXPIRED',
    ...counted('Expired'),
    ...eachSweep,
    evaluationPeriods: 1,
  },
  'overdue-critical': {
    severity: 'page',
    means: 'A certificate is so long overdue that less than four tenths of its time to renew are left.',
    still: 'that certificate, for the time that the message of the log names; then its clients refuse it.',
    // It may be told for the first time as one that is about to expire.
    command: tail('sweepLog', 'a certificate is'),
    heading: 'CERTIFICATE_OVERDUE_CRITICAL',
    ...counted('OverdueCritical'),
    ...eachSweep,
    evaluationPeriods: 1,
  },
} as const satisfies Partial<Record<ServiceAlarmId, Row>>;

/** What an outage of an issuer explains: silent while that has its own message. */
const EXPLAINED = {
  'overdue-warning': {
    severity: 'warn',
    quietInOutage: true,
    means: 'A certificate should have been renewed, and three tenths of its time to renew have passed.',
    still: 'that certificate, until its end; it is tried again by itself.',
    command: tail('sweepLog', 'is overdue'),
    heading: 'CERTIFICATE_OVERDUE_WARNING',
    ...counted('OverdueWarning'),
    ...eachSweep,
    evaluationPeriods: 2,
  },
  'certificates-failing': {
    severity: 'warn',
    quietInOutage: true,
    means: 'A certificate has failed three times, or for a reason that only a person can mend.',
    still: 'what is current of it, until its end; others are not held up.',
    command: tail('advanceLog', 'an attempt failed'),
    heading: 'CERTIFICATES_FAILING',
    ...counted('FailingRepeatedly'),
    ...eachSweep,
    evaluationPeriods: 2,
  },
  throttled: {
    severity: 'warn',
    quietInOutage: true,
    means: 'A CA or an AWS service has turned requests away as too many, again and again for an hour.',
    still: 'everything that is current; what waits goes on when it is let in.',
    command: tail('advanceLog', 'turned away'),
    heading: 'REQUESTS_THROTTLED',
    metrics: { counted: ours('Throttled') },
    statistic: 'Sum',
    ...more,
    period: 15,
    evaluationPeriods: 4,
    datapointsToAlarm: 3,
    missing: 'notBreaching',
  },
  'queue-stuck': {
    severity: 'warn',
    quietInOutage: true,
    means: 'Certificates are due, and in six sweeps not one of them was started.',
    still: ALL_WELL,
    command:
      'aws stepfunctions list-executions --state-machine-arn {machine} --status-filter RUNNING --max-items 5 --query "executions[].startDate"',
    heading: 'QUEUE_STUCK',
    metrics: { waiting: ours('QueueDepth'), begun: ours('Started') },
    expression: 'IF(waiting > 0 AND begun < 1, 1, 0)',
    statistic: 'Maximum',
    ...eachSweep,
    evaluationPeriods: 6,
  },
} as const satisfies Partial<Record<ServiceAlarmId, Row>>;

const WARNINGS = {
  'issuer-outage': {
    severity: 'warn',
    means: 'An issuer has failed three certificates at once; one of them probes it, the others wait.',
    still: 'everything that is current, until its end; warnings that this explains are held back, pages are not.',
    command: `aws dynamodb query --table-name {table} --key-condition-expression 'pk = :c' --expression-attribute-values '{":c":{"S":"circuit"}}'`,
    heading: 'CIRCUIT_OPEN',
    ...counted('IssuersOut'),
    ...eachSweep,
    evaluationPeriods: 2,
  },
  'executions-lost': {
    severity: 'warn',
    means: 'Executions end without an answer of the advance function: its code or its role is broken.',
    still: ALL_WELL,
    command:
      'aws stepfunctions list-executions --state-machine-arn {machine} --status-filter FAILED --max-items 5; aws logs tail {advanceLog} --since 1h',
    heading: 'EXECUTIONS_LOST',
    metrics: {
      counted: { namespace: 'AWS/States', name: 'ExecutionsFailed', dimensions: { StateMachineArn: '{machine}' } },
    },
    statistic: 'Sum',
    ...more,
    period: 15,
    evaluationPeriods: 2,
    missing: 'notBreaching',
  },
  'dead-letters': {
    severity: 'warn',
    means: 'Calls of the schedule, a deploy or the counters could not be delivered and lie in the dead-letter queue.',
    still: 'everything, where they are old: the next tick does what a lost one would have done.',
    command: 'aws sqs receive-message --queue-url {deadLettersUrl} --max-number-of-messages 10 --visibility-timeout 0',
    heading: 'DEAD_LETTERS',
    metrics: {
      counted: {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: '{deadLetters}' },
      },
    },
    statistic: 'Maximum',
    ...more,
    period: 5,
    evaluationPeriods: 1,
    missing: 'notBreaching',
  },
  'authority-ending': {
    severity: 'warn',
    means: 'A CA that signs certificates here has less than a sixth of its own lifetime left.',
    still: 'all that it has signed, until its end; soon it can sign nothing that lasts.',
    command: tail('sweepLog', 'a CA ends soon'),
    heading: 'AUTHORITY_ENDING',
    ...counted('AuthoritiesEnding'),
    ...eachSweep,
    evaluationPeriods: 2,
  },
  'secret-drifted': {
    severity: 'warn',
    means: 'A secret was found otherwise than it was left: edited, moved, deleted or without its key.',
    still: 'what the table of the runbook says of the reason that the event carries.',
    command: tail('sweepLog', 'changed by somebody else'),
    heading: 'SECRET_DRIFTED',
    metrics: { counted: ours('Drifted') },
    statistic: 'Sum',
    ...more,
    period: 15,
    evaluationPeriods: 1,
    missing: 'notBreaching',
  },
  'watchdog-silent': {
    severity: 'warn',
    means: 'The watchdog has not looked for half an hour: only the alarms of CloudWatch guard the sweep.',
    still: 'everything; that a sweep stops still pages.',
    command: 'aws logs tail {watchdogLog} --since 2h',
    heading: 'WATCHDOG_SILENT',
    metrics: { completed: ours('WatchdogCompleted') },
    expression: 'FILL(completed, 0)',
    statistic: 'Sum',
    period: 1,
    evaluationPeriods: 33,
    comparison: '<',
    threshold: 1,
    missing: 'breaching',
  },
  maintenance: {
    severity: 'none',
    means: 'Planned work was announced within the last hour: pages are held back until it is over.',
    still: 'everything that is not worked on.',
    command:
      'aws cloudwatch put-metric-data --namespace Evercert --metric-name Maintenance --dimensions Service={service} --value 1',
    heading: 'MAINTENANCE',
    metrics: { counted: ours('Maintenance') },
    statistic: 'Sum',
    ...more,
    period: 1,
    evaluationPeriods: 60,
    datapointsToAlarm: 1,
    missing: 'notBreaching',
  },
} as const satisfies Partial<Record<ServiceAlarmId, Row>>;

const rows: Readonly<Record<AlarmId, Row>> = { ...PAGES, ...EXPLAINED, ...WARNINGS, ...CLUSTER_ALARMS };

/** By id; the worst first. */
export const ALARMS = Object.fromEntries(Object.entries(rows).map(([id, row]) => [id, { id, ...row }])) as Readonly<
  Record<AlarmId, AlarmDefinition>
>;
