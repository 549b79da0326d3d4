// The role by which a cluster's operator reads secrets, and who may take it on: EKS Pod Identity, an OIDC provider (IRSA),
// or a role of the operator's own that hops to it. It must never allow a write.
import { Aws, CfnJson, PhysicalName, Stack, Token } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  ArnPrincipal,
  type Conditions,
  FederatedPrincipal,
  type IOpenIdConnectProvider,
  type IPrincipal,
  PolicyStatement,
  PrincipalWithConditions,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { accessOf } from '#core/bridge/manifests/access.ts';
import type { ClusterSettings, ServiceSettings } from '#core/settings.ts';
import type { CertificateSecrets } from './certificate-secrets.ts';
import type { EksTarget } from './eks-target.ts';
import { Refused } from './refused.ts';

export const clusterArn = ({ name, eksName = name, account, region }: ClusterSettings): string =>
  `arn:${Aws.PARTITION}:eks:${region ?? Aws.REGION}:${account ?? Aws.ACCOUNT_ID}:cluster/${eksName}`;

/** Session tags that EKS sends with each AssumeRole (Amazon EKS user guide, "List of session tags added by EKS Pod Identity"). */
const podIdentity = (cluster: ClusterSettings, arn: string): IPrincipal => {
  const { namespace, serviceAccount } = cluster.operator;
  return new ServicePrincipal('pods.eks.amazonaws.com', {
    conditions: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': arn,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  });
};

/** Subjects of the operator's own ServiceAccount and of the store's. */
const subjects = ({ operator, store }: ClusterSettings): string[] => [
  `system:serviceaccount:${operator.namespace}:${operator.serviceAccount}`,
  store.kind === 'SecretStore'
    ? `system:serviceaccount:*:${store.name}`
    : `system:serviceaccount:${operator.namespace}:${store.name}`,
];

/** Condition keys begin with the issuer; where that is only known at the deploy, CloudFormation needs a detour. */
const webIdentity = (scope: Construct, cluster: ClusterSettings, provider: IOpenIdConnectProvider): IPrincipal => {
  const issuer = provider.openIdConnectProviderIssuer;
  const pairs = (ending: string, value: unknown): unknown =>
    Token.isUnresolved(issuer)
      ? new CfnJson(scope, `Condition${ending}`, { value: { [`${issuer}:${ending}`]: value } })
      : { [`${issuer}:${ending}`]: value };
  const conditions = { StringEquals: pairs('aud', 'sts.amazonaws.com'), StringLike: pairs('sub', subjects(cluster)) };
  return new FederatedPrincipal(
    provider.openIdConnectProviderArn,
    conditions as Conditions,
    'sts:AssumeRoleWithWebIdentity',
  );
};

export interface Identified {
  readonly cluster: ClusterSettings;
  /** The cluster's ARN, in the session tags of EKS Pod Identity. */
  readonly arn: string;
  readonly oidcProvider: IOpenIdConnectProvider | undefined;
}

/** Who the operator is, where it runs: what a role in the cluster's own account trusts. */
export const operatorPrincipal = (scope: Construct, { cluster, arn, oidcProvider }: Identified): IPrincipal => {
  if (cluster.identity === 'pod-identity') return podIdentity(cluster, arn);
  if (oidcProvider === undefined)
    throw new Refused(`cluster ${cluster.name}: identity irsa needs its OIDC provider (EksTarget, oidcProvider)`);
  return webIdentity(scope, cluster, oidcProvider);
};

/** A role that the operator runs with. Pod Identity passes session tags, so the trust needs sts:TagSession too. */
export const operatorRole = (
  scope: Construct,
  id: string,
  given: Identified & { readonly roleName?: string; readonly path?: string },
): Role => {
  const { cluster, roleName, path } = given;
  const principal = operatorPrincipal(scope, given);
  const role = new Role(scope, id, {
    description: `Evercert: External Secrets Operator of the cluster ${cluster.name}`,
    assumedBy: principal,
    ...(roleName === undefined ? {} : { roleName }),
    ...(path === undefined ? {} : { path }),
  });
  if (cluster.identity === 'pod-identity') tagSession(role, principal);
  return role;
};

const tagSession = (role: Role, principal: IPrincipal): void => {
  role.assumeRolePolicy?.addStatements(new PolicyStatement({ actions: ['sts:TagSession'], principals: [principal] }));
};

interface Hop {
  readonly cluster: ClusterSettings;
  /** ARN of the role that hops; of another account it may be unknown. */
  readonly from: string | undefined;
  readonly roleName: string;
}

const hopper = ({ cluster, from }: Hop): IPrincipal => {
  // A role of another account need not exist yet, and IAM refuses a principal that does not: so the account, and a condition.
  if (cluster.account === undefined) return new ArnPrincipal(from ?? '');
  const account = new AccountPrincipal(cluster.account);
  return from === undefined
    ? account
    : new PrincipalWithConditions(account, { ArnEquals: { 'aws:PrincipalArn': from } });
};

const withExternalId = (principal: IPrincipal, externalId: string | undefined): IPrincipal =>
  externalId === undefined
    ? principal
    : new PrincipalWithConditions(principal, { StringEquals: { 'sts:ExternalId': externalId } });

/** The reader role where a store hops to it. */
export const hoppedRole = (scope: Construct, id: string, hop: Hop): Role => {
  const { cluster } = hop;
  if (cluster.account !== undefined && cluster.externalId === undefined)
    throw new Refused(
      `cluster ${cluster.name} is in another account (${cluster.account}): give it an externalId, any random text of its own`,
    );
  const principal = hopper(hop);
  const role = new Role(scope, id, {
    description: `Evercert: reads secrets for the cluster ${cluster.name} (${Stack.of(scope).stackName})`,
    assumedBy: withExternalId(principal, cluster.externalId),
    roleName: hop.roleName,
  });
  // The tags of Pod Identity are transitive, and the store sends its own; TagSession knows no external id.
  tagSession(role, principal);
  return role;
};

/** Lets a role of the operator take the reader role on, in whatever account that is. */
export const allowHop = (role: Role, readerRoleArn: string): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'TakeOnReader',
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      resources: [readerRoleArn],
    }),
  );
};

