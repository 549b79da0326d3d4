// The alarms of one cluster: it does not get what was issued, and messages that nobody could work off. It must never alarm
// per certificate: events, ledger and the sync function's log name them.
import { CLUSTER_DIMENSION, METRIC_DIMENSION, METRIC_NAMESPACE } from '../metrics.ts';
import type { ClusterAlarmId } from './ids.ts';
import type { AlarmDefinition } from './model.ts';

/** A push takes seconds, and is repeated after 1, 2, 5 and 15 minutes: what is missing after that needs a person. */
const LAG_SECONDS = 900;

export const CLUSTER_ALARMS: Readonly<Record<ClusterAlarmId, Omit<AlarmDefinition, 'id'>>> = {
  'deliveries-lagging': {
    severity: 'warn',
    means: `The cluster {cluster} has not got for ${LAG_SECONDS / 60} minutes what was issued.`,
    still: 'what the cluster holds, until its end; issuance and other clusters are not held up.',
    command: `aws logs tail {syncLog} --since 1h --filter-pattern '"not delivered yet"'`,
    heading: 'DELIVERIES_LAGGING',
    metrics: {
      counted: {
        namespace: METRIC_NAMESPACE,
        name: 'OldestDeliveryLagSeconds',
        dimensions: { [METRIC_DIMENSION]: '{service}', [CLUSTER_DIMENSION]: '{cluster}' },
      },
    },
    statistic: 'Maximum',
    // As often as a sweep tells it: shorter periods would be missing ones, and ring never.
    period: 'sweep',
    evaluationPeriods: 3,
    comparison: '>',
    threshold: LAG_SECONDS,
    // A sweep that says nothing has stopped: that has its own alarm.
    missing: 'ignore',
  },
  'delivery-dead-letters': {
    severity: 'warn',
    means: 'Messages of the cluster {cluster} could not be worked off: ledger or bus refused, or the code is broken.',
    still: 'all that is delivered; the sweep asks again for what is missing.',
    command: 'aws logs tail {syncLog} --since 1h; aws sqs purge-queue --queue-url {deadLettersUrl}',
    heading: 'DELIVERY_DEAD_LETTERS',
    metrics: {
      counted: {
        namespace: 'AWS/SQS',
        name: 'ApproximateNumberOfMessagesVisible',
        dimensions: { QueueName: '{deadLetters}' },
      },
    },
    statistic: 'Maximum',
    period: 5,
    evaluationPeriods: 1,
    comparison: '>',
    threshold: 0,
    missing: 'notBreaching',
  },
};
