// What is declared for the crashes and faults on real parts: a certificate for each place where a process dies, and for
// each fault. Pure data; it must never know how it went.
import type { Fault } from '#local/gateway/settings.ts';
import type { KillPoint } from './own-advance.ts';
import { type CertificateText, declarationFiles } from './yaml.ts';

export interface Death extends KillPoint {
  readonly name: string;
  /** "a process that dies ..." */
  readonly sentence: string;
  /** An order whose URL was not yet written down may be left at the CA. */
  readonly mayLeaveOrder?: true;
}

const SECRETS = 'secretsmanager';
const CHANGE = 'route53:ChangeResourceRecordSets';
const WRITE = 'dynamodb:UpdateItem';

const at = (sentence: string, action: string, nth: number, when: KillPoint['when']) => ({
  sentence,
  action,
  nth,
  when,
});

/** The journey of a first issue, call by call (the writes of the row: claim 1, begin 2, key 3, intent 4, order 5, ...). */
export const DEATHS: readonly Death[] = [
  at('once it has claimed the row', WRITE, 1, 'after'),
  at('before it has made the secret', `${SECRETS}:CreateSecret`, 1, 'before'),
  at('once the secret is made', `${SECRETS}:CreateSecret`, 1, 'after'),
  at('before its key is staged', `${SECRETS}:PutSecretValue`, 1, 'before'),
  at('once its key is staged', `${SECRETS}:PutSecretValue`, 1, 'after'),
  at('before the staged key is written down', WRITE, 3, 'before'),
  at('once it has written down that it will order', WRITE, 4, 'after'),
  { ...at('with an order whose URL is not written down', WRITE, 5, 'before'), mayLeaveOrder: true as const },
  at("once the order's URL is written down", WRITE, 5, 'after'),
  at('once its TXT values are claimed', 'dynamodb:PutItem', 1, 'after'),
  at('before its TXT values stand', CHANGE, 1, 'before'),
  at('once its TXT values stand', CHANGE, 1, 'after'),
  at('before it has seen INSYNC', 'route53:GetChange', 1, 'before'),
  at('with challenges that are not answered yet', WRITE, 8, 'after'),
  at('with challenges that are answered and not written down', WRITE, 9, 'before'),
  at('once the answered challenges are written down', WRITE, 9, 'after'),
  at('with an order that is finalized and not written down', WRITE, 10, 'before'),
  at('before the bundle is stored', `${SECRETS}:PutSecretValue`, 2, 'before'),
  at('once the bundle is stored', `${SECRETS}:PutSecretValue`, 2, 'after'),
  at('before the bundle becomes current', `${SECRETS}:UpdateSecretVersionStage`, 1, 'before'),
  at('once the bundle is current', `${SECRETS}:UpdateSecretVersionStage`, 1, 'after'),
  at('before the outcome is written down', 'dynamodb:TransactWriteItems', 1, 'before'),
  at('once the outcome is written down', 'dynamodb:TransactWriteItems', 1, 'after'),
  at('before it cleans up', CHANGE, 2, 'before'),
  at('once its TXT values are gone', CHANGE, 2, 'after'),
  at('before the emptied page of the book of TXT values is thrown away', 'dynamodb:DeleteItem', 1, 'before'),
  at('before it announces', 'events:PutEvents', 1, 'before'),
  at('once it has announced', 'events:PutEvents', 1, 'after'),
].map((one, index) => ({ name: `death-${index}`, ...one }));

export interface Misfortune {
  readonly name: string;
  /** "... ends with one certificate" */
  readonly sentence: string;
  readonly faults: readonly (Pick<Fault, 'kind' | 'times' | 'every'> & { readonly action: string })[];
}