export interface ClusterReaderProps {
  readonly cluster: ClusterSettings;
  readonly target: Pick<EksTarget, 'options'>;
  readonly secrets: CertificateSecrets;
  readonly settings: Pick<ServiceSettings, 'replicas' | 'secretReaders'>;
}

/** The reader role of one cluster, and the operator's own role where both are in this account and a hop lies between. */
export class ClusterReader extends Construct {
  /** Reads the secrets: the store names it where it hops. */
  readonly role: Role;
  /** What the operator runs with, where it is of this account. */
  readonly operator: Role | undefined;

  constructor(scope: Construct, id: string, { cluster, target, secrets, settings }: ClusterReaderProps) {
    super(scope, id);
    const { oidcProvider, operatorRole: from } = target.options;
    const identified = { cluster, arn: clusterArn(cluster), oidcProvider };
    const roleName = PhysicalName.GENERATE_IF_NEEDED;
    const hops = accessOf({ cluster, ...settings }).by === 'hop';
    const own =
      cluster.account === undefined
        ? operatorRole(this, hops ? 'Operator' : 'Role', { ...identified, roleName })
        : undefined;
    this.operator = own;
    this.role =
      own === undefined || hops ? hoppedRole(this, 'Role', { cluster, from: own?.roleArn ?? from, roleName }) : own;
    if (own !== undefined && hops) allowHop(own, this.role.roleArn);
    secrets.allowRead(this.role, {
      ofTheirNamespace: cluster.tenants === 'session-tags',
      // Its store asks there.
      replica: settings.replicas.find(({ region }) => region === cluster.region),
    });
  }
}
