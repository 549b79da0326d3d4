// Clusters in the template: what each gets of its own, in whatever account, Region, VPC and form it is named.
import type { Stack } from 'aws-cdk-lib';
import { type IVpc, SecurityGroup, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Cluster as ClusterV1 } from 'aws-cdk-lib/aws-eks';
import { Cluster as ClusterV2, KubernetesVersion } from 'aws-cdk-lib/aws-eks-v2';
import { OpenIdConnectProvider } from 'aws-cdk-lib/aws-iam';
import { describe, expect, it } from 'vitest';
import { type AnyCluster, EksTarget } from '#lib/eks-target.ts';
import { Refused } from '#lib/refused.ts';
import { type SynthRequest, synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf, type Template } from '#test/support/template.ts';

const CA = Buffer.from('a CA').toString('base64');
const plain = {
  name: 'prod-eu',
  endpoint: 'https://ABC.gr7.us-east-1.eks.amazonaws.com',
  certificateAuthorityData: CA,
};
const template = synthesize({ props: { clusters: [plain] } });

const all = (of: Template, type: string, part = 'Clusters'): Record<string, unknown>[] =>
  resourcesOf(of, type)
    .filter(([id]) => id.includes(part))
    .map(([, { Properties }]) => resolver({ template: of }).resolve(Properties ?? {}) as Record<string, unknown>);
const one = (of: Template, type: string, part?: string): Record<string, unknown> => {
  const found = all(of, type, part);
  expect(found).toHaveLength(1);
  return found[0]!;
};
const settingsOf = (of: Template, part: string): Record<string, unknown> => {
  const { Environment } = one(of, 'AWS::Lambda::Function', part) as {
    Environment: { Variables: Record<string, string> };
  };
  return JSON.parse(Environment.Variables.EVERCERT_SETTINGS!) as Record<string, unknown>;
};

describe('a cluster', () => {
  it('is woken by the events that name it, and by no others', () => {
    expect(one(template, 'AWS::Events::Rule')).toMatchObject({
      EventBusName: 'CertsResultsBus7CD1C0AA',
      EventPattern: {
        source: ['evercert'],
        'detail-type': expect.arrayContaining(['Evercert Certificate Issued', 'Evercert Delivery Lagging']),
        detail: { clusters: ['prod-eu'] },
      },
      Targets: [
        {
          Arn: expect.stringContaining('ProdEuQueue'),
          DeadLetterConfig: { Arn: expect.stringContaining('ProdEuDeadLetters') },
        },
      ],
    });
  });

  it('has an encrypted queue, out of which a message goes to the dead letters after five tries', () => {
    expect(one(template, 'AWS::SQS::Queue', 'ProdEuQueue')).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: 720,
      RedrivePolicy: { deadLetterTargetArn: expect.stringContaining('ProdEuDeadLetters'), maxReceiveCount: 5 },
    });
    expect(one(template, 'AWS::SQS::Queue', 'ProdEuDeadLetters')).toEqual({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
  });

  it('lets its rule alone write to the queue, by TLS only', () => {
    const { PolicyDocument } = one(template, 'AWS::SQS::QueuePolicy', 'ProdEuQueue') as {
      PolicyDocument: { Statement: { Effect: string; Condition: unknown; Principal: unknown }[] };
    };
    expect(PolicyDocument.Statement.map(({ Effect, Principal, Condition }) => [Effect, Principal, Condition])).toEqual([
      ['Deny', { AWS: '*' }, { Bool: { 'aws:SecureTransport': 'false' } }],
      [
        'Allow',
        { Service: 'events.amazonaws.com' },
        { ArnEquals: { 'aws:SourceArn': expect.stringContaining(':rule/') } },
      ],
    ]);
  });

  it('has a function of its own: batches, partial failures, two at once, a sixth of the visibility time', () => {
    expect(one(template, 'AWS::Lambda::EventSourceMapping')).toEqual({
      FunctionName: expect.stringContaining('ProdEuSyncFunction'),
      EventSourceArn: expect.stringContaining('ProdEuQueue'),
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    const sync = one(template, 'AWS::Lambda::Function');
    expect(sync).toMatchObject({ Handler: 'sync.handler', MemorySize: 256, Timeout: 120 });
    expect(sync).not.toHaveProperty('VpcConfig');
  });

  it('tells its function its own cluster and the deployed names, and no more', () => {
    expect(settingsOf(template, 'ProdEuSync')).toEqual({
      prefix: 'evercert',
      tableName: 'CertsLedgerTableDF78C1D9',
      eventBusName: 'CertsResultsBus7CD1C0AA',
      cluster: expect.objectContaining({ name: 'prod-eu', endpoint: plain.endpoint, certificateAuthorityData: CA }),
    });
  });

  it('admits the sync role by a group that only our RBAC gives rights to', () => {
    expect(one(template, 'AWS::EKS::AccessEntry')).toEqual({
      ClusterName: 'prod-eu',
      PrincipalArn: expect.stringContaining('ProdEuSyncRole'),
      KubernetesGroups: ['evercert-sync'],
      Type: 'STANDARD',
    });
  });

  it("gives the operator's ServiceAccount the reader role, for this cluster alone", () => {
    expect(one(template, 'AWS::EKS::PodIdentityAssociation')).toEqual({
      ClusterName: 'prod-eu',
      Namespace: 'external-secrets',
      ServiceAccount: 'external-secrets',
      RoleArn: expect.stringContaining('ProdEuReaderRole'),
    });
    expect(one(template, 'AWS::IAM::Role', 'ProdEuReader').AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:RequestTag/eks-cluster-arn': 'arn:aws:eks:us-east-1:000000000000:cluster/prod-eu',
              'aws:RequestTag/kubernetes-namespace': 'external-secrets',
              'aws:RequestTag/kubernetes-service-account': 'external-secrets',
            },
          },
        },
      ],
    });
  });

  it('has alarms of its own for what lags and what lies dead, which tell the one topic', () => {
    const alarms = all(template, 'AWS::CloudWatch::Alarm').filter(({ AlarmName }) => /prod-eu/.test(String(AlarmName)));
    expect(alarms.map(({ AlarmName }) => AlarmName)).toEqual([
      'Evercert-evercert-prod-eu-deliveries-lagging',
      'Evercert-evercert-prod-eu-delivery-dead-letters',
    ]);
    for (const { AlarmActions } of alarms)
      expect(AlarmActions).toEqual(['arn:aws:sns:us-east-1:000000000000:CertsAlarmsTopicC8739353']);
  });

  it('leaves everything else as it was: without clusters nothing of EKS is there', () => {
    const bare = synthesize();
    const more = Object.keys(template.Resources).filter((id) => !(id in bare.Resources));
    expect(more.every((id) => id.startsWith('CertsClustersProdEu'))).toBe(true);
    expect(JSON.stringify(bare)).not.toMatch(/AWS::EKS|evercert-sync/);
  });
});

