// The engine: a Standard state machine that calls `advance`, waits until the time that it names, and calls again. It
// supplies timers, retries and a picture; it must never carry a key, a token or a PEM, nor decide anything.
import { ArnFormat, Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ServiceSettings } from '#core/settings.ts';
import { acknowledgeWildcards } from './acknowledge.ts';

/** Faults of the call, not of the code: Lambda.Unknown is what an invocation without an answer is called. */
const TRANSIENT = [
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.TooManyRequestsException',
  'Lambda.Unknown',
];

export interface EngineProps {
  /** Answers `{..., until?}`: `until` (ISO 8601) asks to be called again then with the same answer; without it, all is done. */
  readonly advance: IFunction;
  /** The function's own limit; a call that takes longer is lost. */
  readonly advanceTimeout: Duration;
  readonly settings: ServiceSettings;
}

/** One execution carries one certificate through one run. */
export class Engine extends Construct {
  readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, props: EngineProps) {
    super(scope, id);
    // Log groups that Step Functions writes to must be named so, or the account's log resource policy overflows. Not
    // retained: errors only, and the executions themselves show them for 90 days; a fixed name would block a new deployment.
    const logs = new LogGroup(this, 'Logs', {
      logGroupName: `/aws/vendedlogs/states/${Stack.of(this).stackName}-${props.settings.prefix}`,
      retention: props.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = this.#role(props.advance);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      stateMachineType: sfn.StateMachineType.STANDARD,
      definitionBody: sfn.DefinitionBody.fromChainable(this.#loop(props)),
      comment: 'Evercert: carries one certificate through one run',
      role,
      // Longer waits end the execution (the ledger is the timer); one that loops for a day is lost.
      timeout: Duration.days(1),
      logs: { destination: logs, level: sfn.LogLevel.ERROR, includeExecutionData: false },
      tracingEnabled: true,
    });
    this.#acknowledge(role);
  }

  /** advance -> until? -> wait -> advance. A state of our own making, because LambdaInvoke would grant all versions of the function. */
  #loop(props: EngineProps): sfn.CustomState {
    const advance = new sfn.CustomState(this, 'Advance', {
      stateJson: {
        Type: 'Task',
        Resource: props.advance.functionArn,
        TimeoutSeconds: props.advanceTimeout.toSeconds() + 30,
      },
    });
    advance.addRetry({
      errors: TRANSIENT,
      interval: Duration.seconds(2),
      backoffRate: 2,
      maxAttempts: 6,
      maxDelay: Duration.seconds(60),
      jitterStrategy: sfn.JitterType.FULL,
    });
    const lost = new sfn.Fail(this, 'Lost', {
      error: 'EVERCERT_ADVANCE_LOST',
      cause: 'advance gave no answer; when its lease ends, the sweep takes the certificate up again from the ledger',
    });
    advance.addCatch(lost, { errors: ['States.ALL'] });
    const wait = new sfn.Wait(this, 'Wait', { time: sfn.WaitTime.timestampPath('$.until') }).next(advance);
    const asked = sfn.Condition.and(sfn.Condition.isPresent('$.until'), sfn.Condition.isTimestamp('$.until'));
    advance.next(new sfn.Choice(this, 'Until?').when(asked, wait).otherwise(new sfn.Succeed(this, 'Done')));
    return advance;
  }

  #role(advance: IFunction): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
      }),
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'Advance', actions: ['lambda:InvokeFunction'], resources: [advance.functionArn] }),
    );
    return role;
  }

  /** Start executions, count them, and look at one. */
  allowStart(role: IRole): void {
    const executions = Stack.of(this).formatArn({
      service: 'states',
      resource: 'execution',
      resourceName: `${this.stateMachine.stateMachineName}:*`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'StartExecutions',
        actions: ['states:StartExecution', 'states:ListExecutions'],
        resources: [this.stateMachine.stateMachineArn],
      }),
    );
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'LookAtExecutions', actions: ['states:DescribeExecution'], resources: [executions] }),
    );
    acknowledgeWildcards(role, {
      resources: [executions],
      reason: 'An execution is known by its name only when it was started; the state machine is exact.',
    });
  }

  #acknowledge(role: Role): void {
    Validations.of(this.stateMachine).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'Errors are logged; ALL would log every transition of every certificate for nothing: the ledger and its history tell all.',
    });
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'Log delivery and X-Ray have no resources to name (Step Functions developer guide, logging and tracing).',
    });
  }
}
