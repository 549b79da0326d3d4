// The roles of clusters, call by call: a sync function, an operator that reads, and the same across accounts and Regions,
// with the policies of both sides. IAM judges the synthesized policies (test/support/simulate.ts).
import { type App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { describe, expect, it } from 'vitest';
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import { ClusterAccess } from '#lib/cluster-access.ts';
import { EksTarget } from '#lib/eks-target.ts';
import type { EvercertService } from '#lib/evercert-service.ts';
import { SecretsManagerModel } from '#test/support/secrets-manager-model.ts';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resolver, resourcesOf, type Template } from '#test/support/template.ts';

const cluster = { endpoint: 'https://x', certificateAuthorityData: 'Zm9v' };
const set = synthesize({
  props: {
    clusters: [
      { ...cluster, name: 'shared' },
      { ...cluster, name: 'fenced', tenants: 'session-tags', externalId: 'fence' },
    ],
  },
});

const idOf = (template: Template, type: string, part: string): string =>
  resourcesOf(template, type).find(([id]) => id.includes(part))![0];
const at = 'us-east-1:000000000000';
const arnOf = (type: string, part: string): string => resolver({ template: set }).arn(idOf(set, type, part));
const TABLE = arnOf('AWS::DynamoDB::Table', 'Ledger');
const LEDGER_KEY = arnOf('AWS::KMS::Key', 'LedgerKey');
const SECRETS_KEY = arnOf('AWS::KMS::Key', 'SecretsKey');
const BUS = arnOf('AWS::Events::EventBus', 'Bus');
const QUEUE = arnOf('AWS::SQS::Queue', 'SharedQueue');
const OTHER_QUEUE = arnOf('AWS::SQS::Queue', 'FencedQueue');
const secret = (name: string) => `arn:aws:secretsmanager:${at}:secret:${name}-AbCdEf`;
const role = (part: string) => idOf(set, 'AWS::IAM::Role', part);
const SYNC = role('SharedSyncRole');
const READER = role('SharedReaderRole');
const FENCED = role('FencedReaderRole');
const OPERATOR = role('FencedReaderOperator');
const ours = { 'aws:ResourceTag/evercert.dev/uid': 'u-1' };
const viaSecrets = { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' };
const decrypting = (name: string) => ({ ...viaSecrets, 'kms:EncryptionContext:SecretARN': secret(name) });
const target = { 'dynamodb:LeadingKeys': ['target#default/web'] };

type Context = Record<string, string | readonly string[]>;
type Row = [sentence: string, role: string, action: string, resource: string, context?: Context];
const judge = ([, roleId, action, resource, context = {}]: Row) =>
  simulate({ template: set, functionName: 'sync', role: roleId, action, resource, context });

describe('the role of a sync function', () => {
  it.each<Row>([
    ['it reads rows and targets', SYNC, 'dynamodb:GetItem', TABLE],
    ['it reads all targets of a certificate', SYNC, 'dynamodb:Query', TABLE, target],
    ['it writes a target', SYNC, 'dynamodb:PutItem', TABLE, target],
    ['it reads what lags', SYNC, 'dynamodb:Query', `${TABLE}/index/lagging`],
    [
      'it uses the key of the ledger',
      SYNC,
      'kms:Decrypt',
      LEDGER_KEY,
      { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' },
    ],
    ['it announces', SYNC, 'events:PutEvents', BUS, { 'events:source': ['evercert'] }],
    ['Lambda takes its messages', SYNC, 'sqs:ReceiveMessage', QUEUE],
    ['Lambda deletes its messages', SYNC, 'sqs:DeleteMessage', QUEUE],
    ['Lambda looks at its queue', SYNC, 'sqs:GetQueueAttributes', QUEUE],
  ])('allows: %s', async (...row) => {
    expect(await judge(row)).toBe('allowed');
  });

  it.each<Row>([
    ['it reads no secret', SYNC, 'secretsmanager:GetSecretValue', secret('evercert/default/web'), ours],
    ['it looks at no secret', SYNC, 'secretsmanager:DescribeSecret', secret('evercert/default/web'), ours],
    ['it decrypts no secret', SYNC, 'kms:Decrypt', SECRETS_KEY, decrypting('evercert/default/web')],
    ['it writes no row', SYNC, 'dynamodb:PutItem', TABLE, { 'dynamodb:LeadingKeys': ['cert#1'] }],
    ['it writes nothing unnamed', SYNC, 'dynamodb:PutItem', TABLE],
    ['it deletes no item', SYNC, 'dynamodb:DeleteItem', TABLE, target],
    ['it changes no item', SYNC, 'dynamodb:UpdateItem', TABLE, target],
    ['it scans nothing', SYNC, 'dynamodb:Scan', TABLE],
    ['it reads nothing of what is due', SYNC, 'dynamodb:Query', `${TABLE}/index/due`],
    ["it takes no other cluster's messages", SYNC, 'sqs:ReceiveMessage', OTHER_QUEUE],
    ['it sends no message', SYNC, 'sqs:SendMessage', QUEUE],
    ['it speaks in no other name', SYNC, 'events:PutEvents', BUS, { 'events:source': ['aws.acm'] }],
    ['it takes no role', SYNC, 'sts:AssumeRole', `arn:aws:iam::000000000000:role/${READER}`],
    ['it asks EKS nothing: endpoint and CA are told', SYNC, 'eks:DescribeCluster', `arn:aws:eks:${at}:cluster/shared`],
    ['it makes no network interface outside a VPC', SYNC, 'ec2:DescribeNetworkInterfaces', '*'],
  ])('denies: %s', async (...row) => {
    expect(await judge(row)).toBe('denied');
  });

  it('has no wildcard but those of its ledger key, and nothing of Secrets Manager or EKS', () => {
    const policies = resourcesOf(set, 'AWS::IAM::Policy').filter(([id]) => id.includes('SyncRole'));
    expect(policies).toHaveLength(2);
    expect(JSON.stringify(policies)).not.toMatch(/secretsmanager:|eks:|"Resource":"\*"/);
  });
});

describe('the role of a sync function in a VPC', () => {
  const inVpc = synthesize({
    props: (stack) => {
      const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', {
        vpcId: 'vpc-0123456789abcdef0',
        availabilityZones: ['us-east-1a'],
        privateSubnetIds: ['subnet-0123456789abcdef0'],
      });
      return { clusters: [EksTarget.fromAttributes({ ...cluster, name: 'shared', privateAccess: { vpc } })] };
    },
  });
  const judged = (action: string, context: Context = {}) =>
    simulate({ template: inVpc, functionName: 'sync', action, resource: '*', context });
  const fromCode = { 'lambda:SourceFunctionArn': `arn:aws:lambda:${at}:function:sync` };
  const interfaces = ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'];

  it('lets Lambda make its network interfaces', async () => {
    for (const action of interfaces) expect(await judged(action)).toBe('allowed');
  });

  it('denies them to the code itself', async () => {
    for (const action of interfaces) expect(await judged(action, fromCode)).toBe('denied');
  });
});