describe('what is refused at synth', () => {
  const refusal = (clusters: unknown[]): string => {
    try {
      synthesize({ props: { clusters } as NonNullable<SynthRequest['props']> });
    } catch (error) {
      if (error instanceof Refused) return error.message;
      throw error;
    }
    return '';
  };

  it.each<[string, unknown, RegExp]>([
    ['one without an endpoint, with the command that tells it', { name: 'a' }, /aws eks describe-cluster --name a/],
    ['a misspelt setting', { ...plain, endPoint: 'x' }, /endPoint/],
    [
      'a refresh interval of zero, which stops every refresh',
      { ...plain, refreshInterval: '0s' },
      /stops every refresh/,
    ],
    ['another account without an external id', { ...plain, account: '111122223333' }, /externalId/],
    ['IRSA without a provider', { ...plain, identity: 'irsa' }, /OIDC provider/],
  ])('%s', (_sentence, cluster, words) => {
    expect(refusal([cluster])).toMatch(words);
  });

  it('replicas in the Region of the secrets, or two in one', () => {
    const env = { account: '000000000000', region: 'eu-west-1' };
    const replica = { region: 'eu-west-1' };
    expect(() => synthesize({ env, props: { replicas: [replica] } })).toThrow(/replicas names eu-west-1/);
    expect(() => synthesize({ props: { replicas: [replica, replica] } })).toThrow(/two replicas in the same Region/);
  });

  it('two of one name', () => {
    expect(refusal([plain, plain])).toMatch(/same name/);
  });
});

describe('a cluster whose place the stack cannot compare with its own', () => {
  const far = { ...plain, region: 'eu-west-1' };
  const synthed = (env?: SynthRequest['env']) => {
    const warnings: unknown[] = [];
    const template = synthesize({
      props: { clusters: [far] },
      ...(env === undefined ? {} : { env }),
      before: (_app, { clusters }) => {
        const told = clusters.node.metadata.filter(({ type }) => type === 'aws:cdk:warning');
        warnings.push(...told.map(({ data }) => data));
      },
    });
    return { warnings, entries: all(template, 'AWS::EKS::AccessEntry') };
  };

  it('is taken for one elsewhere, with a warning', () => {
    const { warnings, entries } = synthed();
    expect(warnings).toEqual([expect.stringMatching(/cluster prod-eu: region eu-west-1 .* leave it out/)]);
    expect(entries).toEqual([]);
  });

  it('is known for one here or elsewhere where the stack has its place', () => {
    const account = '000000000000';
    expect(synthed({ account, region: 'eu-west-1' })).toMatchObject({ warnings: [], entries: [{}] });
    expect(synthed({ account, region: 'us-east-1' })).toEqual({ warnings: [], entries: [] });
  });
});

