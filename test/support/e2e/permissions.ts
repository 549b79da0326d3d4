// What IAM would have been asked for each recorded AWS call: action, resource and condition keys, by function. It must
// never know a policy.
import { DescribeSecretCommand, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { TABLE_KEYS } from '#core/ledger-format.ts';
import { LOCAL_ACCOUNT, LOCAL_REGION } from '#local/cloud/clients.ts';
import type { Cloud } from '#local/cloud/options.ts';
import type { RecordedCall } from '#local/gateway/calls.ts';

export interface Asked {
  readonly functionName: string;
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

export interface Surroundings {
  /** Secret name -> its tags. */
  readonly tags: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly ledgerKeyArn: string;
  readonly secretsKeyArn: string;
}

const AT = `${LOCAL_REGION}:${LOCAL_ACCOUNT}`;

/** `sweep`, `advance`, `deployed` or `sync` (an advance in a process of a test counts as one); undefined: not a function of ours. */
export const functionOf = ({ appId = '' }: RecordedCall): string | undefined =>
  /^evercert-(sweep|advance|deployed|sync)(-|$)/.exec(appId)?.[1];

/** Tags of every secret as they are now; ours are never taken off. */
export const secretTags = async ({ directClients }: Cloud): Promise<Surroundings['tags']> => {
  const tags = new Map<string, Record<string, string>>();
  for await (const { SecretList = [] } of paginateListSecrets({ client: directClients.secrets }, {}))
    for (const { Name } of SecretList) {
      const { Tags = [] } = await directClients.secrets.send(new DescribeSecretCommand({ SecretId: Name }));
      tags.set(Name!, Object.fromEntries(Tags.map(({ Key, Value }) => [Key!, Value!])));
    }
  return tags;
};

type Question = Omit<Asked, 'functionName'>;

const dynamodb = (call: RecordedCall, action: string, { ledgerKeyArn }: Surroundings): Question[] => {
  const { table = [], index, keys = [] } = call.resource;
  const leading = [...new Set(keys.map((key) => key[TABLE_KEYS.partition]!))];
  const context = leading.length > 0 ? { 'dynamodb:LeadingKeys': leading } : {};
  const resources = table.map((name) => `arn:aws:dynamodb:${AT}:table/${name}${index ? `/index/${index}` : ''}`);
  const via = { 'kms:ViaService': `dynamodb.${LOCAL_REGION}.amazonaws.com` };
  return [
    ...resources.map((resource) => ({ action, resource, context })),
    // DynamoDB decrypts the table's key in the caller's name.
    { action: 'kms:Decrypt', resource: ledgerKeyArn, context: via },
  ];
};

const PREFIXED = (tags: Readonly<Record<string, string>>, prefix: string): Record<string, string> =>
  Object.fromEntries(Object.entries(tags).map(([key, value]) => [`${prefix}/${key}`, value]));

/** Actions that use the secret's KMS key (Secrets Manager user guide, "Secret encryption and decryption"). */
const KEY_USE: Readonly<Record<string, readonly string[]>> = {
  'secretsmanager:CreateSecret': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'secretsmanager:PutSecretValue': ['kms:GenerateDataKey', 'kms:Decrypt'],
  'secretsmanager:GetSecretValue': ['kms:Decrypt'],
};

const secretsmanager = (call: RecordedCall, action: string, around: Surroundings): Question[] => {
  const { secretId = '', requestTags, kmsKeyId } = call.resource;
  const resource = `arn:aws:secretsmanager:${AT}:secret:${secretId}-AbCdEf`;
  const isBirth = call.action === 'secretsmanager:CreateSecret';
  const born = { ...PREFIXED(requestTags ?? {}, 'aws:RequestTag'), 'aws:TagKeys': Object.keys(requestTags ?? {}) };
  const birth = {
    ...(requestTags === undefined ? {} : born),
    ...(action === 'secretsmanager:CreateSecret' && kmsKeyId !== undefined
      ? { 'secretsmanager:KmsKeyArn': kmsKeyId }
      : {}),
  };
  const context = isBirth ? birth : PREFIXED(around.tags.get(secretId) ?? {}, 'aws:ResourceTag');
  const via = { 'kms:ViaService': `secretsmanager.${LOCAL_REGION}.amazonaws.com` };
  return [
    { action, resource, context },
    ...(KEY_USE[action] ?? []).map((one) => ({ action: one, resource: around.secretsKeyArn, context: via })),
  ];
};

const CHANGE = 'route53:ChangeResourceRecordSets';

const route53 = ({ resource: seen }: RecordedCall, action: string): Question[] => {
  if (action === 'route53:GetChange')
    return [{ action, resource: `arn:aws:route53:::change/${seen.changeId}`, context: {} }];
  if (seen.hostedZoneId === undefined) return [{ action, resource: '*', context: {} }];
  const context =
    action === CHANGE
      ? {
          [`${CHANGE}NormalizedRecordNames`]: seen.recordNames ?? [],
          [`${CHANGE}RecordTypes`]: seen.recordTypes ?? [],
          [`${CHANGE}Actions`]: seen.recordActions ?? [],
        }
      : {};
  return [{ action, resource: `arn:aws:route53:::hostedzone/${seen.hostedZoneId}`, context }];
};

const privateCa = ({ resource: seen }: RecordedCall, action: string): Question[] => {
  const context = seen.templateArn === undefined ? {} : { 'acm-pca:TemplateArn': seen.templateArn };
  return [{ action, resource: seen.caArn ?? '*', context }];
};

const others = ({ resource: seen }: RecordedCall, action: string): Question[] => {
  const resources = [
    seen.stateMachineArn,
    seen.executionArn,
    seen.functionName && `arn:aws:lambda:${AT}:function:${seen.functionName}`,
    ...(seen.eventBus ?? []).map((name) => `arn:aws:events:${AT}:event-bus/${name}`),
    seen.roleArn,
  ].filter((one) => one !== undefined && one !== '');
  const context = seen.eventSource === undefined ? {} : { 'events:source': seen.eventSource };
  if (resources.length === 0) return [{ action, resource: '*', context }];
  return resources.map((resource) => ({ action, resource: resource!, context }));
};

const questions = (call: RecordedCall, action: string, around: Surroundings): Question[] => {
  if (call.service === 'dynamodb') return dynamodb(call, action, around);
  if (call.service === 'secretsmanager') return secretsmanager(call, action, around);
  if (call.service === 'acm-pca') return privateCa(call, action);
  return call.service === 'route53' ? route53(call, action) : others(call, action);
};

/** Every distinct question, in the order in which it was first asked. */
export const askedOf = (calls: readonly RecordedCall[], around: Surroundings): readonly Asked[] => {
  const asked = new Map<string, Asked>();
  for (const call of calls) {
    const functionName = functionOf(call);
    if (functionName === undefined) continue;
    for (const action of call.permissions)
      for (const question of questions(call, action, around)) {
        const one = { functionName, ...question };
        asked.set(JSON.stringify(one), one);
      }
  }
  return [...asked.values()];
};
