// Each function's role, call by call: what it needs is allowed, what it must never do is denied. IAM judges the
// synthesized policies (test/support/simulate.ts).
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf, type Template } from '#test/support/template.ts';

const DNS_ROLE = 'arn:aws:iam::444455556666:role/dns';
const zones = [{ id: 'ZNAMED', name: 'Example.com' }, { id: 'ZUNNAMED' }];
const set = synthesize({ props: { zones, validationZones: [{ id: 'ZTARGET' }], dnsRoles: [DNS_ROLE] } });
const open = synthesize();

const idOf = (template: Template, type: string, part: string): string =>
  resourcesOf(template, type).find(([id]) => id.includes(part))![0];

const at = 'us-east-1:000000000000';
const TABLE = `arn:aws:dynamodb:${at}:table/${idOf(set, 'AWS::DynamoDB::Table', 'Ledger')}`;
const LEDGER_KEY = `arn:aws:kms:${at}:key/${idOf(set, 'AWS::KMS::Key', 'LedgerKey')}`;
const SECRETS_KEY = `arn:aws:kms:${at}:key/${idOf(set, 'AWS::KMS::Key', 'SecretsKey')}`;
const MACHINE = idOf(set, 'AWS::StepFunctions::StateMachine', 'Engine');
const STATE_MACHINE = `arn:aws:states:${at}:stateMachine:${MACHINE}`;
const EXECUTION = `arn:aws:states:${at}:execution:${MACHINE}:default-web-1-abc`;
const BUS = `arn:aws:events:${at}:event-bus/${idOf(set, 'AWS::Events::EventBus', 'Bus')}`;
const lambda = (name: string) =>
  `arn:aws:lambda:${at}:function:${idOf(set, 'AWS::Lambda::Function', `${name}Function`)}`;
const secret = (name: string) => `arn:aws:secretsmanager:${at}:secret:${name}-AbCdEf`;
const zone = (id: string) => `arn:aws:route53:::hostedzone/${id}`;

