// The faults that are foreseen, as one table: fault, as the other side says it -> code, class, what the user is told. What
// is no fault of one try, but a way of working, is named below with the test that shows it.
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { networkError } from '#adapters/acme/network-errors.ts';
import { refusalError } from '#adapters/acme/problems.ts';
import { ledgerError } from '#adapters/dynamodb/table.ts';
import { translated as route53Error } from '#adapters/route53/errors.ts';
import { translated as secretsError } from '#adapters/secrets-manager/errors.ts';
import { CODES, type ErrorCode, type FailureClass } from '#core/codes.ts';
import { EvercertError } from '#core/errors.ts';
import { awsError, connectionError } from '#test/support/sdk-errors.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const URL_OF = { order: 'https://ca.example/order/1', newOrder: 'https://ca.example/new-order' };

const zone = { id: 'Z1COM', name: 'example.com' };
const change = {
  action: 'route53:ChangeResourceRecordSets',
  access: {},
  zone,
  recordNames: ['_acme-challenge.example.com'],
};
const dns = (name: string, message = '', status = 400) => route53Error(awsError(name, message, status), change);
const secret = (name: string, message = '', status = 400) =>
  secretsError(awsError(name, message, status), {
    action: 'secretsmanager:PutSecretValue',
    name: 'evercert/default/web',
  });
const problem = (
  type: string,
  detail: string,
  more: { status?: number; retryAfter?: string; instance?: string } = {},
) =>
  refusalError({
    url: URL_OF.newOrder,
    resource: 'new-order' as never,
    status: more.status ?? 403,
    problem: {
      type: `urn:ietf:params:acme:error:${type}`,
      detail,
      ...(more.instance === undefined ? {} : { instance: more.instance }),
    },
    retryAfter: more.retryAfter,
    now,
  });
const network = (code: string) =>
  networkError(Object.assign(new Error('x'), { code }), 'https://ca.example/directory', 15_000);

interface Fault {
  /** Its number in the catalogue of failures. */
  readonly n: number;
  readonly fault: string;
  readonly error: unknown;
  readonly code: ErrorCode;
  readonly class: FailureClass;
  readonly told: RegExp;
  readonly retryAt?: string;
}

