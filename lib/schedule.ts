// The clock: EventBridge Scheduler wakes the sweep every period. It may fire twice or late; nothing may depend on the tick.
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceSettings } from '#core/settings.ts';

export interface SweepScheduleProps {
  readonly sweep: IFunction;
  /** Takes ticks that Scheduler could not deliver. */
  readonly deadLetters: IQueue;
  readonly settings: Pick<ServiceSettings, 'sweepPeriodMinutes'>;
}

/** `rate(N minutes)` -> sweep, with a role of its own that may call the sweep and nothing else. */
export class SweepSchedule extends Construct {
  readonly scheduleName: string;
  readonly scheduleArn: string;

  constructor(scope: Construct, id: string, props: SweepScheduleProps) {
    super(scope, id);
    const { sweepPeriodMinutes: minutes } = props.settings;
    const role = this.#role(props);
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Evercert: wakes the sweep',
      scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.sweep.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ wokenBy: 'schedule' }),
        deadLetterConfig: { arn: props.deadLetters.queueArn },
        // A tick that is older than a period is worth nothing: the next one is there.
        retryPolicy: {
          maximumEventAgeInSeconds: Math.max(60, Duration.minutes(minutes).toSeconds()),
          maximumRetryAttempts: 3,
        },
      },
    });
    schedule.node.addDependency(role);
    this.scheduleName = schedule.ref;
    this.scheduleArn = schedule.attrArn;
  }

  #role({ sweep, deadLetters }: SweepScheduleProps): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'Sweep', actions: ['lambda:InvokeFunction'], resources: [sweep.functionArn] }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
    return role;
  }
}
