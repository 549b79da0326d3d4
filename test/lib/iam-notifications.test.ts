// The roles of what tells people, call by call: the digest reads the ledger and publishes, the rules publish, and that is all.
import { describe, expect, it } from 'vitest';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const template = synthesize();
const idOf = (type: string, ...parts: string[]): string =>
  resourcesOf(template, type).find(([id]) => parts.every((part) => id.includes(part)))![0];
const at = 'us-east-1:000000000000';
const TABLE = `arn:aws:dynamodb:${at}:table/${idOf('AWS::DynamoDB::Table', 'Ledger')}`;
const KEY = `arn:aws:kms:${at}:key/${idOf('AWS::KMS::Key', 'LedgerKey')}`;
const SECRETS_KEY = `arn:aws:kms:${at}:key/${idOf('AWS::KMS::Key', 'SecretsKey')}`;
const TOPIC = `arn:aws:sns:${at}:${idOf('AWS::SNS::Topic', 'NotificationsTopic')}`;
const ALARMS = `arn:aws:sns:${at}:${idOf('AWS::SNS::Topic', 'AlarmsTopic')}`;
const BUS = `arn:aws:events:${at}:event-bus/${idOf('AWS::Events::EventBus', 'Bus')}`;
const RULES = idOf('AWS::IAM::Role', 'NotificationsRole');
const SCHEDULE = idOf('AWS::IAM::Role', 'Digest', 'ScheduleRole');
const DIGEST = `arn:aws:lambda:${at}:function:${idOf('AWS::Lambda::Function', 'DigestFunction')}`;
const SWEEP = `arn:aws:lambda:${at}:function:${idOf('AWS::Lambda::Function', 'SweepFunction')}`;

type Context = Record<string, string | readonly string[]>;
type Row = [sentence: string, who: string, action: string, resource: string, context?: Context];

const of = (...keys: string[]): Context => ({ 'dynamodb:LeadingKeys': keys });
const viaLedger = { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' };
const viaTopic = { 'kms:ViaService': 'sns.us-east-1.amazonaws.com' };

const judge = ([, who, action, resource, context]: Row) =>
  simulate({
    template,
    functionName: who,
    ...(who === 'digest' ? {} : { role: who }),
    action,
    resource,
    ...(context === undefined ? {} : { context }),
  });

const ALLOWED: Row[] = [
  ...['cert#3', 'target#web/shop', 'counters', 'sweep'].map(
    (key): Row => [`the digest reads ${key}`, 'digest', 'dynamodb:GetItem', TABLE, of(key)],
  ),
  ['the digest reads the lives', 'digest', 'dynamodb:Query', `${TABLE}/index/life`],
  ['the digest reads with the key', 'digest', 'kms:Decrypt', KEY, viaLedger],
  ...['digest', RULES].flatMap((who): Row[] => [
    [`${who} tells the topic`, who, 'sns:Publish', TOPIC],
    [`${who} tells it with the key`, who, 'kms:GenerateDataKey', KEY, viaTopic],
  ]),
  ["the digest's schedule calls it", SCHEDULE, 'lambda:InvokeFunction', DIGEST],
];

const DENIED: Row[] = [
  ...['PutItem', 'UpdateItem', 'DeleteItem'].map(
    (action): Row => [`the digest writes nothing (${action})`, 'digest', `dynamodb:${action}`, TABLE, of('cert#3')],
  ),
  ['the digest scans nothing', 'digest', 'dynamodb:Scan', TABLE],
  ['the digest reads no accounts', 'digest', 'dynamodb:GetItem', TABLE, of('account#1')],
  ['the digest announces nothing', 'digest', 'events:PutEvents', BUS, { 'events:source': ['evercert'] }],
  ['the rules read no ledger', RULES, 'dynamodb:GetItem', TABLE, of('cert#3')],
  ["the digest's schedule calls nothing else", SCHEDULE, 'lambda:InvokeFunction', SWEEP],
  ...['digest', RULES].flatMap((who): Row[] => [
    [`${who} rings no alarm`, who, 'sns:Publish', ALARMS],
    [`${who} subscribes nobody`, who, 'sns:Subscribe', TOPIC],
    [`${who} uses the key through the topic alone`, who, 'kms:GenerateDataKey', KEY],
    [`${who} cannot use the secrets' key`, who, 'kms:Decrypt', SECRETS_KEY],
  ]),
];

describe('what is allowed', () => {
  it.each(ALLOWED)('%s', async (...row) => {
    expect(await judge(row)).toBe('allowed');
  });
});

describe('what is denied', () => {
  it.each(DENIED)('%s', async (...row) => {
    expect(await judge(row)).toBe('denied');
  });
});
