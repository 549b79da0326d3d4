// All clusters of one deployment: each has a queue, a function and alarms of its own, so that a dead one eats nobody's
// concurrency. It must never let two of them share anything but the endpoints of a VPC.
import { Annotations, Stack, Token } from 'aws-cdk-lib';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ManifestsInput } from '#core/bridge/manifests/model.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import type { ClusterSettings, RuntimeSettingsInput, ServiceSettings } from '#core/settings.ts';
import { ClusterAlarms } from './alarms/cluster-alarms.ts';
import type { CertificateSecrets } from './certificate-secrets.ts';
import { applyManifests } from './cluster-manifests.ts';
import { AwsEndpoints } from './cluster-network.ts';
import { ClusterSync } from './cluster-sync.ts';
import type { EksTarget } from './eks-target.ts';
import type { Ledger } from './ledger.ts';
import { Refused } from './refused.ts';
import type { ResultBus } from './result-bus.ts';

export interface ClustersProps {
  /** In the order of `settings.clusters`. */
  readonly targets: readonly EksTarget[];
  readonly settings: ServiceSettings;
  readonly code: Code;
  readonly told: Pick<RuntimeSettingsInput, 'tableName' | 'eventBusName'>;
  readonly ledger: Ledger;
  readonly secrets: CertificateSecrets;
  readonly results: ResultBus;
  readonly topic: ITopic;
  /** What the manifests are made of, where they are applied. */
  readonly catalogue: Catalogue;
}

/** A construct id of a cluster's name: `prod-eu` -> `Prod-Eu`. */
const idOf = (name: string): string =>
  name
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('-');

export class Clusters extends Construct {
  readonly all: readonly ClusterSync[];

  constructor(scope: Construct, id: string, props: ClustersProps) {
    super(scope, id);
    const { targets, settings, told, topic, catalogue, ...wired } = props;
    const { prefix } = settings;
    const endpoints = new AwsEndpoints(this, 'AwsEndpoints');
    this.all = targets.map((target, index) => {
      const cluster = settings.clusters[index]!;
      this.#warn(cluster);
      const one = new ClusterSync(this, idOf(cluster.name), {
        ...wired,
        target,
        cluster,
        settings,
        endpoints,
        // What it does not need stays out: the environment of a function holds 4 kB, and a CA's certificate takes its share.
        told: { prefix, tableName: told.tableName, eventBusName: told.eventBusName },
      });
      const { queueName: deadLetters, queueUrl: deadLettersUrl } = one.deadLetters;
      const syncLog = one.sync.function.logGroup.logGroupName;
      const names = { service: prefix, cluster: cluster.name, syncLog, deadLetters, deadLettersUrl };
      new ClusterAlarms(one, 'Alarms', { settings, names, topic });
      if (target.options.applyManifests === true && target.cluster !== undefined)
        applyManifests(one, target.cluster, this.#manifests(one, { settings, catalogue }));
      return one;
    });
  }

  /** A stack that learns its place at the deploy cannot compare. */
  #warn({ name, account, region }: ClusterSettings): void {
    const { account: ownAccount, region: ownRegion } = Stack.of(this);
    const unknown = [
      ...(account !== undefined && Token.isUnresolved(ownAccount) ? [`account ${account}`] : []),
      ...(region !== undefined && Token.isUnresolved(ownRegion) ? [`region ${region}`] : []),
    ];
    if (unknown.length === 0) return;
    Annotations.of(this).addWarningV2(
      `evercert:cluster-elsewhere:${name}`,
      `cluster ${name}: ${unknown.join(' and ')} is taken for another than the stack's, so its access entry is left to ClusterAccess in a stack there; leave it out where it is the stack's own`,
    );
  }

  #manifests({ cluster, reader }: ClusterSync, of: Pick<ClustersProps, 'settings' | 'catalogue'>): ManifestsInput {
    const { prefix, replicas, secretReaders } = of.settings;
    const { account, region } = Stack.of(this);
    const own = { readerRole: reader?.role.roleArn, operatorRole: reader?.operator?.roleArn };
    return { catalogue: of.catalogue, cluster, prefix, account, region, replicas, secretReaders, ...own };
  }

  /** By its name. Throws Refused: there is none. */
  named(name: string): ClusterSync {
    const found = this.all.find(({ cluster }) => cluster.name === name);
    if (found === undefined) throw new Refused(`the setting clusters has no ${name}`);
    return found;
  }
}
