// A cluster that certificates are delivered to, as a CDK app names it: an EKS cluster of `aws-eks` or `aws-eks-v2`, or its
// attributes. It must never make a resource: lib/cluster-sync.ts does.
import { type ResourceEnvironment, Token, TokenComparison } from 'aws-cdk-lib';
import type { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { ICluster as ClusterV1 } from 'aws-cdk-lib/aws-eks';
import type { ICluster as ClusterV2 } from 'aws-cdk-lib/aws-eks-v2';
import type { IOpenIdConnectProvider } from 'aws-cdk-lib/aws-iam';
import type { ClusterSettingsInput } from '#core/settings.ts';
import { Refused } from './refused.ts';

/** `ICluster` of either module. */
export type AnyCluster = ClusterV1 | ClusterV2;

/** How the sync function reaches a private endpoint. */
export interface PrivateAccess {
  /** VPC whose subnets are routed to the cluster's, the cluster's own as a rule. */
  readonly vpc: IVpc;
  /** Default: the private subnets. */
  readonly subnets?: SubnetSelection;
  /** The cluster security group: it lets the function in on 443. Without it, somebody else must. */
  readonly clusterSecurityGroup?: ISecurityGroup;
  /**
   * How DynamoDB and EventBridge are reached. `route`: NAT, or endpoints that the VPC has; `endpoints`: a gateway endpoint
   * for DynamoDB and an interface endpoint for EventBridge are made, once a VPC. Default: `route`.
   */
  readonly aws?: 'route' | 'endpoints' | undefined;
}

/** What only a CDK app can say, beside the settings of a cluster. */
export interface EksTargetOptions {
  /** Of a private endpoint; without it the function runs outside any VPC. */
  readonly privateAccess?: PrivateAccess;
  /** With `identity: irsa`: the cluster's OIDC provider. */
  readonly oidcProvider?: IOpenIdConnectProvider;
  /** ARN of the operator's role in the cluster's own account, where the store takes on ours: our role then trusts no other. */
  readonly operatorRole?: string;
  /** Applies the generated manifests with the cluster's own kubectl provider; never the operator or its CRDs. */
  readonly applyManifests?: true;
}

type Named = Pick<ClusterSettingsInput, 'name'>;
export type EksTargetAttributes = ClusterSettingsInput & EksTargetOptions;
/** The rest is read from the cluster; `vpc` and the cluster security group too where `privateAccess` is `true`. */
export type EksTargetProps = Named &
  Partial<
    Omit<ClusterSettingsInput, 'name' | 'eksName' | 'endpoint' | 'certificateAuthorityData' | 'account' | 'region'>
  > &
  Omit<EksTargetOptions, 'privateAccess'> & { readonly privateAccess?: PrivateAccess | true };

interface Parts {
  readonly settings: ClusterSettingsInput;
  readonly options: EksTargetOptions;
  readonly cluster?: AnyCluster;
}

/** Of the two, the one where they differ for certain; undefined: the same, or nobody can tell. */
const elsewhere = (theirs: string | undefined, ours: string): string | undefined => {
  if (theirs === undefined || Token.isUnresolved(theirs)) return undefined;
  return Token.compareStrings(theirs, ours) === TokenComparison.SAME ? undefined : theirs;
};

const privateAccessOf = (cluster: AnyCluster, given: PrivateAccess | true | undefined): PrivateAccess | undefined =>
  given === true ? { vpc: cluster.vpc, clusterSecurityGroup: cluster.clusterSecurityGroup } : given;

/** One entry of the property `clusters`. */
export class EksTarget {
  readonly options: EksTargetOptions;
  /** Where the manifests are applied. */
  readonly cluster: AnyCluster | undefined;
  readonly #settings: ClusterSettingsInput;

  private constructor({ settings, options, cluster }: Parts) {
    this.#settings = settings;
    this.options = options;
    this.cluster = cluster;
    if (options.applyManifests === true && cluster === undefined)
      throw new Refused(`cluster ${settings.name}: applyManifests needs EksTarget.fromCluster`);
  }

  /** A cluster of this app, or an imported one; in another account or Region only where its stack (or ARN) says so. */
  static fromCluster(cluster: AnyCluster, props: EksTargetProps): EksTarget {
    const { privateAccess: reach, oidcProvider: provider, operatorRole, applyManifests, ...written } = props;
    const privateAccess = privateAccessOf(cluster, reach);
    const oidcProvider = provider ?? (props.identity === 'irsa' ? cluster.openIdConnectProvider : undefined);
    return new EksTarget({
      cluster,
      settings: {
        ...written,
        eksName: cluster.clusterName,
        endpoint: cluster.clusterEndpoint,
        certificateAuthorityData: cluster.clusterCertificateAuthorityData,
        ...environmentOf(cluster.env),
      },
      options: optionsOf({ privateAccess, oidcProvider, operatorRole, applyManifests }),
    });
  }

  /** A cluster known by its attributes; they may hold tokens, but for `name`, `account` and `region`. */
  static fromAttributes(attributes: EksTargetAttributes): EksTarget {
    const { privateAccess, oidcProvider, operatorRole, applyManifests, ...settings } = attributes;
    return new EksTarget({
      settings,
      options: optionsOf({ privateAccess, oidcProvider, operatorRole, applyManifests }),
    });
  }

  /** Either form of the property `clusters`. */
  static from(given: EksTarget | ClusterSettingsInput): EksTarget {
    return given instanceof EksTarget ? given : EksTarget.fromAttributes(given);
  }

  /** As seen from a stack: account and Region stand there only where they are others. */
  settings(stack: { readonly account: string; readonly region: string }): ClusterSettingsInput {
    const { account: _account, region: _region, ...rest } = this.#settings;
    const account = elsewhere(this.#settings.account, stack.account);
    const region = elsewhere(this.#settings.region, stack.region);
    return { ...rest, ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) };
  }
}

const environmentOf = ({ account, region }: ResourceEnvironment): Pick<ClusterSettingsInput, 'account' | 'region'> => ({
  ...(Token.isUnresolved(account) ? {} : { account }),
  ...(Token.isUnresolved(region) ? {} : { region }),
});

type Given = { readonly [K in keyof EksTargetOptions]: EksTargetOptions[K] | undefined };

const optionsOf = (given: Given): EksTargetOptions =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as EksTargetOptions;
