// Who keeps the totals: a function that follows the table's stream, and counts anew on a schedule of its own. It must never
// hold a sweep up, nor know what is counted (docs/decisions/0032-counters.md).
import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type Code, EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { ROW_PREFIX, TABLE_KEYS } from '#core/ledger-format.ts';
import type { RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import { EvercertFunction } from './function.ts';
import type { Ledger } from './ledger.ts';

const BATCH = 100;
/** Totals are for people: seconds do not matter, and many changes are one call. */
const GATHER = Duration.seconds(5);
/** What is older is counted by the daily count anyway; until then it must not hold up what is newer. */
const MAX_AGE = Duration.hours(1);
const MAX_RETRIES = 10;

export interface TallyProps {
  readonly code: Code;
  readonly settings: ServiceSettings;
  readonly told: Pick<RuntimeSettingsInput, 'tableName' | 'eventBusName'>;
  readonly ledger: Pick<Ledger, 'allowTally' | 'table'>;
  readonly deadLetters: IQueue;
}

export class Tally extends Construct {
  readonly tally: EvercertFunction;

  constructor(scope: Construct, id: string, props: TallyProps) {
    super(scope, id);
    const { code, settings, told, ledger, deadLetters } = props;
    this.tally = new EvercertFunction(this, 'Tally', {
      name: 'tally',
      description: 'Evercert: keeps the totals of the fleet, and counts them anew once a day',
      code,
      memoryMb: 256,
      timeout: Duration.minutes(5),
      settings,
      told: { prefix: settings.prefix, tableName: told.tableName, eventBusName: told.eventBusName },
    });
    ledger.allowTally(this.tally.role);
    this.tally.lettersTo(deadLetters, { maxAge: MAX_AGE, retries: 2 });
    this.#follow(ledger, deadLetters);
    this.#countAnew(deadLetters);
  }

  /** Changes of rows alone; a batch that fails is halved until the one that cannot be read is alone, and laid down. */
  #follow({ table }: TallyProps['ledger'], deadLetters: IQueue): void {
    const mapping = new EventSourceMapping(this, 'Changes', {
      target: this.tally.function,
      eventSourceArn: table.tableStreamArn ?? '',
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH,
      maxBatchingWindow: GATHER,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: MAX_RETRIES,
      maxRecordAge: MAX_AGE,
      // Its role may send there already (lettersTo).
      onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
      filters: [
        FilterCriteria.filter({
          dynamodb: { Keys: { [TABLE_KEYS.partition]: { S: FilterRule.beginsWith(ROW_PREFIX) } } },
        }),
      ],
    });
    mapping.node.addDependency(this.tally.role);
  }

  /** Hourly, of what is a day old: a call that was lost, or that did not come to its end, costs an hour. */
  #countAnew(deadLetters: IQueue): void {
    const role = new Role(this, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    this.tally.allowCall(role);
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.queueArn] }),
    );
    const schedule = new CfnSchedule(this, 'Schedule', {
      description: 'Evercert: counts anew what was counted a day ago',
      scheduleExpression: 'rate(1 hour)',
      flexibleTimeWindow: { mode: 'FLEXIBLE', maximumWindowInMinutes: 15 },
      target: {
        arn: this.tally.function.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify({ rebuild: true }),
        deadLetterConfig: { arn: deadLetters.queueArn },
        retryPolicy: { maximumEventAgeInSeconds: MAX_AGE.toSeconds(), maximumRetryAttempts: 3 },
      },
    });
    schedule.node.addDependency(role);
  }
}
