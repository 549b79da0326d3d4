// The roles of the dashboard's two functions, call by call: the one that draws writes nothing, the one that obeys buttons marks
// rows and reads nothing.
import { describe, expect, it } from 'vitest';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const template = synthesize({ props: { dashboardActions: true } });
const idOf = (type: string, part: string): string => resourcesOf(template, type).find(([id]) => id.includes(part))![0];
const at = 'us-east-1:000000000000';
const TABLE = `arn:aws:dynamodb:${at}:table/${idOf('AWS::DynamoDB::Table', 'Ledger')}`;
const KEY = `arn:aws:kms:${at}:key/${idOf('AWS::KMS::Key', 'LedgerKey')}`;
const SECRETS_KEY = `arn:aws:kms:${at}:key/${idOf('AWS::KMS::Key', 'SecretsKey')}`;
const ADVANCE = `arn:aws:lambda:${at}:function:${idOf('AWS::Lambda::Function', 'AdvanceFunction')}`;
const ACT = `arn:aws:lambda:${at}:function:${idOf('AWS::Lambda::Function', 'ActFunction')}`;

type Context = Record<string, string | readonly string[]>;
type Row = [sentence: string, functionName: string, action: string, resource: string, context?: Context];

const of = (...keys: string[]): Context => ({ 'dynamodb:LeadingKeys': keys });
const viaLedger = { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' };

const judge = ([, functionName, action, resource, context]: Row) =>
  simulate({ template, functionName, action, resource, ...(context === undefined ? {} : { context }) });

const ALLOWED: Row[] = [
  ...['cert#3', 'target#web/shop', 'history#web/shop', 'counters', 'sweep'].flatMap((key): Row[] => [
    [`widget reads ${key}`, 'widget', 'dynamodb:GetItem', TABLE, of(key)],
    [`widget queries ${key}`, 'widget', 'dynamodb:Query', TABLE, of(key)],
  ]),
  ...['life', 'failing', 'lagging'].map(
    (index): Row => [`widget reads the index ${index}`, 'widget', 'dynamodb:Query', `${TABLE}/index/${index}`],
  ),
  ['widget reads with the key', 'widget', 'kms:Decrypt', KEY, viaLedger],
  ['act marks a row', 'act', 'dynamodb:UpdateItem', TABLE, of('cert#3')],
  ['act writes with the key', 'act', 'kms:GenerateDataKey', KEY, viaLedger],
];

const DENIED: Row[] = [
  ...['PutItem', 'UpdateItem', 'DeleteItem'].map(
    (action): Row => [`widget writes nothing (${action})`, 'widget', `dynamodb:${action}`, TABLE, of('cert#3')],
  ),
  ['widget reads no accounts', 'widget', 'dynamodb:GetItem', TABLE, of('account#1')],
  ['widget reads no challenges', 'widget', 'dynamodb:Query', TABLE, of('txt')],
  ['widget scans nothing', 'widget', 'dynamodb:Scan', TABLE],
  ['widget reads nothing without naming it', 'widget', 'dynamodb:Query', TABLE],
  ['widget reads no due rows', 'widget', 'dynamodb:Query', `${TABLE}/index/due`],
  ['widget calls nobody', 'widget', 'lambda:InvokeFunction', ACT],
  ['widget cannot encrypt', 'widget', 'kms:Encrypt', KEY, viaLedger],
  ['act reads no row', 'act', 'dynamodb:GetItem', TABLE, of('cert#3')],
  ['act marks nothing but rows', 'act', 'dynamodb:UpdateItem', TABLE, of('counters')],
  ['act makes and deletes nothing', 'act', 'dynamodb:DeleteItem', TABLE, of('cert#3')],
  ['act starts nothing', 'act', 'lambda:InvokeFunction', ADVANCE],
  ...['widget', 'act'].flatMap((name): Row[] => [
    [
      `${name} reads no secret`,
      name,
      'secretsmanager:GetSecretValue',
      `arn:aws:secretsmanager:${at}:secret:evercert/a/b-AbCdEf`,
    ],
    [`${name} cannot use the secrets' key`, name, 'kms:Decrypt', SECRETS_KEY],
    [`${name} uses the ledger's key through DynamoDB alone`, name, 'kms:Decrypt', KEY],
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