describe('the role of an operator', () => {
  const session = (namespace: string) => ({ 'aws:PrincipalTag/esoNamespace': namespace });

  it.each<Row>([
    ['it reads a certificate', READER, 'secretsmanager:GetSecretValue', secret('evercert/default/web'), ours],
    ['it decrypts it', READER, 'kms:Decrypt', SECRETS_KEY, decrypting('evercert/default/web')],
    [
      'with a session of the namespace it reads a certificate of that namespace',
      FENCED,
      'secretsmanager:GetSecretValue',
      secret('evercert/shop/web'),
      { ...ours, ...session('shop') },
    ],
    ['and decrypts it', FENCED, 'kms:Decrypt', SECRETS_KEY, { ...decrypting('evercert/shop/web'), ...session('shop') }],
    ['the operator takes the fenced role on', OPERATOR, 'sts:AssumeRole', `arn:aws:iam::000000000000:role/${FENCED}`],
    ['with tags', OPERATOR, 'sts:TagSession', `arn:aws:iam::000000000000:role/${FENCED}`],
  ])('allows: %s', async (...row) => {
    expect(await judge(row)).toBe('allowed');
  });

  it.each<Row>([
    ['it reads no account key', READER, 'secretsmanager:GetSecretValue', secret('evercert-refs/cert-manager/le'), ours],
    ['it reads nothing that is not ours', READER, 'secretsmanager:GetSecretValue', secret('evercert/default/web')],
    ['it reads no other prefix', READER, 'secretsmanager:GetSecretValue', secret('prod/db'), ours],
    ['it decrypts no account key', READER, 'kms:Decrypt', SECRETS_KEY, decrypting('evercert-refs/cert-manager/le')],
    ['it decrypts nothing outside Secrets Manager', READER, 'kms:Decrypt', SECRETS_KEY],
    ['it writes nothing', READER, 'secretsmanager:PutSecretValue', secret('evercert/default/web'), ours],
    ['it lists nothing', READER, 'secretsmanager:ListSecrets', '*'],
    ['it describes nothing', READER, 'secretsmanager:DescribeSecret', secret('evercert/default/web'), ours],
    [
      'a session of one namespace reads none of another',
      FENCED,
      'secretsmanager:GetSecretValue',
      secret('evercert/shop/web'),
      { ...ours, ...session('pay') },
    ],
    [
      'nor of one that begins alike',
      FENCED,
      'secretsmanager:GetSecretValue',
      secret('evercert/shop-2/web'),
      { ...ours, ...session('shop') },
    ],
    [
      'a session without a namespace reads none',
      FENCED,
      'secretsmanager:GetSecretValue',
      secret('evercert/shop/web'),
      ours,
    ],
    ['nor does it decrypt', FENCED, 'kms:Decrypt', SECRETS_KEY, decrypting('evercert/shop/web')],
    [
      'the operator of a fence reads nothing by itself',
      OPERATOR,
      'secretsmanager:GetSecretValue',
      secret('evercert/shop/web'),
      ours,
    ],
    ['it takes no other role', OPERATOR, 'sts:AssumeRole', `arn:aws:iam::000000000000:role/${READER}`],
  ])('denies: %s', async (...row) => {
    expect(await judge(row)).toBe('denied');
  });
});

