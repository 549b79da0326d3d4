// The side of a cluster that is in another account or Region than Evercert: place it in a stack there. It admits our sync
// role to the cluster, and gives the operator a way to our reader role. It must never grant anything in our own account.
import { CfnOutput } from 'aws-cdk-lib';
import type { IConnectable, IPeer } from 'aws-cdk-lib/aws-ec2';
import { Port } from 'aws-cdk-lib/aws-ec2';
import type { IOpenIdConnectProvider, Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type ClusterSettings, clusterSettings } from '#core/settings.ts';
import { admitSync, associate, type GivenAccess } from './cluster-admission.ts';
import { allowHop, clusterArn, operatorRole } from './cluster-reader.ts';
import { allowSharedReading } from './secret-sharing.ts';

export interface ClusterAccessProps extends GivenAccess {
  /** With `identity: irsa`: the cluster's OIDC provider. */
  readonly oidcProvider?: IOpenIdConnectProvider;
  /** Of a private endpoint: the cluster (or its security group), and from where the sync function comes. */
  readonly admit?: { readonly cluster: IConnectable; readonly from: IPeer };
}

/** `arn:aws:iam::111122223333:role/team/reader` -> `reader` below `/team/`. */
const nameOf = (arn: string): { roleName: string; path: string } => {
  const [, ...parts] = arn.slice(arn.indexOf(':role/')).split('/');
  return { roleName: parts.pop() ?? '', path: ['', ...parts, ''].join('/') };
};

/** Access entry, Pod Identity association, and the operator's role where it must hop to ours. */
export class ClusterAccess extends Construct {
  /** The operator's role here; undefined: it runs with the reader role itself, of the same account. */
  readonly operator: Role | undefined;

  constructor(scope: Construct, id: string, props: ClusterAccessProps) {
    super(scope, id);
    const cluster = clusterSettings.parse(props.cluster);
    const clusterName = cluster.eksName ?? cluster.name;
    admitSync(this, { clusterName, principalArn: props.syncRoleArn });
    this.operator = this.#operator(props, cluster);
    if (cluster.identity === 'pod-identity') {
      const roleArn = this.operator?.roleArn ?? props.readerRoleArn ?? '';
      associate(this, { clusterName, roleArn, operator: cluster.operator });
    }
    props.admit?.cluster.connections.allowFrom(props.admit.from, Port.tcp(443), 'Evercert: the sync function');
    if (this.operator !== undefined) new CfnOutput(this, 'OperatorRoleArn', { value: this.operator.roleArn });
  }

  #operator({ oidcProvider, readerRoleArn, shared }: ClusterAccessProps, cluster: ClusterSettings): Role | undefined {
    if (shared === undefined && cluster.account === undefined && cluster.tenants === 'shared') return undefined;
    // Seen from here, the cluster is in this account and Region.
    const { account: _account, region: _region, ...here } = cluster;
    const identified = { cluster: here, arn: clusterArn(here), oidcProvider };
    const role = operatorRole(this, 'Operator', { ...identified, ...(shared && nameOf(shared.readerRole)) });
    if (shared !== undefined) allowSharedReading(role, shared);
    else allowHop(role, readerRoleArn ?? '');
    return role;
  }
}
