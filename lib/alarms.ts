// The two alarms that must ring even when Evercert itself is dead or cannot help itself. It must never alarm per
// certificate: names come with the events and in the sweep's log.
import { Aws, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ServiceSettings } from '#core/settings.ts';
import { isLeftOut } from './emulator-gaps.ts';

const NAMESPACE = 'Evercert';
/** Looks in a row that must find a failure: what heals at its first retries pages nobody. */
const FAILING_PERIODS = 3;

export interface ServiceAlarmsProps {
  readonly settings: Pick<ServiceSettings, 'prefix' | 'sweepPeriodMinutes'>;
  /** Encrypts the topic where we make it. */
  readonly key: IKey;
  /** Where alarms go; default: a topic of our own, without subscribers yet. */
  readonly topic?: ITopic | undefined;
}

/** Metrics are aggregates of the whole deployment, told apart by the dimension Service = prefix. */
export class ServiceAlarms extends Construct {
  readonly topic: ITopic;
  /** Missing only where the emulator refuses it. */
  readonly sweepStopped: Alarm | undefined;
  readonly failing: Alarm;

  constructor(scope: Construct, id: string, props: ServiceAlarmsProps) {
    super(scope, id);
    this.topic = props.topic ?? this.#topic(props.key);
    this.sweepStopped = isLeftOut(this, 'AWS::CloudWatch::Alarm.Metrics')
      ? undefined
      : this.#sweepStopped(props.settings);
    this.failing = this.#failing(props.settings);
    for (const alarm of [this.sweepStopped, this.failing]) {
      if (alarm === undefined) continue;
      alarm.addAlarmAction(new SnsAction(this.topic));
      alarm.addOkAction(new SnsAction(this.topic));
    }
  }

  /**
   * CloudWatch must be allowed the key, or what it sends to an encrypted topic is dropped in silence; for the same reason
   * the key's statement has no condition that CloudWatch is not documented to meet (SNS developer guide, "Encryption at rest").
   */
  #topic(key: IKey): Topic {
    const topic = new Topic(this, 'Topic', { displayName: 'Evercert alarms', masterKey: key, enforceSSL: true });
    const cloudwatch = new ServicePrincipal('cloudwatch.amazonaws.com');
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTheTopic',
        principals: [cloudwatch],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        resources: ['*'],
      }),
    );
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [cloudwatch],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    );
    return topic;
  }

  /**
   * Rings within two periods and three minutes. FILL makes real zeros of missing minutes: with bare missing data
   * CloudWatch looks further back than the evaluation periods for a good value, and rings late.
   */
  #sweepStopped({ prefix, sweepPeriodMinutes }: ServiceAlarmsProps['settings']): Alarm {
    const minutes = 2 * sweepPeriodMinutes + 1;
    const completed = new Metric({
      namespace: NAMESPACE,
      metricName: 'SweepCompleted',
      dimensionsMap: { Service: prefix },
      statistic: Stats.SUM,
      period: Duration.minutes(1),
    });
    return new Alarm(this, 'SweepStopped', {
      alarmDescription:
        `No sweep of Evercert (${prefix}) has completed for ${minutes} minutes: nothing is issued or renewed any more. ` +
        "Do: look at the sweep function's log and its dead-letter queue; is the schedule enabled? Runbook: docs/runbook.md#sweep_stopped",
      metric: new MathExpression({
        expression: 'FILL(completed, 0)',
        usingMetrics: { completed },
        label: 'Sweeps completed',
        period: Duration.minutes(1),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: minutes,
      datapointsToAlarm: minutes,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Says that, not which: a metric per certificate costs as much as its secret. */
  #failing({ prefix, sweepPeriodMinutes }: ServiceAlarmsProps['settings']): Alarm {
    return new Alarm(this, 'Failing', {
      alarmDescription:
        `Certificates of Evercert (${prefix}) fail again and again; what is current stays current. ` +
        'Do: the event "Evercert Certificate Failed" and the advance function\'s log name them, with code and fix. Runbook: docs/runbook.md#certificates_failing',
      metric: new Metric({
        namespace: NAMESPACE,
        metricName: 'Failing',
        dimensionsMap: { Service: prefix },
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(sweepPeriodMinutes),
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: FAILING_PERIODS,
      datapointsToAlarm: FAILING_PERIODS,
      // A sweep that says nothing neither heals nor breaks anything: the other alarm tells that it is silent.
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}
