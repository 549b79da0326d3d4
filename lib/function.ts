// One deployed function: its code, its own role without any managed policy, its log group, its settings. It must never
// know what the function may do: the things that are granted say so.
import { type Duration, PhysicalName, RemovalPolicy, Stack } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { type IRole, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  CfnEventInvokeConfig,
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import type { FunctionName } from './bundle.ts';

export interface EvercertFunctionProps {
  readonly name: FunctionName;
  /** For the function's page in the console. */
  readonly description: string;
  readonly code: Code;
  readonly memoryMb: number;
  readonly timeout: Duration;
  readonly settings: ServiceSettings;
  /** Names of what is deployed; may hold tokens. */
  readonly told: RuntimeSettingsInput;
  /** In a VPC; the role must be allowed its network interfaces. */
  readonly network?: { readonly vpc: IVpc; readonly subnets?: SubnetSelection; readonly group: ISecurityGroup };
}

const inVpc = (
  network: EvercertFunctionProps['network'],
): Pick<FunctionProps, 'vpc' | 'vpcSubnets' | 'securityGroups'> =>
  network === undefined
    ? {}
    : {
        vpc: network.vpc,
        securityGroups: [network.group],
        ...(network.subnets === undefined ? {} : { vpcSubnets: network.subnets }),
      };

/** The function as `function`, and the role that grants are added to. */
export class EvercertFunction extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: EvercertFunctionProps) {
    super(scope, id);
    // Retained: after an accident with the stack the logs are the only account of it. They age away by themselves, and
    // the generated name never stands in the way of a new deployment.
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.settings.logRetentionDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = this.#role(logGroup);
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: `${props.name}.handler`,
      code: props.code,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      role: this.role,
      logGroup,
      ...inVpc(props.network),
      environment: {
        EVERCERT_SETTINGS: Stack.of(this).toJsonString(props.told),
        AWS_SDK_UA_APP_ID: `evercert-${props.name}`,
        NODE_OPTIONS: '--enable-source-maps',
      },
    });
  }

  allowCall(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'Call', actions: ['lambda:InvokeFunction'], resources: [this.function.functionArn] }),
    );
  }

  /** What becomes of asynchronous calls that fail: retried so often and so long, then laid down in the queue. */
  lettersTo(queue: IQueue, limits: { readonly maxAge: Duration; readonly retries: number }): void {
    new CfnEventInvokeConfig(this, 'AsyncCalls', {
      functionName: this.function.functionName,
      qualifier: '$LATEST',
      maximumEventAgeInSeconds: limits.maxAge.toSeconds(),
      maximumRetryAttempts: limits.retries,
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    }).node.addDependency(this.role);
    this.role.addToPrincipalPolicy(
      new PolicyStatement({ sid: 'DeadLetters', actions: ['sqs:SendMessage'], resources: [queue.queueArn] }),
    );
  }

  /** May write its own log, and nothing else yet. */
  #role(logGroup: LogGroup): Role {
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      // Only where a stack of another account or Region names it (lib/cluster-access.ts).
      roleName: PhysicalName.GENERATE_IF_NEEDED,
    });
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'OwnLog',
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    );
    return role;
  }
}
