// Calls that must never be allowed: each is one that the run really made, with one thing changed. So a policy that allows
// everything cannot pass, nor a question that no policy could ever allow. It must never know a policy.
import { LOCAL_ACCOUNT, LOCAL_REGION } from '#local/cloud/clients.ts';
import type { Asked } from './permissions.ts';

const AT = `${LOCAL_REGION}:${LOCAL_ACCOUNT}`;
const CHANGE = 'route53:ChangeResourceRecordSets';

export interface Tampered {
  readonly sentence: string;
  /** Which recorded call it was made from. */
  readonly from: { readonly functionName: string; readonly action: string; readonly resource?: RegExp };
  readonly change: (asked: Asked) => Asked;
}

const resource =
  (arn: string) =>
  (asked: Asked): Asked => ({ ...asked, resource: arn });

const context =
  (more: Asked['context']) =>
  (asked: Asked): Asked => ({ ...asked, context: { ...asked.context, ...more } });

const action =
  (name: string, arn?: string) =>
  (asked: Asked): Asked => ({ ...asked, action: name, context: {}, ...(arn === undefined ? {} : { resource: arn }) });

const without =
  (prefix: string) =>
  (asked: Asked): Asked => ({
    ...asked,
    context: Object.fromEntries(Object.entries(asked.context).filter(([key]) => !key.startsWith(prefix))),
  });

const certificate = (name: string) => ({
  functionName: 'advance',
  action: `secretsmanager:${name}`,
  resource: /:secret:evercert\//,
});
const advance = (name: string) => ({ functionName: 'advance', action: name });
const sweep = (name: string) => ({ functionName: 'sweep', action: name });
const deployed = (name: string) => ({ functionName: 'deployed', action: name });
const row = (sentence: string, from: Tampered['from'], change: Tampered['change']): Tampered => ({
  sentence,
  from,
  change,
});

export const TAMPERED: readonly Tampered[] = [
  row('a challenge in another zone', advance(CHANGE), resource('arn:aws:route53:::hostedzone/ZOTHER')),
  row('an A record', advance(CHANGE), context({ [`${CHANGE}RecordTypes`]: ['A'] })),
  row(
    'a TXT record outside of _acme-challenge',
    advance(CHANGE),
    context({ [`${CHANGE}NormalizedRecordNames`]: ['www.example.com'] }),
  ),
  row(
    'a good name that carries a bad one',
    advance(CHANGE),
    context({ [`${CHANGE}NormalizedRecordNames`]: ['_acme-challenge.example.com', 'example.com'] }),
  ),
  row('a change that names nothing', advance(CHANGE), without(CHANGE)),
  row('a deleted zone', advance(CHANGE), action('route53:DeleteHostedZone')),
  row(
    'a secret beside the prefix',
    certificate('GetSecretValue'),
    resource(`arn:aws:secretsmanager:${AT}:secret:prod/db-AbCdEf`),
  ),
  row(
    'a prefix that begins alike',
    certificate('PutSecretValue'),
    resource(`arn:aws:secretsmanager:${AT}:secret:evercert2/default/web-AbCdEf`),
  ),
  row('a secret without our tag, read', certificate('GetSecretValue'), without('aws:ResourceTag')),
  row('a secret without our tag, written', certificate('PutSecretValue'), without('aws:ResourceTag')),
  row('a secret without our tag, promoted', certificate('UpdateSecretVersionStage'), without('aws:ResourceTag')),
  row('a new secret without our tags', certificate('CreateSecret'), without('aws:RequestTag')),
  row(
    'a new secret under another key',
    certificate('CreateSecret'),
    context({ 'secretsmanager:KmsKeyArn': `arn:aws:kms:${AT}:key/another` }),
  ),
  row('a deleted secret', certificate('PutSecretValue'), action('secretsmanager:DeleteSecret')),
  row('a secret that is shared', certificate('PutSecretValue'), action('secretsmanager:PutResourcePolicy')),
  row('another KMS key', advance('kms:Decrypt'), resource(`arn:aws:kms:${AT}:key/another`)),
  row(
    'a KMS key for something else',
    advance('kms:Decrypt'),
    context({ 'kms:ViaService': 's3.us-east-1.amazonaws.com' }),
  ),
  row('a KMS key that is to be deleted', advance('kms:Decrypt'), action('kms:ScheduleKeyDeletion')),
  row('a deleted ledger', sweep('dynamodb:UpdateItem'), action('dynamodb:DeleteTable')),
  row('a scanned ledger', advance('dynamodb:UpdateItem'), action('dynamodb:Scan')),
  row('another table', advance('dynamodb:UpdateItem'), resource(`arn:aws:dynamodb:${AT}:table/other`)),
  row(
    "a certificate's row, written by what only tells the catalogue",
    deployed('dynamodb:UpdateItem'),
    context({ 'dynamodb:LeadingKeys': ['cert#1'] }),
  ),
  row('another state machine', sweep('states:StartExecution'), resource(`arn:aws:states:${AT}:stateMachine:other`)),
  row(
    'an execution of another state machine',
    sweep('states:DescribeExecution'),
    resource(`arn:aws:states:${AT}:execution:other:x`),
  ),
  row('another bus', advance('events:PutEvents'), resource(`arn:aws:events:${AT}:event-bus/default`)),
  row("an event in AWS's name", advance('events:PutEvents'), context({ 'events:source': ['aws.acm'] })),
  row('another function', deployed('lambda:InvokeFunction'), resource(`arn:aws:lambda:${AT}:function:other`)),
  row('a role that is not listed', advance(CHANGE), action('sts:AssumeRole', 'arn:aws:iam::444455556666:role/admin')),
  row('a new role', advance(CHANGE), action('iam:CreateRole', `arn:aws:iam::${LOCAL_ACCOUNT}:role/new`)),
  row('a new user', sweep('states:StartExecution'), action('iam:CreateUser', `arn:aws:iam::${LOCAL_ACCOUNT}:user/new`)),
  row('a challenge by the sweep', advance(CHANGE), (asked) => ({
    ...context({ [`${CHANGE}Actions`]: ['UPSERT'] })(asked),
    functionName: 'sweep',
  })),
  row('a secret by the sweep', certificate('GetSecretValue'), (asked) => ({ ...asked, functionName: 'sweep' })),
  row('a secret by what only tells the catalogue', certificate('GetSecretValue'), (asked) => ({
    ...asked,
    functionName: 'deployed',
  })),
  row('an execution by advance', sweep('states:StartExecution'), (asked) => ({ ...asked, functionName: 'advance' })),
];