const OURS = { account: '000000000000', region: 'us-east-1' };
const THEIRS = { account: '444455556666', region: 'eu-west-1' };
const READERS_ACCOUNT = { account: '111122223333', region: 'us-east-1' };
const READERS = ['arn:aws:iam::111122223333:role/team/reader'];
const REPLICA_KEY = 'arn:aws:kms:eu-west-1:000000000000:key/11111111-1111-1111-1111-111111111111';
/** As KMS writes it for a new key. */
const ROOT_ALONE = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' },
  ],
};

/** Evercert in one account and Region: a cluster in another account, one in another Region, one that reads by the secrets' own policies. */
const across = (() => {
  const stacks: Record<string, Template> = {};
  const places = { Far: THEIRS, Near: { ...OURS, region: 'eu-west-1' }, Reading: READERS_ACCOUNT };
  const before = (app: App, service: EvercertService): void => {
    for (const [name, env] of Object.entries(places))
      new ClusterAccess(new Stack(app, name, { env }), 'Access', service.clusters.named(name.toLowerCase()).access);
  };
  synthesize({
    env: OURS,
    before,
    templates: (all) => void Object.assign(stacks, all),
    props: {
      secretReaders: READERS,
      replicas: [{ region: 'eu-west-1', kmsKeyArn: REPLICA_KEY }],
      clusters: [
        { ...cluster, name: 'far', ...THEIRS, externalId: 'a random text' },
        { ...cluster, name: 'near', region: 'eu-west-1' },
        { ...cluster, name: 'reading', account: READERS_ACCOUNT.account },
      ],
    },
  });
  return stacks as Record<'Evercert' | 'Far' | 'Near' | 'Reading', Template>;
})();

const statements = (template: Template, type: string, part: string): unknown[] => {
  const found = resourcesOf(template, type).find(([id]) => id.includes(part))![1].Properties!;
  const document = found.AssumeRolePolicyDocument ?? found.PolicyDocument ?? found.KeyPolicy;
  return (resolver({ template }).resolve(document) as { Statement: unknown[] }).Statement;
};