/** What AWS may answer without being down: within the patience of an SDK or of ours. */
export const MISFORTUNES: readonly Misfortune[] = [
  // These two take as long as a call is waited for: they begin first.
  {
    sentence: 'a staged key that AWS never sees nor answers',
    faults: [{ action: `${SECRETS}:PutSecretValue`, kind: 'hang', times: 1 }],
  },
  { sentence: 'an upsert that is applied and never answered', faults: [{ action: CHANGE, kind: 'silence', times: 1 }] },
  {
    sentence: 'a throttled Route53',
    faults: [
      { action: CHANGE, kind: 'throttle', times: 4 },
      { action: 'route53:GetChange', kind: 'throttle', times: 2 },
    ],
  },
  {
    sentence: 'a zone that is busy with a prior request',
    faults: [{ action: CHANGE, kind: 'prior-request', times: 3 }],
  },
  { sentence: 'an upsert whose answer is lost twice', faults: [{ action: CHANGE, kind: 'lost-answer', times: 2 }] },
  { sentence: 'a delete whose answer is lost', faults: [{ action: CHANGE, kind: 'lost-answer', times: 1, every: 2 }] },
  {
    sentence: 'a Secrets Manager with internal errors',
    faults: ['CreateSecret', 'PutSecretValue', 'GetSecretValue', 'UpdateSecretVersionStage'].map((operation) => ({
      action: `${SECRETS}:${operation}`,
      kind: 'error500',
      times: 2,
    })),
  },
  {
    sentence: 'a new secret whose answer is lost',
    faults: [{ action: `${SECRETS}:CreateSecret`, kind: 'lost-answer', times: 1 }],
  },
  {
    sentence: 'a staged key whose answer is lost',
    faults: [{ action: `${SECRETS}:PutSecretValue`, kind: 'lost-answer', times: 1 }],
  },
  {
    sentence: 'a stored bundle whose answer is lost',
    faults: [{ action: `${SECRETS}:PutSecretValue`, kind: 'lost-answer', times: 1, every: 2 }],
  },
  {
    sentence: 'a promotion whose answer is lost',
    faults: [{ action: `${SECRETS}:UpdateSecretVersionStage`, kind: 'lost-answer', times: 1 }],
  },
  { sentence: 'a throttled ledger', faults: [{ action: WRITE, kind: 'throttle', times: 10, every: 2 }] },
  {
    sentence: 'a ledger that loses each third answer',
    faults: [{ action: WRITE, kind: 'lost-answer', times: 5, every: 3 }],
  },
  {
    sentence: 'a ledger that loses each second answer',
    faults: [{ action: WRITE, kind: 'lost-answer', times: 10, every: 2 }],
  },
  {
    sentence: 'an outcome whose answer is lost',
    faults: [{ action: 'dynamodb:TransactWriteItems', kind: 'lost-answer', times: 1 }],
  },
  {
    sentence: 'an announcement whose answer is lost',
    faults: [{ action: 'events:PutEvents', kind: 'lost-answer', times: 1 }],
  },
].map((one, index) => ({ name: `fault-${index}`, ...one }) as Misfortune);

const numbered = (word: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${word}-${i}`);
export const SWEPT = numbered('swept', 3);
export const RESTARTED = numbered('restarted', 3);
export const TEN = numbered('ten', 10);

/** Apex and wildcard of a name of its own. */
export const namesOf = (name: string): string[] => [`${name}.example.com`, `*.${name}.example.com`];

const certificate = (name: string, key?: CertificateText['key']): CertificateText => ({
  name,
  issuer: 'pebble',
  dnsNames: namesOf(name),
  ...(key === undefined ? {} : { key }),
});

const ONES = [...DEATHS, ...MISFORTUNES].map(({ name }) => name);

export const CERTIFICATES: readonly CertificateText[] = [
  certificate('plain', { algorithm: 'RSA', size: 2048, encoding: 'PKCS1' }),
  certificate('burst', { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' }),
  ...[...ONES, ...SWEPT, ...RESTARTED, ...TEN].map((name) => certificate(name)),
];

export const DECLARATIONS = declarationFiles({ issuers: [{ name: 'pebble' }], certificates: CERTIFICATES });
