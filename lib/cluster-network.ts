// How a sync function stands in a VPC, where a cluster's endpoint is private: its security group, the way into the
// cluster, and the endpoints of AWS that it then needs. It must never open a way that nobody asked for.
import { Validations } from 'aws-cdk-lib';
import {
  CfnSecurityGroupIngress,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  type SubnetSelection,
} from 'aws-cdk-lib/aws-ec2';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct, type IConstruct } from 'constructs';
import type { PrivateAccess } from './eks-target.ts';

const HTTPS = Port.tcp(443);
const id = (part: string): string => part.replace(/[^A-Za-z0-9]/g, '');

/** The endpoints of AWS in each VPC that needs them, once: a second one with the same private name would be refused. */
export class AwsEndpoints extends Construct {
  readonly #groups = new Map<IVpc, SecurityGroup>();

  /** Lets a function's group reach DynamoDB and EventBridge in this VPC. Nothing else is called from inside it: logs and the queue are Lambda's own, tokens are made without a call. */
  letIn(group: SecurityGroup, { vpc, subnets }: PrivateAccess): void {
    const known = this.#groups.get(vpc) ?? this.#make(vpc, subnets);
    this.#groups.set(vpc, known);
    known.addIngressRule(group, HTTPS, 'Evercert: sync functions');
  }

  #make(vpc: IVpc, subnets: SubnetSelection | undefined): SecurityGroup {
    const scope = new Construct(this, `Vpc${this.#groups.size + 1}`);
    const description = 'Evercert: the endpoint of EventBridge';
    const group = new SecurityGroup(scope, 'Group', { vpc, description, allowAllOutbound: false });
    const chosen = subnets === undefined ? {} : { subnets };
    vpc.addGatewayEndpoint(`${id(scope.node.path)}DynamoDb`, {
      service: GatewayVpcEndpointAwsService.DYNAMODB,
      ...(subnets === undefined ? {} : { subnets: [subnets] }),
    });
    vpc.addInterfaceEndpoint(`${id(scope.node.path)}EventBridge`, {
      service: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
      securityGroups: [group],
      open: false,
      ...chosen,
    });
    return group;
  }
}

/** The function's security group: out on 443 alone; the cluster's group lets it in. */
export const syncSecurityGroup = (scope: Construct, access: PrivateAccess): SecurityGroup => {
  const { vpc, clusterSecurityGroup } = access;
  const description = 'Evercert: sync function, out on 443 to the cluster, DynamoDB and EventBridge';
  const group = new SecurityGroup(scope, 'Group', { vpc, description, allowAllOutbound: false });
  // A gateway endpoint and a NAT have no group to name: where 443 leads is the route tables' to say.
  group.addEgressRule(Peer.anyIpv4(), HTTPS, 'The cluster, DynamoDB and EventBridge');
  if (clusterSecurityGroup === undefined) return group;
  // Not by addIngressRule: a rule in the stack of the cluster would need the group of this one, and this stack that one.
  new CfnSecurityGroupIngress(scope, 'IntoCluster', {
    groupId: clusterSecurityGroup.securityGroupId,
    ipProtocol: 'tcp',
    fromPort: 443,
    toPort: 443,
    sourceSecurityGroupId: group.securityGroupId,
    description: 'Evercert: the sync function',
  });
  return group;
};

/** What Lambda does in the role's name to place a function in a VPC (AWS Lambda developer guide, "Required IAM permissions"); the function's own code may not. */
export const allowNetworkInterfaces = (role: IRole): void => {
  const actions = [
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
    'ec2:DescribeSubnets',
    'ec2:DeleteNetworkInterface',
    'ec2:AssignPrivateIpAddresses',
    'ec2:UnassignPrivateIpAddresses',
  ];
  role.addToPrincipalPolicy(new PolicyStatement({ sid: 'NetworkInterfaces', actions, resources: ['*'] }));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'NoNetworkInterfacesOfItsOwn',
      effect: Effect.DENY,
      actions,
      resources: ['*'],
      conditions: { Null: { 'lambda:SourceFunctionArn': 'false' } },
    }),
  );
  acknowledgeInterfaces(role);
};

const acknowledgeInterfaces = (role: IConstruct): void => {
  Validations.of(role).acknowledge({
    id: 'AwsSolutions-IAM5[Resource::*]',
    reason:
      'Lambda asks for its network interfaces on all resources (its developer guide); the code itself is denied them.',
  });
};