const UID = 'evercert.dev/uid';
const CERTIFICATE = 'evercert.dev/certificate';
const viaSecrets = { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' };
const viaLedger = { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' };
const ours = { [`aws:ResourceTag/${UID}`]: 'u-1' };
const born = {
  [`aws:RequestTag/${UID}`]: 'u-1',
  [`aws:RequestTag/${CERTIFICATE}`]: 'default/web',
  'aws:TagKeys': [UID, CERTIFICATE],
  'secretsmanager:KmsKeyArn': SECRETS_KEY,
};
const txt = (name: string, change: { action?: string; type?: string } = {}) => ({
  'route53:ChangeResourceRecordSetsNormalizedRecordNames': [name],
  'route53:ChangeResourceRecordSetsRecordTypes': [change.type ?? 'TXT'],
  'route53:ChangeResourceRecordSetsActions': [change.action ?? 'UPSERT'],
});

type Context = Record<string, string | readonly string[]>;
type Row = [sentence: string, functionName: string, action: string, resource: string, context?: Context];
const WRITE = 'route53:ChangeResourceRecordSets';

const judge = (template: Template, [, functionName, action, resource, context]: Row) =>
  simulate({ template, functionName, action, resource, ...(context === undefined ? {} : { context }) });

const ALLOWED: Row[] = [
  ...['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'].flatMap((action): Row[] => [
    [`advance uses the ledger (${action})`, 'advance', `dynamodb:${action}`, TABLE],
    [`sweep uses the ledger (${action})`, 'sweep', `dynamodb:${action}`, TABLE],
  ]),
  ['sweep reads what is due', 'sweep', 'dynamodb:Query', `${TABLE}/index/due`],
  ['advance reads whom a CA signs', 'advance', 'dynamodb:Query', `${TABLE}/index/signer`],
  ['sweep counts what fails', 'sweep', 'dynamodb:Query', `${TABLE}/index/failing`],
  ['advance reads the ledger with its key', 'advance', 'kms:Decrypt', LEDGER_KEY, viaLedger],
  ['sweep writes the ledger with its key', 'sweep', 'kms:GenerateDataKey', LEDGER_KEY, viaLedger],
  [
    'deployed writes what is wanted',
    'deployed',
    'dynamodb:UpdateItem',
    TABLE,
    { 'dynamodb:LeadingKeys': ['catalogue'] },
  ],
  ['deployed writes with the key', 'deployed', 'kms:Decrypt', LEDGER_KEY, viaLedger],
  ['deployed wakes the sweep', 'deployed', 'lambda:InvokeFunction', lambda('Sweep')],
  ['sweep starts executions', 'sweep', 'states:StartExecution', STATE_MACHINE],
  ['sweep counts executions', 'sweep', 'states:ListExecutions', STATE_MACHINE],
  ['sweep looks at an execution', 'sweep', 'states:DescribeExecution', EXECUTION],
  ['advance makes a secret', 'advance', 'secretsmanager:CreateSecret', secret('evercert/default/web'), born],
  [
    'advance tags a secret',
    'advance',
    'secretsmanager:TagResource',
    secret('evercert/default/web'),
    { 'aws:TagKeys': [UID, CERTIFICATE] },
  ],
  [
    'advance looks at any secret of the prefix',
    'advance',
    'secretsmanager:DescribeSecret',
    secret('evercert/default/web'),
  ],
  ...['GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'].map(
    (action): Row => [
      `advance handles its own secret (${action})`,
      'advance',
      `secretsmanager:${action}`,
      secret('evercert/default/web'),
      ours,
    ],
  ),
  [
    'advance makes an account key',
    'advance',
    'secretsmanager:CreateSecret',
    secret('evercert-refs/cert-manager/le'),
    { 'secretsmanager:KmsKeyArn': SECRETS_KEY },
  ],
  ['advance reads an account key', 'advance', 'secretsmanager:GetSecretValue', secret('evercert-refs/cert-manager/le')],
  [
    'advance adds to an account key',
    'advance',
    'secretsmanager:PutSecretValue',
    secret('evercert-refs/cert-manager/le'),
  ],
  [
    'advance calls the deletion of its own secret off',
    'advance',
    'secretsmanager:RestoreSecret',
    secret('evercert/default/web'),
    ours,
  ],
  ['sweep looks at a secret', 'sweep', 'secretsmanager:DescribeSecret', secret('evercert/default/web')],
  ['sweep looks at the key of secrets', 'sweep', 'kms:DescribeKey', SECRETS_KEY],
  ['advance encrypts secrets', 'advance', 'kms:GenerateDataKey', SECRETS_KEY, viaSecrets],
  ['advance decrypts secrets', 'advance', 'kms:Decrypt', SECRETS_KEY, viaSecrets],
  ['advance announces', 'advance', 'events:PutEvents', BUS, { 'events:source': ['evercert'] }],
  ['advance writes the challenge of an apex', 'advance', WRITE, zone('ZNAMED'), txt('_acme-challenge.example.com')],
  ['advance writes a challenge at any depth', 'advance', WRITE, zone('ZNAMED'), txt('_acme-challenge.a.b.example.com')],
  [
    'advance deletes a challenge',
    'advance',
    WRITE,
    zone('ZNAMED'),
    txt('_acme-challenge.example.com', { action: 'DELETE' }),
  ],
  [
    'advance writes a challenge in a zone without a name',
    'advance',
    WRITE,
    zone('ZUNNAMED'),
    txt('_acme-challenge.example.org'),
  ],
  [
    'advance writes any TXT into a validation zone',
    'advance',
    WRITE,
    zone('ZTARGET'),
    txt('web.validation.example.net'),
  ],
  ['advance waits for a change', 'advance', 'route53:GetChange', 'arn:aws:route53:::change/C123'],
  ['advance asks for the name of a set zone', 'advance', 'route53:GetHostedZone', zone('ZUNNAMED')],
  ['advance takes a DNS role', 'advance', 'sts:AssumeRole', DNS_ROLE],
  ['sweep takes a DNS role', 'sweep', 'sts:AssumeRole', DNS_ROLE],
  [
    'sweep deletes a challenge',
    'sweep',
    WRITE,
    zone('ZNAMED'),
    txt('_acme-challenge.example.com', { action: 'DELETE' }),
  ],
  [
    'sweep deletes in a validation zone',
    'sweep',
    WRITE,
    zone('ZTARGET'),
    txt('web.validation.example.net', { action: 'DELETE' }),
  ],
];

const FORBIDDEN: Row[] = [
  ['advance scans no ledger', 'advance', 'dynamodb:Scan', TABLE],
  ['sweep scans no ledger', 'sweep', 'dynamodb:Scan', TABLE],
  ['advance reads no index of what is due', 'advance', 'dynamodb:Query', `${TABLE}/index/due`],
  ['sweep asks for no dependents', 'sweep', 'dynamodb:Query', `${TABLE}/index/signer`],
  ['nobody deletes the table', 'sweep', 'dynamodb:DeleteTable', TABLE],
  ['another table is closed', 'advance', 'dynamodb:GetItem', `arn:aws:dynamodb:${at}:table/other`],
  ['deployed touches no certificate', 'deployed', 'dynamodb:UpdateItem', TABLE, { 'dynamodb:LeadingKeys': ['cert#1'] }],
  ['deployed touches nothing unnamed', 'deployed', 'dynamodb:UpdateItem', TABLE],
  ['sweep decrypts no secret', 'sweep', 'kms:Decrypt', SECRETS_KEY, viaSecrets],
  ['the ledger key decrypts nothing else', 'advance', 'kms:Decrypt', LEDGER_KEY, viaSecrets],
  ['the secrets key decrypts nothing but secrets', 'advance', 'kms:Decrypt', SECRETS_KEY],
  ['advance restores no foreign secret', 'advance', 'secretsmanager:RestoreSecret', secret('evercert/default/web')],
  ['sweep restores no secret', 'sweep', 'secretsmanager:RestoreSecret', secret('evercert/default/web'), ours],
  ['sweep looks at no account key', 'sweep', 'secretsmanager:DescribeSecret', secret('evercert-refs/cert-manager/le')],
  ['sweep looks at no foreign prefix', 'sweep', 'secretsmanager:DescribeSecret', secret('prod/db')],
  ['sweep decrypts no secret', 'sweep', 'kms:Decrypt', SECRETS_KEY, viaSecrets],
  ['sweep reads no secret', 'sweep', 'secretsmanager:GetSecretValue', secret('evercert/default/web'), ours],
  ['deployed reads no secret', 'deployed', 'secretsmanager:GetSecretValue', secret('evercert/default/web'), ours],
  ['a secret without our tag is not read', 'advance', 'secretsmanager:GetSecretValue', secret('evercert/default/web')],
  [
    'a secret without our tag is not written',
    'advance',
    'secretsmanager:PutSecretValue',
    secret('evercert/default/web'),
  ],
  [
    'a secret without our tag is not promoted',
    'advance',
    'secretsmanager:UpdateSecretVersionStage',
    secret('evercert/default/web'),
  ],
  ['a foreign prefix is closed', 'advance', 'secretsmanager:GetSecretValue', secret('prod/db'), ours],
  [
    'a prefix that begins alike is closed',
    'advance',
    'secretsmanager:GetSecretValue',
    secret('evercert2/default/web'),
    ours,
  ],
  [
    'no secret is made without tags',
    'advance',
    'secretsmanager:CreateSecret',
    secret('evercert/default/web'),
    { 'secretsmanager:KmsKeyArn': SECRETS_KEY },
  ],
  [
    'no secret is made under another key',
    'advance',
    'secretsmanager:CreateSecret',
    secret('evercert/default/web'),
    { ...born, 'secretsmanager:KmsKeyArn': LEDGER_KEY },
  ],
  [
    'no foreign tag is written',
    'advance',
    'secretsmanager:TagResource',
    secret('evercert/default/web'),
    { 'aws:TagKeys': ['team'] },
  ],
  [
    'no reference is made ours',
    'advance',
    'secretsmanager:TagResource',
    secret('evercert-refs/default/eab'),
    { 'aws:TagKeys': [UID] },
  ],
  [
    'our tags stay on',
    'advance',
    'secretsmanager:UntagResource',
    secret('evercert/default/web'),
    { 'aws:TagKeys': [UID] },
  ],
  ['no secret is deleted', 'advance', 'secretsmanager:DeleteSecret', secret('evercert/default/web'), ours],
  ['no secret is shared', 'advance', 'secretsmanager:PutResourcePolicy', secret('evercert/default/web'), ours],
  ['no secret is listed', 'advance', 'secretsmanager:ListSecrets', '*'],
  ['advance starts no execution', 'advance', 'states:StartExecution', STATE_MACHINE],
  ['sweep stops no execution', 'sweep', 'states:StopExecution', EXECUTION],
  [
    'sweep looks at no foreign execution',
    'sweep',
    'states:DescribeExecution',
    `arn:aws:states:${at}:execution:other:x`,
  ],
  ['deployed calls no other function', 'deployed', 'lambda:InvokeFunction', lambda('Advance')],
  ['advance calls no function', 'advance', 'lambda:InvokeFunction', lambda('Sweep')],
  ['no event in a foreign name', 'advance', 'events:PutEvents', BUS, { 'events:source': ['evercert', 'aws.acm'] }],
  [
    'no event on the default bus',
    'advance',
    'events:PutEvents',
    `arn:aws:events:${at}:event-bus/default`,
    { 'events:source': ['evercert'] },
  ],
  ['no TXT beside the challenges', 'advance', WRITE, zone('ZNAMED'), txt('www.example.com')],
  [
    'no challenge under a name that ends alike',
    'advance',
    WRITE,
    zone('ZNAMED'),
    txt('_acme-challenge.badexample.com'),
  ],
  ['no A record', 'advance', WRITE, zone('ZNAMED'), txt('_acme-challenge.example.com', { type: 'A' })],
  [
    'no CNAME in a validation zone',
    'advance',
    WRITE,
    zone('ZTARGET'),
    txt('web.validation.example.net', { type: 'CNAME' }),
  ],
  ['no other zone', 'advance', WRITE, zone('ZOTHER'), txt('_acme-challenge.example.com')],
  ['no change without names', 'advance', WRITE, zone('ZNAMED')],
  [
    'one good name does not carry a bad one',
    'advance',
    WRITE,
    zone('ZNAMED'),
    {
      ...txt(''),
      'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['_acme-challenge.example.com', 'www.example.com'],
    },
  ],
  ['sweep writes no challenge', 'sweep', WRITE, zone('ZNAMED'), txt('_acme-challenge.example.com')],
  ['deployed changes no record', 'deployed', WRITE, zone('ZNAMED'), txt('_acme-challenge.example.com')],
  ['zones are not listed where they are set', 'advance', 'route53:ListHostedZonesByName', '*'],
  ['records are not read', 'advance', 'route53:ListResourceRecordSets', zone('ZNAMED')],
  ['no zone is deleted', 'advance', 'route53:DeleteHostedZone', zone('ZNAMED')],
  ['no other role is taken', 'advance', 'sts:AssumeRole', 'arn:aws:iam::444455556666:role/admin'],
  ['deployed takes no role', 'deployed', 'sts:AssumeRole', DNS_ROLE],
];

describe('the roles of the functions', () => {
  it.each(ALLOWED)('allow: %s', async (...row) => {
    expect(await judge(set, row)).toBe('allowed');
  });

  it.each(FORBIDDEN)('deny: %s', async (...row) => {
    expect(await judge(set, row)).toBe('denied');
  });
});

describe('without any zone set', () => {
  const challenge = txt('_acme-challenge.example.com');

  it.each<Row>([
    ['challenges of any zone are written', 'advance', WRITE, zone('ZANY'), challenge],
    ['zones are listed', 'advance', 'route53:ListHostedZonesByName', '*'],
    ['a pinned zone is looked at', 'advance', 'route53:GetHostedZone', zone('ZANY')],
  ])('allow: %s', async (...row) => {
    expect(await judge(open, row)).toBe('allowed');
  });

  it.each<Row>([
    ['no other TXT is written', 'advance', WRITE, zone('ZANY'), txt('www.example.com')],
    ['no other type is written', 'advance', WRITE, zone('ZANY'), txt('_acme-challenge.example.com', { type: 'NS' })],
    ['nothing is written without names', 'advance', WRITE, zone('ZANY')],
    ['sweep writes nothing', 'sweep', WRITE, zone('ZANY'), challenge],
    ['no role is taken', 'advance', 'sts:AssumeRole', DNS_ROLE],
  ])('deny: %s', async (...row) => {
    expect(await judge(open, row)).toBe('denied');
  });
});

const CA = 'arn:aws:acm-pca:us-east-1:111122223333:certificate-authority/11111111-1111-1111-1111-111111111111';
const SERVERS_CA = CA.replaceAll('1111-1', '2222-2');
const SHARED_CA = CA.replaceAll('1111-1', '3333-3');
const SET_CA = CA.replaceAll('1111-1', '4444-4');
const CA_ROLE = 'arn:aws:iam::444455556666:role/pca';
const template = (name: string) => ({ 'acm-pca:TemplateArn': `arn:aws:acm-pca:::template/${name}` });

const issuer = (name: string, spec: string, annotations = '') => `
apiVersion: awspca.cert-manager.io/v1beta1
kind: AWSPCAClusterIssuer
metadata: { name: ${name}, annotations: { ${annotations} } }
spec: { ${spec} }
---
`;
const certificate = (name: string, issuerName: string, more: string) => `
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ${name} }
spec:
  secretName: ${name}
  issuerRef: { name: ${issuerName}, kind: AWSPCAClusterIssuer, group: awspca.cert-manager.io }
  commonName: ${name}.example.com
  ${more}
---
`;
const { catalogue } = readDeclarations(
  [
    {
      file: 'private-ca.yaml',
      text: [
        issuer('mixed', `arn: "${CA}"`, 'evercert.dev/allow-subordinate-ca: "0"'),
        issuer('servers', `arn: "${SERVERS_CA}"`),
        issuer('shared', `arn: "${SHARED_CA}", role: "${CA_ROLE}"`),
        certificate('default', 'mixed', 'dnsNames: [default.example.com]'),
        certificate('sub', 'mixed', 'isCA: true'),
        certificate('server', 'servers', 'usages: [server auth]'),
        certificate('far', 'shared', 'usages: [client auth]'),
        certificate(
          'stored',
          'shared',
          'keystores: { pkcs12: { create: true, passwordSecretRef: { name: store-pass, key: password } } }',
        ),
      ].join(''),
    },
  ],
  { scope: 'folder' },
);
const withCas = synthesize({ props: { declarations: catalogue, privateCas: [SET_CA] } });
const ISSUE = 'acm-pca:IssueCertificate';

describe('with Private CA issuers declared', () => {
  it.each<Row>([
    ['a leaf is issued by its template', 'advance', ISSUE, CA, template('EndEntityCertificate/V1')],
    ['a CA certificate where one is declared', 'advance', ISSUE, CA, template('SubordinateCACertificate_PathLen0/V1')],
    ['a server certificate', 'advance', ISSUE, SERVERS_CA, template('EndEntityServerAuthCertificate/V1')],
    ['a leaf of a CA that the settings name', 'advance', ISSUE, SET_CA, template('EndEntityClientAuthCertificate/V1')],
    ['a certificate is fetched', 'advance', 'acm-pca:GetCertificate', CA],
    ['a CA is looked at', 'advance', 'acm-pca:DescribeCertificateAuthority', SERVERS_CA],
    ['the chain of a CA is fetched', 'advance', 'acm-pca:GetCertificateAuthorityCertificate', CA],
    ["an issuer's role is taken", 'advance', 'sts:AssumeRole', CA_ROLE],
    [
      "a keystore's password is read",
      'advance',
      'secretsmanager:GetSecretValue',
      secret('evercert-refs/default/store-pass'),
    ],
    [
      "its secret's versions are looked at",
      'sweep',
      'secretsmanager:DescribeSecret',
      secret('evercert-refs/default/store-pass'),
    ],
  ])('allow: %s', async (...row) => {
    expect(await judge(withCas, row)).toBe('allowed');
  });

  it.each<Row>([
    ['no template that takes extensions', 'advance', ISSUE, CA, template('EndEntityCertificate_CSRPassthrough/V1')],
    [
      'none that takes them from the API',
      'advance',
      ISSUE,
      CA,
      template('BlankEndEntityCertificate_APIPassthrough/V1'),
    ],
    ['no longer path', 'advance', ISSUE, CA, template('SubordinateCACertificate_PathLen1/V1')],
    ['no root', 'advance', ISSUE, CA, template('RootCACertificate/V1')],
    ['no CA certificate elsewhere', 'advance', ISSUE, SERVERS_CA, template('SubordinateCACertificate_PathLen0/V1')],
    ['no template that nobody declares', 'advance', ISSUE, SERVERS_CA, template('EndEntityCertificate/V1')],
    [
      'no CA certificate by the settings alone',
      'advance',
      ISSUE,
      SET_CA,
      template('SubordinateCACertificate_PathLen0/V1'),
    ],
    ['nothing without a template', 'advance', ISSUE, CA],
    ['no other CA', 'advance', ISSUE, CA.replace('1111-1111', '9999-9999'), template('EndEntityCertificate/V1')],
    [
      "a shared CA only by the issuer's role",
      'advance',
      ISSUE,
      SHARED_CA,
      template('EndEntityClientAuthCertificate/V1'),
    ],
    ['no certificate is revoked', 'advance', 'acm-pca:RevokeCertificate', CA],
    ['no CA is changed', 'advance', 'acm-pca:UpdateCertificateAuthority', CA],
    ['sweep issues nothing', 'sweep', ISSUE, CA, template('EndEntityCertificate/V1')],
    ['sweep takes no role of a CA', 'sweep', 'sts:AssumeRole', CA_ROLE],
    [
      'sweep looks at no secret beside it',
      'sweep',
      'secretsmanager:DescribeSecret',
      secret('evercert-refs/default/store-pass-2'),
    ],
    ['sweep reads no password', 'sweep', 'secretsmanager:GetSecretValue', secret('evercert-refs/default/store-pass')],
    ['deployed issues nothing', 'deployed', ISSUE, CA, template('EndEntityCertificate/V1')],
  ])('deny: %s', async (...row) => {
    expect(await judge(withCas, row)).toBe('denied');
  });

  it('deny other templates and other CAs outright, whatever else the role is given', () => {
    const policies = JSON.stringify(resourcesOf(withCas, 'AWS::IAM::Policy'));
    const denials =
      policies.match(
        /\{"Action":"acm-pca:IssueCertificate"[^{}]*(\{[^{}]*\{[^{}]*\}\})?[^{}]*"Effect":"Deny"[^{}]*\}/g,
      ) ?? [];
    expect(denials.filter((one) => one.includes('StringNotEquals'))).toHaveLength(3);
    expect(denials.filter((one) => one.includes('"NotResource":'))).toHaveLength(1);
  });

  it('without one, nothing of Private CA is granted', () => {
    expect(JSON.stringify(set)).not.toContain('acm-pca');
  });
});
