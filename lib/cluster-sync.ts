// One cluster's share of the deployment: who may read the secrets there, and the queue and function that see to it that it
// holds what was issued. It must never touch another cluster's share, nor let a dead cluster hold one up.
import { CfnOutput, Duration, Stack, Token } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { type Code, EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { accessOf } from '#core/bridge/manifests/access.ts';
import { EVENT_SOURCE, SYNC_DETAIL_TYPES } from '#core/events.ts';
import type { ClusterSettings, RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import { evercertMetric } from './alarms/metrics.ts';
import type { CertificateSecrets } from './certificate-secrets.ts';
import { admitSync, associate, type GivenAccess } from './cluster-admission.ts';
import { type AwsEndpoints, allowNetworkInterfaces, syncSecurityGroup } from './cluster-network.ts';
import { ClusterReader } from './cluster-reader.ts';
import { deadLetterQueue } from './dead-letters.ts';
import type { EksTarget } from './eks-target.ts';
import { isLeftOut } from './emulator-gaps.ts';
import { EvercertFunction } from './function.ts';
import type { Ledger } from './ledger.ts';
import { Refused } from './refused.ts';
import type { ResultBus } from './result-bus.ts';

const TIMEOUT = Duration.minutes(2);
/** Of a message, before a person must look at it: the ledger is the timer, so only faults of the ledger or the bus bring one back. */
const MAX_RECEIVES = 5;
const BATCH = 10;
/** Two is the least that Lambda takes; a cluster has no use for more. */
const AT_ONCE = 2;

export interface ClusterSyncProps {
  readonly target: EksTarget;
  /** As seen from this stack (`readSettings`). */
  readonly cluster: ClusterSettings;
  readonly settings: ServiceSettings;
  readonly code: Code;
  readonly told: RuntimeSettingsInput;
  readonly ledger: Pick<Ledger, 'allowSync'>;
  readonly secrets: CertificateSecrets;
  readonly results: ResultBus;
  readonly endpoints: AwsEndpoints;
}

/** Says what to write where something is missing. */
const checked = ({ cluster }: ClusterSyncProps): ClusterSettings => {
  const { name, eksName = name, endpoint, certificateAuthorityData } = cluster;
  if (endpoint === undefined || certificateAuthorityData === undefined)
    throw new Refused(
      `cluster ${name}: endpoint and certificateAuthorityData are missing; they are told by: aws eks describe-cluster --name ${Token.isUnresolved(eksName) ? name : eksName} --query 'cluster.[endpoint,certificateAuthority.data]'`,
    );
  return cluster;
};

/** Queue, function, access entry, and the reader role with its Pod Identity association. */
export class ClusterSync extends Construct {
  readonly cluster: ClusterSettings;
  readonly sync: EvercertFunction;
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Missing where people brought a role of their own, or the secrets' own policies let one in. */
  readonly reader: ClusterReader | undefined;
  readonly #byPolicy: string | undefined;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, props: ClusterSyncProps) {
    super(scope, id);
    this.cluster = checked(props);
    this.#prefix = props.settings.prefix;
    const access = accessOf({ cluster: this.cluster, secretReaders: props.settings.secretReaders });
    this.#byPolicy = access.by === 'policy' ? access.role : undefined;
    this.deadLetters = deadLetterQueue(this, 'DeadLetters');
    this.queue = this.#queue(props.results);
    this.sync = this.#sync(props);
    this.#consume();
    this.reader = this.#reader(props);
    if (this.isHere) this.#admit();
    new CfnOutput(this, 'SyncRoleArn', { value: this.sync.role.roleArn });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: this.deadLetters.queueUrl });
    if (this.reader !== undefined) new CfnOutput(this, 'ReaderRoleArn', { value: this.reader.role.roleArn });
  }

  /** Whether the cluster is in this account and Region; else its side is made by `ClusterAccess` in a stack there. */
  get isHere(): boolean {
    return this.cluster.account === undefined && this.cluster.region === undefined;
  }

  /** For `ClusterAccess`, in a stack of the cluster's own account and Region. */
  get access(): GivenAccess {
    const { cluster, reader } = this;
    const { account, region } = Stack.of(this);
    const readerRole = this.#byPolicy;
    return {
      cluster,
      syncRoleArn: this.sync.role.roleArn,
      readerRoleArn: reader?.role.roleArn ?? cluster.readerRole,
      shared: readerRole === undefined ? undefined : { account, region, prefix: this.#prefix, readerRole },
    };
  }

  metricOldestDeliveryLag(options?: MetricOptions): Metric {
    return evercertMetric('OldestDeliveryLagSeconds', { service: this.#prefix, cluster: this.cluster.name }, options);
  }

  get eksName(): string {
    return this.cluster.eksName ?? this.cluster.name;
  }

  /** Events that name this cluster, and nobody else's messages. */
  #queue(results: ResultBus): Queue {
    const queue = new Queue(this, 'Queue', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the function's limit, so that a message is not taken twice while it is throttled (AWS Lambda developer guide).
      visibilityTimeout: Duration.seconds(6 * TIMEOUT.toSeconds()),
      retentionPeriod: Duration.days(4),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVES },
    });
    new Rule(this, 'Rule', {
      eventBus: results.bus,
      description: `Evercert: what concerns the cluster ${this.cluster.name}`,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: [...SYNC_DETAIL_TYPES],
        detail: { clusters: [this.cluster.name] },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue: this.deadLetters })],
    });
    return queue;
  }

  #sync({ target, settings, code, told, ledger, results, endpoints }: ClusterSyncProps): EvercertFunction {
    const { privateAccess } = target.options;
    const group = privateAccess && syncSecurityGroup(this, privateAccess);
    const sync = new EvercertFunction(this, 'Sync', {
      name: 'sync',
      description: `Evercert: brings what was issued into the cluster ${this.cluster.name}, and proves it`,
      code,
      memoryMb: 256,
      timeout: TIMEOUT,
      settings,
      told: { ...told, cluster: this.cluster },
      ...(privateAccess === undefined || group === undefined ? {} : { network: { ...privateAccess, group } }),
    });
    ledger.allowSync(sync.role);
    results.allowAnnounce(sync.role);
    if (privateAccess === undefined || group === undefined) return sync;
    allowNetworkInterfaces(sync.role);
    if (privateAccess.aws === 'endpoints') endpoints.letIn(group, privateAccess);
    return sync;
  }

  #reader(props: ClusterSyncProps): ClusterReader | undefined {
    if (this.#byPolicy !== undefined || this.cluster.readerRole !== undefined) return undefined;
    return new ClusterReader(this, 'Reader', props);
  }

  #consume(): void {
    const { role } = this.sync;
    role.addToPrincipalPolicy(
      new PolicyStatement({
        sid: 'OwnQueue',
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
        resources: [this.queue.queueArn],
      }),
    );
    const mapping = new EventSourceMapping(this, 'Messages', {
      target: this.sync.function,
      eventSourceArn: this.queue.queueArn,
      batchSize: BATCH,
      reportBatchItemFailures: true,
      maxConcurrency: AT_ONCE,
    });
    mapping.node.addDependency(role);
  }

  /** The cluster's own side, where it is in this account and Region. */
  #admit(): void {
    const clusterName = this.eksName;
    if (!isLeftOut(this, 'AWS::EKS::AccessEntry'))
      admitSync(this, { clusterName, principalArn: this.sync.role.roleArn });
    const role = this.reader?.operator;
    if (role === undefined || this.cluster.identity !== 'pod-identity') return;
    if (!isLeftOut(this, 'AWS::EKS::PodIdentityAssociation'))
      associate(this, { clusterName, roleArn: role.roleArn, operator: this.cluster.operator });
  }
}