const FAULTS: readonly Fault[] = [
  {
    n: 15,
    fault: 'a change is under way in the zone',
    error: dns('PriorRequestNotComplete'),
    code: 'DNS_UNAVAILABLE',
    class: 'step',
    told: /Z1COM \(example.com\).*PriorRequestNotComplete.*nothing: it is tried again/,
  },
  {
    n: 16,
    fault: 'Route53 throttles',
    error: dns('ThrottlingException', 'Rate exceeded'),
    code: 'DNS_UNAVAILABLE',
    class: 'step',
    told: /Rate exceeded/,
  },
  {
    n: 24,
    fault: 'no permission on the zone',
    error: dns('AccessDenied', 'not authorized', 403),
    code: 'DNS_DENIED',
    class: 'human',
    told: /add this statement to its policy: \{.*hostedzone\/Z1COM.*_acme-challenge\.example\.com/,
  },
  {
    n: 28,
    fault: 'the zone is deleted',
    error: dns('NoSuchHostedZone', '', 404),
    code: 'DNS_NO_ZONE',
    class: 'human',
    told: /no hosted zone Z1COM.*create the public hosted zone/,
  },
  {
    n: 29,
    fault: 'a storm of badNonce',
    error: problem('badNonce', 'bad nonce', { status: 400 }),
    code: 'CA_UNREACHABLE',
    class: 'step',
    told: /badNonce/,
  },
  {
    n: 30,
    fault: '429 with Retry-After in seconds',
    error: problem('rateLimited', 'too many', { status: 429, retryAfter: '7200' }),
    code: 'CA_RATE_LIMITED',
    class: 'wait',
    told: /too many.*when the CA says so/,
    retryAt: '2026-11-25T14:00:00.000Z',
  },
  {
    n: 30,
    fault: '503 with Retry-After as a date',
    error: problem('rateLimited', 'slow down', { status: 503, retryAfter: 'Thu, 26 Nov 2026 12:00:00 GMT' }),
    code: 'CA_RATE_LIMITED',
    class: 'wait',
    told: /slow down/,
    retryAt: '2026-11-26T12:00:00.000Z',
  },
  {
    n: 33,
    fault: 'the name is paused',
    error: problem('rateLimited', 'paused, unpause at https://unpause.example/1', { status: 429 }),
    code: 'CA_PAUSED',
    class: 'human',
    told: /https:\/\/unpause\.example\/1.*open the URL/,
  },
  {
    n: 34,
    fault: 'the order has expired',
    error: refusalError({ url: URL_OF.order, resource: 'order', status: 404, now }),
    code: 'ORDER_EXPIRED',
    class: 'fast',
    told: /404.*a new order follows/,
  },
  {
    n: 36,
    fault: 'the CA refuses connections',
    error: network('ECONNREFUSED'),
    code: 'CA_UNREACHABLE',
    class: 'step',
    told: /ca\.example: ECONNREFUSED/,
  },
  {
    n: 36,
    fault: 'the CA does not answer',
    error: network('ECONNABORTED'),
    code: 'CA_UNREACHABLE',
    class: 'step',
    told: /did not answer within 15000 ms/,
  },
  {
    n: 36,
    fault: 'the CA answers 500',
    error: problem('serverInternal', 'boom', { status: 500 }),
    code: 'CA_UNREACHABLE',
    class: 'step',
    told: /500.*boom/,
  },
  {
    n: 36,
    fault: 'the CA presents a certificate of nobody we trust',
    error: network('SELF_SIGNED_CERT_IN_CHAIN'),
    code: 'CA_UNTRUSTED',
    class: 'human',
    told: /SELF_SIGNED_CERT_IN_CHAIN.*acme\.caBundle/,
  },
  {
    n: 37,
    fault: 'the terms have changed',
    error: problem('userActionRequired', 'agree', { instance: 'https://ca.example/terms' }),
    code: 'ACCOUNT_REFUSED',
    class: 'human',
    told: /see https:\/\/ca\.example\/terms/,
  },
  {
    n: 37,
    fault: 'external account binding is wanted',
    error: problem('externalAccountRequired', 'EAB please'),
    code: 'ACCOUNT_REFUSED',
    class: 'human',
    told: /EAB please.*external account binding/,
  },
  {
    n: 37,
    fault: 'the account is gone',
    error: problem('accountDoesNotExist', 'who?', { status: 400 }),
    code: 'ACCOUNT_LOST',
    class: 'fast',
    told: /registered again/,
  },
  {
    n: 25,
    fault: 'CAA forbids, by the CA’s words',
    error: problem('caa', 'CAA record for example.com prevents issuance'),
    code: 'CAA_FORBIDS',
    class: 'human',
    told: /prevents issuance.*add a CAA record/,
  },
  {
    n: 46,
    fault: 'Secrets Manager throttles',
    error: secret('ThrottlingException'),
    code: 'SECRET_UNAVAILABLE',
    class: 'step',
    told: /PutSecretValue on evercert\/default\/web/,
  },
  {
    n: 47,
    fault: 'the secret is scheduled for deletion',
    error: secret('InvalidRequestException', 'it was marked for deletion'),
    code: 'SECRET_DELETED',
    class: 'human',
    told: /restore the secret/,
  },
  {
    n: 51,
    fault: 'the KMS key is disabled',
    error: secret('EncryptionFailure', 'the key is disabled'),
    code: 'KMS_UNUSABLE',
    class: 'human',
    told: /enable the key.*readers are affected/,
  },
  {
    n: 51,
    fault: 'the KMS grant is gone',
    error: secret('AccessDeniedException', 'Access to KMS is not allowed'),
    code: 'KMS_UNUSABLE',
    class: 'human',
    told: /Access to KMS/,
  },
  {
    n: 54,
    fault: 'a resource policy denies',
    error: secret('AccessDeniedException', 'explicit deny', 400),
    code: 'SECRET_DENIED',
    class: 'human',
    told: /explicit deny.*allow the action/,
  },
  {
    n: 4,
    fault: 'the ledger throttles',
    error: ledgerError(awsError('ProvisionedThroughputExceededException'), 'dynamodb:UpdateItem'),
    code: 'LEDGER_UNAVAILABLE',
    class: 'step',
    told: /dynamodb:UpdateItem/,
  },
  {
    n: 4,
    fault: 'the ledger cuts the connection',
    error: ledgerError(connectionError('ECONNRESET'), 'dynamodb:GetItem'),
    code: 'LEDGER_UNAVAILABLE',
    class: 'step',
    told: /ECONNRESET/,
  },
  {
    n: 13,
    fault: 'the role differs from the template',
    error: ledgerError(awsError('AccessDeniedException', 'no'), 'dynamodb:Query'),
    code: 'AWS_DENIED',
    class: 'human',
    told: /dynamodb:Query is refused.*deployed template/,
  },
];

describe('a fault', () => {
  it.each(FAULTS)('$n $fault: $code', ({ error, code, class: failureClass, told, retryAt }) => {
    expect(error).toBeInstanceOf(EvercertError);
    const seen = error as EvercertError;
    expect(seen.code).toBe(code);
    expect(seen.class).toBe(failureClass);
    // As the row's failure says it.
    expect(`${seen.message} (fix: ${CODES[seen.code].fix})`).toMatch(told);
    expect(seen.detail.retryAt?.toISOString()).toBe(retryAt);
  });
});

interface Shown {
  readonly n: number;
  readonly fault: string;
  /** The codes that may stand in a row for it, where it is one. */
  readonly codes?: readonly ErrorCode[];
  readonly file: string;
  /** Words of the test's name. */
  readonly test: string;
}

const SHOWN: readonly Shown[] = [
  {
    n: 1,
    fault: 'killed between finalize and store',
    file: 'test/core/promises.test.ts',
    test: 'the request was signed and the answer lost',
  },
  {
    n: 2,
    fault: 'killed after the secret was written',
    file: 'test/core/promises.test.ts',
    test: 'the bundle was made current',
  },
  {
    n: 3,
    fault: 'time is up while polling',
    file: 'test/core/journey/changes.test.ts',
    test: 'whose time is up returns at once to go on now',
  },
  {
    n: 4,
    fault: 'two sweeps overlap',
    codes: ['LEASE_LOST'],
    file: 'test/core/journey/overlap.test.ts',
    test: 'pursue one order and end with one outcome',
  },
  {
    n: 5,
    fault: 'a frozen holder wakes after takeover',
    codes: ['LEASE_LOST'],
    file: 'test/core/journey/overlap.test.ts',
    test: 'cannot put its old version over the newer one',
  },
  {
    n: 6,
    fault: 'an execution is started twice',
    file: 'test/core/sweep/feed.test.ts',
    test: 'never starts a row twice',
  },
  {
    n: 7,
    fault: 'one certificate always throws',
    codes: ['INTERNAL'],
    file: 'test/core/promises.test.ts',
    test: 'thirty percent of fifty fail for ever',
  },
  {
    n: 9,
    fault: 'a burst',
    codes: ['LIMIT_REACHED'],
    file: 'test/core/limits/burst.test.ts',
    test: 'three wait for a place of their own',
  },
  {
    n: 10,
    fault: 'changed in mid-issuance',
    file: 'test/core/journey/changes.test.ts',
    test: 'a declaration that changes while its certificate is being issued',
  },
  {
    n: 11,
    fault: 'deleted in mid-issuance',
    file: 'test/core/journey/changes.test.ts',
    test: 'publishes nothing, takes back its values',
  },
  {
    n: 13,
    fault: 'a deploy under running executions',
    file: 'test/core/journey/rounds.test.ts',
    test: 'that began under newer code is left alone',
  },
  {
    n: 17,
    fault: 'a change stays PENDING',
    codes: ['DNS_NOT_SETTLED'],
    file: 'test/core/acme/settle.test.ts',
    test: 'ends the attempt after ten minutes',
  },
  {
    n: 19,
    fault: 'TXT left behind by a crash',
    file: 'test/core/sweep/janitor.test.ts',
    test: 'removes the values of a revision that is no longer at work',
  },
  {
    n: 20,
    fault: 'apex and wildcard share a name',
    file: 'test/core/journey/journey.test.ts',
    test: 'covers apex and wildcard',
  },
  {
    n: 21,
    fault: 'more than eight values at one name',
    file: 'test/core/journey/journey.test.ts',
    test: 'although Route53 answers eight values',
  },
  {
    n: 22,
    fault: 'a plain TXT stands there',
    codes: ['DNS_TXT_CONFLICT'],
    file: 'test/core/journey/journey.test.ts',
    test: 'names the plain TXT record',
  },
  {
    n: 26,
    fault: 'CNAME loop, too deep',
    codes: ['DNS_CNAME_LOOP'],
    file: 'test/core/acme/challenge-place.test.ts',
    test: 'chain of eight is followed',
  },
  {
    n: 31,
    fault: 'a limit is used up',
    codes: ['LIMIT_REACHED'],
    file: 'test/core/limits/order-takes.test.ts',
    test: 'the limits of an order',
  },
  {
    n: 32,
    fault: 'an authorization fails',
    codes: ['CHALLENGE_FAILED'],
    file: 'test/core/limits/burst.test.ts',
    test: 'the fourth order of an hour is not opened',
  },
  {
    n: 35,
    fault: 'finalize takes minutes',
    codes: ['ORDER_INVALID'],
    file: 'test/core/journey/rounds.test.ts',
    test: 'whose CA takes hours to issue',
  },
  {
    n: 36,
    fault: 'the CA is out for all',
    codes: ['CIRCUIT_OPEN'],
    file: 'test/core/failure/circuits.test.ts',
    test: 'is met by three certificates, probed by one',
  },
  {
    n: 37,
    fault: 'the CA has lost its accounts',
    codes: ['ACCOUNT_LOST', 'ACCOUNT_BUSY'],
    file: 'test/core/journey/journey.test.ts',
    test: 'recovers by itself when the CA has lost its accounts',
  },
  {
    n: 40,
    fault: 'not what was asked',
    codes: ['CERT_REJECTED'],
    file: 'test/core/journey/changes.test.ts',
    test: 'is never published: the previous one stays',
  },
  {
    n: 45,
    fault: 'clocks differ',
    file: 'test/core/certificate/accept.test.ts',
    test: 'may begin four minutes in the future',
  },
  {
    n: 48,
    fault: 'a foreign secret has the name',
    codes: ['SECRET_FOREIGN'],
    file: 'test/core/journey/journey.test.ts',
    test: 'leaves a foreign secret of its name untouched',
  },
  {
    n: 49,
    fault: 'somebody else writes at the same moment',
    codes: ['SECRET_CONTENTION'],
    file: 'test/core/journey/changes.test.ts',
    test: 'whose current version somebody changed meanwhile',
  },
  {
    n: 50,
    fault: 'larger than a secret holds',
    codes: ['SECRET_TOO_LARGE'],
    file: 'test/core/certificate/expected-size.test.ts',
    test: 'fits for any hundred names',
  },
  {
    n: 2,
    fault: 'the staged key is gone',
    codes: ['STAGED_KEY_LOST'],
    file: 'test/core/journey/changes.test.ts',
    test: 'in which the staged key was lost',
  },
  {
    n: 12,
    fault: 'a deploy is rolled back',
    file: 'test/core/sweep/reconcile.test.ts',
    test: 'as soon as a newer deploy has spoken, and what that one wants stands in the end',
  },
  {
    n: 12,
    fault: 'a deploy that left certificates out is rolled back',
    file: 'test/core/sweep/reconcile.test.ts',
    test: 'retires what is gone and takes back what returns, keeping its uid',
  },
  {
    n: 18,
    fault: 'INSYNC, but a name server lags',
    codes: ['CHALLENGE_FAILED'],
    file: 'test/core/acme/lagging-server.test.ts',
    test: 'told with the words of the CA; the next try opens a new order',
  },
  {
    n: 23,
    fault: 'the zone is delegated elsewhere',
    codes: ['DNS_NOT_DELEGATED'],
    file: 'test/core/preflight/preflight.test.ts',
    test: 'a zone that other servers answer for',
  },
  {
    n: 23,
    fault: 'only a private zone covers the name',
    codes: ['DNS_NO_ZONE'],
    file: 'test/core/preflight/preflight.test.ts',
    test: 'a private zone alone',
  },
  {
    n: 27,
    fault: 'SERVFAIL',
    codes: ['DNS_LOOKUP_FAILED'],
    file: 'test/core/preflight/preflight.test.ts',
    test: 'SERVFAIL for the challenge name',
  },
  {
    n: 38,
    fault: 'the renewal information is absurd',
    file: 'test/core/renewal/ari.test.ts',
    test: 'that is no answer takes the window away and says why',
  },
  {
    n: 38,
    fault: 'the renewal information is out',
    file: 'test/core/journey/renewal.test.ts',
    test: 'a directory that is out is asked a few times, not for each certificate',
  },
  {
    n: 39,
    fault: 'the CA says now',
    file: 'test/core/journey/renewal.test.ts',
    test: 'renews what ends first before the others, and all of them before what is merely due',
  },
  {
    n: 39,
    fault: 'the CA says now, and no window is open',
    file: 'test/core/journey/renewal.test.ts',
    test: 'renews although %s',
  },
  {
    n: 41,
    fault: 'the alternate chain is missing',
    file: 'test/contracts/acme-ca.ts',
    test: 'falls back to the default chain when no chain leads to the preferred root',
  },
  {
    n: 52,
    fault: 'versions of a secret run out',
    file: 'test/core/journey/versions.test.ts',
    test: 'are two for each issuance, the key and the bundle',
  },
];

describe('a way of working', () => {
  it.each(SHOWN)('$n $fault is shown by a test: $test', ({ file, test }) => {
    expect(existsSync(file)).toBe(true);
    expect(readFileSync(file, 'utf8')).toContain(test);
  });
});

interface Later {
  readonly n: number;
  readonly fault: string;
  /** The issue that brings what it happens to; undefined: none does yet. */
  readonly issue: number | undefined;
}

/** Faults of what is not built yet. */
const LATER: readonly Later[] = [
  { n: 8, fault: 'the schedule is disabled or deleted: a dead-man alarm', issue: 7 },
  { n: 14, fault: 'the Region is down', issue: undefined },
  { n: 42, fault: 'Private CA: RequestInProgressException', issue: 5 },
  { n: 43, fault: 'Private CA: disabled, expired, or ending before its leaf', issue: 5 },
  { n: 44, fault: 'Private CA: throttled, or at its quota of certificates', issue: 5 },
  { n: 53, fault: 'the Region of a replica fails', issue: 6 },
  { n: 55, fault: 'a cluster holds an old version', issue: 6 },
  { n: 56, fault: 'a wrong refresh policy or template in a cluster', issue: 6 },
  { n: 57, fault: 'the API of a cluster is down', issue: 6 },
  { n: 58, fault: 'a pod never reloads', issue: 6 },
  { n: 59, fault: 'the secret of a keystore password is missing', issue: 5 },
];

describe('the catalogue of failures', () => {
  it('is accounted for: each of its 59 numbers is a fault, a way of working, or comes later, and not both', () => {
    const here = [...FAULTS, ...SHOWN].map(({ n }) => n);
    const later = LATER.map(({ n }) => n);
    const all = Array.from({ length: 59 }, (_, i) => i + 1);
    expect([...new Set([...here, ...later])].sort((a, b) => a - b)).toEqual(all);
    expect(later.filter((n) => here.includes(n))).toEqual([]);
  });
});