describe('a cluster in another account', () => {
  it('is admitted there, by a stack there, and has no access entry here', () => {
    expect(resourcesOf(across.Evercert, 'AWS::EKS::AccessEntry')).toEqual([]);
    const [, entry] = resourcesOf(across.Far, 'AWS::EKS::AccessEntry')[0]!;
    expect(entry.Properties).toMatchObject({ ClusterName: 'far', KubernetesGroups: ['evercert-sync'] });
    expect(JSON.stringify(entry.Properties?.PrincipalArn)).toMatch(/:iam::000000000000:role\/evercert/);
  });

  it("has an operator's role there that may take our reader role on, and no other", () => {
    const [hop] = statements(across.Far, 'AWS::IAM::Policy', 'AccessOperator') as {
      Action: string[];
      Resource: string;
    }[];
    expect(hop!.Action).toEqual(['sts:AssumeRole', 'sts:TagSession']);
    expect(hop!.Resource).toMatch(/^arn:aws:iam::000000000000:role\/evercert/);
    const [, reader] = resourcesOf(across.Evercert, 'AWS::IAM::Role').find(([id]) => id.includes('FarReader'))!;
    expect(hop!.Resource.endsWith(`/${String(reader.Properties?.RoleName)}`)).toBe(true);
  });

  it('is trusted by the reader role with the external id alone', () => {
    const trust = statements(across.Evercert, 'AWS::IAM::Role', 'FarReader');
    expect(trust).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { AWS: 'arn:aws:iam::444455556666:root' },
        Condition: { StringEquals: { 'sts:ExternalId': 'a random text' } },
      },
      { Effect: 'Allow', Action: 'sts:TagSession', Principal: { AWS: 'arn:aws:iam::444455556666:root' } },
    ]);
  });
});

describe('who takes a reader role on', () => {
  const trustOf = (template: Template, part: string) => ({
    Version: '2012-10-17',
    Statement: statements(template, 'AWS::IAM::Role', part),
  });
  const hop = (externalId: string | undefined, account = THEIRS.account) => {
    const operator = idOf(across.Far, 'AWS::IAM::Role', 'Operator');
    const { RoleName } = across.Evercert.Resources[idOf(across.Evercert, 'AWS::IAM::Role', 'FarReader')]!.Properties!;
    return simulate({
      template: across.Far,
      account,
      functionName: 'session',
      role: operator,
      called: { account: OURS.account, policy: trustOf(across.Evercert, 'FarReader') },
      action: 'sts:AssumeRole',
      resource: `arn:aws:iam::${OURS.account}:role/${String(RoleName)}`,
      context: externalId === undefined ? {} : { 'sts:ExternalId': externalId },
    });
  };

  it('is an operator of the other account with the external id', async () => {
    expect(await hop('a random text')).toBe('allowed');
  });

  it('is nobody without it, with another one, or from a third account', async () => {
    const tried = [await hop(undefined), await hop('another'), await hop('a random text', '999999999999')];
    expect(tried).toEqual(['denied', 'denied', 'denied']);
  });
});

describe('a cluster in another Region of the same account', () => {
  it('is admitted there, and its operator runs with our reader role itself', () => {
    const [, entry] = resourcesOf(across.Near, 'AWS::EKS::AccessEntry')[0]!;
    expect(JSON.stringify(entry.Properties?.PrincipalArn)).toMatch(/:iam::000000000000:role\/evercert/);
    const [, association] = resourcesOf(across.Near, 'AWS::EKS::PodIdentityAssociation')[0]!;
    const [, reader] = resourcesOf(across.Evercert, 'AWS::IAM::Role').find(([id]) => id.includes('NearReader'))!;
    expect(JSON.stringify(association.Properties?.RoleArn)).toContain(String(reader.Properties?.RoleName));
    expect(JSON.stringify(statements(across.Evercert, 'AWS::IAM::Role', 'NearReader'))).toContain(
      'arn:aws:eks:eu-west-1:000000000000:cluster/near',
    );
  });
});

