// The weekly digest: a function on a schedule of its own that reads the ledger and tells the topic. It must never write.
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import { EvercertFunction } from './function.ts';
import type { Ledger } from './ledger.ts';
import { allowLook } from './ledger-looks.ts';

export interface DigestProps {
  readonly code: Code;
  readonly settings: ServiceSettings;
  readonly told: RuntimeSettingsInput;
  readonly ledger: Pick<Ledger, 'table'>;
  readonly deadLetters: IQueue;
  readonly at: Exclude<ServiceSettings['digest'], 'off'>;
}

/** Who makes it grants what it publishes to. */
export class Digest extends Construct {
  readonly digest: EvercertFunction;

  constructor(scope: Construct, id: string, props: DigestProps) {
    super(scope, id);
    const { code, settings, told, ledger, deadLetters } = props;
    this.digest = new EvercertFunction(this, 'Digest', {
      name: 'digest',
      description: 'Evercert: tells once a week how the fleet is',
      code,
      memoryMb: 512,
      timeout: Duration.minutes(2),
      settings,
      told,
    });
    allowLook(this.digest.role, ledger.table);
    this.digest.lettersTo(deadLetters, { maxAge: Duration.hours(6), retries: 2 });
    this.#schedule(props);
  }

  #schedule({ at: { day, hour, timeZone }, deadLetters }: DigestProps): void {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.digest.allowCall(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Evercert: wakes the digest',
      scheduleExpression: `cron(0 ${hour} ? * ${day} *)`,
      scheduleExpressionTimezone: timeZone,
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: this.digest.function.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ wokenBy: 'schedule' }),
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: 6 * 3600, maximumRetryAttempts: 5 },
      },
    });
    schedule.node.addDependency(role);
  }
}