describe('a private endpoint', () => {
  const inVpc = (aws?: 'route' | 'endpoints') =>
    synthesize({
      props: (stack) => {
        const vpc = new Vpc(stack, 'Vpc', { maxAzs: 2 }) as IVpc;
        const clusterSecurityGroup = SecurityGroup.fromSecurityGroupId(stack, 'ClusterGroup', 'sg-0123456789abcdef0');
        const privateAccess = { vpc, clusterSecurityGroup, aws };
        return {
          clusters: ['prod-eu', 'test-eu'].map((name) => EksTarget.fromAttributes({ ...plain, name, privateAccess })),
        };
      },
    });
  const routed = inVpc();

  it('puts the function into the private subnets, out on 443 alone', () => {
    const { VpcConfig } = one(routed, 'AWS::Lambda::Function', 'ProdEuSync') as { VpcConfig: { SubnetIds: string[] } };
    expect(VpcConfig.SubnetIds).toEqual([
      expect.stringContaining('PrivateSubnet1'),
      expect.stringContaining('PrivateSubnet2'),
    ]);
    expect(one(routed, 'AWS::EC2::SecurityGroup', 'ClustersProdEu')).toMatchObject({
      SecurityGroupEgress: [{ CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 443, ToPort: 443 }],
    });
  });

  it('lets the function in at the cluster security group, on 443', () => {
    const [ingress] = resourcesOf(routed, 'AWS::EC2::SecurityGroupIngress').filter(([id]) => id.includes('ProdEu'));
    expect(ingress![1].Properties).toMatchObject({
      GroupId: 'sg-0123456789abcdef0',
      IpProtocol: 'tcp',
      FromPort: 443,
      ToPort: 443,
      SourceSecurityGroupId: { 'Fn::GetAtt': [expect.stringContaining('ProdEuGroup'), 'GroupId'] },
    });
  });

  it('makes no endpoints where NAT or endpoints are there already', () => {
    expect(resourcesOf(routed, 'AWS::EC2::VPCEndpoint')).toEqual([]);
  });

  it('makes DynamoDB and EventBridge reachable where asked, once a VPC, and nothing that is not needed', () => {
    const closed = inVpc('endpoints');
    const endpoints = resourcesOf(closed, 'AWS::EC2::VPCEndpoint').map(([, { Properties }]) => [
      Properties?.VpcEndpointType,
      JSON.stringify(Properties?.ServiceName).match(/dynamodb|events/)?.[0],
    ]);
    expect(endpoints).toEqual([
      ['Gateway', 'dynamodb'],
      ['Interface', 'events'],
    ]);
    const intoEvents = resourcesOf(closed, 'AWS::EC2::SecurityGroupIngress').filter(([id]) =>
      id.includes('AwsEndpoints'),
    );
    expect(intoEvents).toHaveLength(2);
  });
});