describe('a cluster that reads a replica in its own Region', () => {
  const reader = idOf(across.Evercert, 'AWS::IAM::Role', 'NearReader');
  const there = secret('evercert/default/web').replace('us-east-1', 'eu-west-1');
  const via = { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' };
  const called = { account: OURS.account, policy: ROOT_ALONE };
  const asReader = (action: string, resource: string, context: Context) =>
    simulate({ template: across.Evercert, functionName: 'session', role: reader, action, resource, context, called });

  it('reads it with the key of that Region, and ours as well', async () => {
    const decrypt = { ...via, 'kms:EncryptionContext:SecretARN': there };
    const judged = [
      await asReader('secretsmanager:GetSecretValue', there, ours),
      await asReader('kms:Decrypt', REPLICA_KEY, decrypt),
      await asReader('secretsmanager:GetSecretValue', secret('evercert/default/web'), ours),
      await asReader('secretsmanager:GetSecretValue', there.replace('eu-west-1', 'us-west-2'), ours),
    ];
    expect(judged).toEqual(['allowed', 'allowed', 'allowed', 'denied']);
  });
});

/** The policy that advance puts on a secret. */
const secretPolicy = async (): Promise<unknown> => {
  const model = new SecretsManagerModel();
  const secrets = certificateSecrets({ client: model.client, sharing: { secretReaders: READERS, replicas: [] } });
  await secrets.open({ name: 'evercert/default/web', certificate: 'default/web', uid: 'u-1' });
  return JSON.parse(model.secrets.get('evercert/default/web')!.shared!.policy!);
};

describe('secrets that are shared with roles of another account', () => {
  const reader = idOf(across.Reading, 'AWS::IAM::Role', 'Operator');
  const keyPolicy = { Statement: statements(across.Evercert, 'AWS::KMS::Key', 'SecretsKey'), Version: '2012-10-17' };
  const asReader = async (call: {
    action: string;
    resource: string;
    policy: unknown;
    context?: Context;
    physical?: string;
  }) =>
    simulate({
      template: across.Reading,
      ...READERS_ACCOUNT,
      functionName: 'session',
      role: reader,
      roleName: call.physical ?? 'reader',
      called: { account: OURS.account, policy: call.policy },
      action: call.action,
      resource: call.resource,
      context: {
        ...call.context,
        'aws:PrincipalArn': `arn:aws:iam::${READERS_ACCOUNT.account}:role/team/${call.physical ?? 'reader'}`,
      },
    });

  it('are read by the operator of a cluster there, whose role is made by that name', () => {
    const role = across.Reading.Resources[reader]!.Properties!;
    expect([role.RoleName, role.Path]).toEqual(['reader', '/team/']);
    const [, association] = resourcesOf(across.Reading, 'AWS::EKS::PodIdentityAssociation')[0]!;
    expect(association.Properties).toMatchObject({ RoleArn: { 'Fn::GetAtt': [reader, 'Arn'] } });
    expect(resourcesOf(across.Evercert, 'AWS::IAM::Role').map(([id]) => id)).not.toContain(
      expect.stringContaining('ReadingReader'),
    );
  });

  it('are read by a named role, by policies of both sides', async () => {
    const policy = await secretPolicy();
    const resource = secret('evercert/default/web');
    expect(await asReader({ action: 'secretsmanager:GetSecretValue', resource, policy })).toBe('allowed');
    const context = decrypting('evercert/default/web');
    expect(await asReader({ action: 'kms:Decrypt', resource: SECRETS_KEY, policy: keyPolicy, context })).toBe(
      'allowed',
    );
  });

  it('are closed to another role of that account with the same rights there', async () => {
    const policy = await secretPolicy();
    const resource = secret('evercert/default/web');
    const physical = 'somebody';
    expect(await asReader({ action: 'secretsmanager:GetSecretValue', resource, policy, physical })).toBe('denied');
    const context = decrypting('evercert/default/web');
    const key = { action: 'kms:Decrypt', resource: SECRETS_KEY, policy: keyPolicy, context };
    expect(await asReader({ ...key, physical })).toBe('denied');
  });

  it('are not written, and their key decrypts nothing else', async () => {
    const policy = await secretPolicy();
    const resource = secret('evercert/default/web');
    expect(await asReader({ action: 'secretsmanager:PutSecretValue', resource, policy })).toBe('denied');
    for (const context of [{}, viaSecrets, decrypting('evercert-refs/cert-manager/le')])
      expect(await asReader({ action: 'kms:Decrypt', resource: SECRETS_KEY, policy: keyPolicy, context })).toBe(
        'denied',
      );
  });
});

describe('sharing secrets', () => {
  const web = secret('evercert/default/web');
  const blocked = { ...ours, 'secretsmanager:BlockPublicPolicy': 'true' };
  const regions = (...names: string[]) => ({ 'secretsmanager:AddReplicaRegions': names });
  const inReplica = { 'kms:ViaService': 'secretsmanager.eu-west-1.amazonaws.com' };
  const judged = ([, functionName, action, resource, context = {}]: Row, template = across.Evercert) =>
    simulate({
      template,
      functionName,
      action,
      resource,
      context,
      ...(resource === REPLICA_KEY ? { called: { account: OURS.account, policy: ROOT_ALONE } } : {}),
    });

  describe.each(['advance', 'sweep'])('by %s', (by) => {
    it.each<Row>([
      ['it reads the policy of a secret of ours', by, 'secretsmanager:GetResourcePolicy', web, ours],
      ['it puts one that is not public', by, 'secretsmanager:PutResourcePolicy', web, blocked],
      ['it replicates where that is set', by, 'secretsmanager:ReplicateSecretToRegions', web, regions('eu-west-1')],
      ['it uses the key of the replica', by, 'kms:GenerateDataKey', REPLICA_KEY, inReplica],
    ])('allows: %s', async (...row) => {
      expect(await judged(row)).toBe('allowed');
    });

    it.each<Row>([
      ['no policy that could be public', by, 'secretsmanager:PutResourcePolicy', web, ours],
      [
        'no policy of a secret of somebody else',
        by,
        'secretsmanager:PutResourcePolicy',
        web,
        { 'secretsmanager:BlockPublicPolicy': 'true' },
      ],
      ['no policy is removed', by, 'secretsmanager:DeleteResourcePolicy', web, ours],
      ['no replica elsewhere', by, 'secretsmanager:ReplicateSecretToRegions', web, regions('eu-west-1', 'us-west-2')],
      ['no replica without Regions', by, 'secretsmanager:ReplicateSecretToRegions', web],
      ['no replica is removed', by, 'secretsmanager:RemoveRegionsFromReplication', web, ours],
      ['no account key is shared', by, 'secretsmanager:PutResourcePolicy', secret('evercert-refs/default/le'), blocked],
    ])('denies: %s', async (...row) => {
      expect(await judged(row)).toBe('denied');
    });

    it('is not allowed at all where nothing is shared', async () => {
      for (const [action, context] of [
        ['PutResourcePolicy', blocked],
        ['ReplicateSecretToRegions', regions('eu-west-1')],
      ] as const)
        expect(await judged(['', by, `secretsmanager:${action}`, web, context], set)).toBe('denied');
    });
  });

  it('sweep reads no value for it', async () => {
    expect(await judged(['', 'sweep', 'secretsmanager:GetSecretValue', web, ours])).toBe('denied');
  });
});

describe('the sweep with clusters', () => {
  const sweep = (template: Template) =>
    simulate({
      template,
      functionName: 'sweep',
      action: 'events:PutEvents',
      resource: BUS,
      context: { 'events:source': ['evercert'] },
    });

  it('looks at what lags', async () => {
    const asked = { functionName: 'sweep', action: 'dynamodb:Query', resource: `${TABLE}/index/lagging` };
    expect(await simulate({ template: set, ...asked })).toBe('allowed');
  });

  it('wakes their functions by an event; what is late it tells without any, too', async () => {
    expect(await sweep(set)).toBe('allowed');
    expect(await sweep(synthesize())).toBe('allowed');
  });
});
