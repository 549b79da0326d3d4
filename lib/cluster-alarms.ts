// The two alarms of one cluster: it does not get what was issued, and messages that nobody could work off. It must never
// alarm per certificate: events, ledger and the sync function's log name them.
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';

/** A push takes seconds, and is repeated after 1, 2, 5 and 15 minutes: what is missing after that needs a person. */
const LAG_SECONDS = 900;
const PERIODS = 3;

export interface ClusterAlarmsProps {
  readonly prefix: string;
  readonly cluster: string;
  readonly deadLetters: IQueue;
  readonly topic: ITopic;
}

/** Metrics are told apart by the dimensions Service = prefix and Cluster = its name. */
export class ClusterAlarms extends Construct {
  readonly lags: Alarm;
  readonly deadLetters: Alarm;

  constructor(scope: Construct, id: string, props: ClusterAlarmsProps) {
    super(scope, id);
    this.lags = this.#lags(props);
    this.deadLetters = this.#deadLetters(props);
    for (const alarm of [this.lags, this.deadLetters]) {
      alarm.addAlarmAction(new SnsAction(props.topic));
      alarm.addOkAction(new SnsAction(props.topic));
    }
  }

  #lags({ prefix, cluster }: ClusterAlarmsProps): Alarm {
    return new Alarm(this, 'Lags', {
      alarmDescription:
        `The cluster ${cluster} has not got for ${LAG_SECONDS / 60} minutes what Evercert (${prefix}) has issued; it goes on with what it holds, other clusters are not held up. ` +
        `Do: the event "Evercert Certificate Not Delivered" and the log of the cluster's sync function name each Secret, with code and fix; kubectl -n <namespace> describe externalsecret <secret>. Runbook: docs/runbook.md#deliveries_lagging`,
      metric: new Metric({
        namespace: 'Evercert',
        metricName: 'OldestDeliveryLagSeconds',
        dimensionsMap: { Service: prefix, Cluster: cluster },
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: LAG_SECONDS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: PERIODS,
      datapointsToAlarm: PERIODS,
      // A sweep that says nothing has stopped: that has its own alarm.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }

  #deadLetters({ prefix, cluster, deadLetters }: ClusterAlarmsProps): Alarm {
    return new Alarm(this, 'DeadLetters', {
      alarmDescription:
        `Messages of the cluster ${cluster} could not be worked off by Evercert (${prefix}): its ledger or bus refused, or its code is broken. The sweep asks again for what is missing. ` +
        `Do: look at the log of the cluster's sync function; aws sqs receive-message --queue-url <DeadLetterQueueUrl from the outputs>; then purge the queue. Runbook: docs/runbook.md#delivery_dead_letters`,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(5),
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