describe('an EKS cluster of the app', () => {
  const v1 = (stack: Stack) =>
    ClusterV1.fromClusterAttributes(stack, 'V1', {
      clusterName: 'one',
      clusterEndpoint: 'https://one',
      clusterCertificateAuthorityData: CA,
      clusterSecurityGroupId: 'sg-0123456789abcdef1',
      vpc: Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZones: ['us-east-1a'],
        privateSubnetIds: ['subnet-0123456789abcdef0'],
      }),
    });
  const v2 = (stack: Stack) =>
    ClusterV2.fromClusterAttributes(stack, 'V2', {
      clusterName: 'two',
      clusterEndpoint: 'https://two',
      clusterCertificateAuthorityData: CA,
    });

  it('of aws-eks or aws-eks-v2 gives name, endpoint, CA, VPC and security group', () => {
    const both = synthesize({
      props: (stack) => ({
        clusters: [
          EksTarget.fromCluster(v1(stack), { name: 'first', privateAccess: true }),
          EksTarget.fromCluster(v2(stack), { name: 'second', esoVersion: '0.20.4' }),
        ],
      }),
    });
    expect(settingsOf(both, 'FirstSync').cluster).toMatchObject({
      name: 'first',
      eksName: 'one',
      endpoint: 'https://one',
    });
    expect(settingsOf(both, 'SecondSync').cluster).toMatchObject({
      name: 'second',
      eksName: 'two',
      esoVersion: '0.20.4',
    });
    expect(one(both, 'AWS::Lambda::Function', 'FirstSync')).toMatchObject({
      VpcConfig: { SubnetIds: ['subnet-0123456789abcdef0'] },
    });
    expect(all(both, 'AWS::EKS::AccessEntry').map(({ ClusterName }) => ClusterName)).toEqual(['one', 'two']);
    expect(settingsOf(both, 'FirstSync').cluster).not.toHaveProperty('account');
  });

  it('that is made in the same stack is told by tokens, which the deploy fills in', () => {
    const made = synthesize({
      props: (stack) => {
        const cluster = new ClusterV2(stack, 'Made', { version: KubernetesVersion.V1_34 }) as AnyCluster;
        return { clusters: [EksTarget.fromCluster(cluster, { name: 'made', privateAccess: true })] };
      },
    });
    const sync = resourcesOf(made, 'AWS::Lambda::Function').find(([id]) => id.includes('MadeSync'))![1];
    const told = JSON.stringify(sync.Properties?.Environment);
    for (const attribute of ['Endpoint', 'CertificateAuthorityData'])
      expect(told).toMatch(new RegExp(`"Made\\w+","${attribute}"`));
    const entry = resourcesOf(made, 'AWS::EKS::AccessEntry').find(([id]) => id.includes('Clusters'))![1];
    expect(entry.Properties).toMatchObject({ ClusterName: { Ref: expect.stringMatching(/^Made/) } });
    const ingress = resourcesOf(made, 'AWS::EC2::SecurityGroupIngress').find(([id]) => id.includes('IntoCluster'))![1];
    expect(ingress.Properties?.GroupId).toEqual({
      'Fn::GetAtt': [expect.stringMatching(/^Made/), 'ClusterSecurityGroupId'],
    });
  });

  it('with IRSA trusts its provider, for the ServiceAccounts of operator and store', () => {
    const provider = 'arn:aws:iam::000000000000:oidc-provider/oidc.eks.us-east-1.amazonaws.com/id/ABC';
    const irsa = synthesize({
      props: (stack) => ({
        clusters: [
          EksTarget.fromAttributes({
            ...plain,
            identity: 'irsa',
            oidcProvider: OpenIdConnectProvider.fromOpenIdConnectProviderArn(stack, 'Provider', provider),
          }),
        ],
      }),
    });
    expect(one(irsa, 'AWS::IAM::Role', 'Reader').AssumeRolePolicyDocument).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRoleWithWebIdentity',
          Principal: { Federated: provider },
          Condition: {
            StringEquals: { 'oidc.eks.us-east-1.amazonaws.com/id/ABC:aud': 'sts.amazonaws.com' },
            StringLike: {
              'oidc.eks.us-east-1.amazonaws.com/id/ABC:sub': [
                'system:serviceaccount:external-secrets:external-secrets',
                'system:serviceaccount:external-secrets:evercert',
              ],
            },
          },
        },
      ],
    });
    expect(all(irsa, 'AWS::EKS::PodIdentityAssociation')).toEqual([]);
  });
});

describe('twenty clusters', () => {
  const clusters = Array.from({ length: 20 }, (_, n) => ({
    ...plain,
    name: `cluster-with-a-long-name-in-production-${n}`,
    // As long as EKS's own.
    certificateAuthorityData: 'Q'.repeat(1_476),
  }));
  const zones = Array.from({ length: 20 }, (_, n) => ({
    id: `Z0123456789ABCDEFGH${n}`,
    name: `zone-${n}.example.com`,
  }));
  const large = synthesize({ props: { clusters, zones } });

  it('keep the environment of each function within the four kilobytes that Lambda takes', () => {
    const sizes = resourcesOf(large, 'AWS::Lambda::Function').map(([, { Properties }]) => {
      const { Variables } = resolver({ template: large }).resolve(Properties?.Environment) as {
        Variables: Record<string, string>;
      };
      return Object.entries(Variables).reduce((total, [key, value]) => total + key.length + value.length, 0);
    });
    expect(sizes).toHaveLength(27);
    expect(Math.max(...sizes)).toBeLessThan(4_096);
  });

  it('fit into one stack', () => {
    expect(Object.keys(large.Resources).length).toBeLessThan(500);
  });
});
