// The watchdog: a function on a schedule of its own that sees that sweeps complete, and tells the topic by itself. It must
// share neither role nor schedule group with what it watches.
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Names } from '#core/alarms/model.ts';
import type { RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import { EvercertFunction } from '../function.ts';
import type { Ledger } from '../ledger.ts';
import type { SweepSchedule } from '../schedule.ts';
import { allowPublish } from './topic.ts';

export interface WatchdogProps {
  readonly code: Code;
  readonly settings: ServiceSettings;
  readonly told: Pick<RuntimeSettingsInput, 'tableName' | 'eventBusName'>;
  readonly ledger: Pick<Ledger, 'allowWatchdog'>;
  readonly schedule: SweepSchedule;
  readonly deadLetters: IQueue;
  readonly topic: ITopic;
  /** Of the topic, where it is ours. */
  readonly key?: IKey | undefined;
  readonly names: Names & Required<Pick<Names, 'schedule' | 'sweepLog' | 'deadLettersUrl'>>;
}

export class Watchdog extends Construct {
  readonly watchdog: EvercertFunction;

  constructor(scope: Construct, id: string, props: WatchdogProps) {
    super(scope, id);
    const { settings, told, names, topic } = props;
    const { prefix, sweepPeriodMinutes } = settings;
    const { schedule, sweepLog, deadLettersUrl } = names;
    this.watchdog = new EvercertFunction(this, 'Watchdog', {
      name: 'watchdog',
      description: 'Evercert: sees that sweeps complete, and says so where not',
      code: props.code,
      memoryMb: 256,
      timeout: Duration.minutes(1),
      settings,
      told: {
        ...{ prefix, sweepPeriodMinutes, tableName: told.tableName, eventBusName: told.eventBusName },
        alarmTopicArn: topic.topicArn,
        watched: { schedule, sweepLog, deadLettersUrl },
      },
    });
    this.#allow(props);
    this.#schedule(props.deadLetters);
  }

  #allow({ ledger, schedule, deadLetters, topic, key }: WatchdogProps): void {
    const { role } = this.watchdog;
    ledger.allowWatchdog(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LookAtSchedule',
        actions: ['scheduler:GetSchedule'],
        resources: [schedule.scheduleArn],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'LookAtDeadLetters',
        actions: ['sqs:GetQueueAttributes'],
        resources: [deadLetters.queueArn],
      }),
    );
    allowPublish(role, { topic, key });
  }

  #schedule(deadLetters: IQueue): void {
    const { functionArn } = this.watchdog.function;
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.watchdog.allowCall(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
    const group = new CfnScheduleGroup(this, 'ScheduleGroup');
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Evercert: wakes the watchdog',
      groupName: group.ref,
      scheduleExpression: 'rate(15 minutes)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ wokenBy: 'schedule' }),
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 600, maximumRetryAttempts: 3 },
      },
    });
    schedule.node.addDependency(role);
  }
}
