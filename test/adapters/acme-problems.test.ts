// The table of refusals: from what a CA answers to the code that the journey acts on.
import { describe, expect, test } from 'vitest';
import type { Resource } from '#adapters/acme/call.ts';
import { refusalError } from '#adapters/acme/problems.ts';
import type { ErrorCode } from '#core/codes.ts';
import type { ProblemDocument } from '#core/errors.ts';

const now = new Date('2026-11-25T12:00:00Z');
const ACME = 'urn:ietf:params:acme:error:';
const url = 'https://ca.example/acme/new-order';

const judge = (status: number, problem?: ProblemDocument, more: { resource?: Resource; retryAfter?: string } = {}) =>
  refusalError({ url, resource: 'newOrder', status, now, ...(problem === undefined ? {} : { problem }), ...more });

const table: [string, number, Resource, ErrorCode][] = [
  ['accountDoesNotExist', 400, 'newOrder', 'ACCOUNT_LOST'],
  ['accountDoesNotExist', 400, 'account', 'ACCOUNT_LOST'],
  ['alreadyReplaced', 409, 'newOrder', 'CA_REFUSED'],
  ['badCSR', 400, 'finalize', 'CSR_REFUSED'],
  ['badPublicKey', 400, 'finalize', 'CSR_REFUSED'],
  ['badPublicKey', 400, 'account', 'ACCOUNT_REFUSED'],
  ['badSignatureAlgorithm', 400, 'account', 'ACCOUNT_REFUSED'],
  ['caa', 403, 'finalize', 'CAA_FORBIDS'],
  ['connection', 400, 'finalize', 'CHALLENGE_FAILED'],
  ['dns', 400, 'finalize', 'CHALLENGE_FAILED'],
  ['externalAccountRequired', 403, 'account', 'ACCOUNT_REFUSED'],
  ['incorrectResponse', 403, 'finalize', 'CHALLENGE_FAILED'],
  ['invalidContact', 400, 'account', 'ACCOUNT_REFUSED'],
  ['invalidProfile', 400, 'newOrder', 'CA_PROFILE_UNKNOWN'],
  ['malformed', 400, 'newOrder', 'CA_REFUSED'],
  ['malformed', 400, 'account', 'ACCOUNT_REFUSED'],
  ['malformed', 400, 'keyChange', 'ACCOUNT_REFUSED'],
  ['rejectedIdentifier', 501, 'keyChange', 'ACCOUNT_REFUSED'],
  ['serverInternal', 500, 'keyChange', 'CA_UNREACHABLE'],
  ['malformed', 404, 'order', 'ORDER_EXPIRED'],
  ['malformed', 404, 'authorization', 'ORDER_EXPIRED'],
  ['orderNotReady', 403, 'finalize', 'CA_PROTOCOL'],
  ['rateLimited', 429, 'newOrder', 'CA_RATE_LIMITED'],
  ['rateLimited', 429, 'account', 'CA_RATE_LIMITED'],
  ['rateLimited', 503, 'newOrder', 'CA_RATE_LIMITED'],
  ['rejectedIdentifier', 400, 'newOrder', 'CA_REFUSED'],
  ['serverInternal', 500, 'finalize', 'CA_UNREACHABLE'],
  ['serverInternal', 400, 'finalize', 'CA_UNREACHABLE'],
  ['unauthorized', 403, 'account', 'ACCOUNT_REFUSED'],
  ['unauthorized', 401, 'newOrder', 'ACCOUNT_REFUSED'],
  ['unauthorized', 403, 'newOrder', 'CA_REFUSED'],
  ['unauthorized', 403, 'order', 'ORDER_EXPIRED'],
  ['unauthorized', 403, 'finalize', 'CSR_REFUSED'],
  ['unauthorized', 401, 'order', 'ORDER_EXPIRED'],
  ['malformed', 400, 'order', 'ORDER_EXPIRED'],
  ['malformed', 400, 'finalize', 'CA_REFUSED'],
  ['unsupportedIdentifier', 400, 'newOrder', 'CA_REFUSED'],
  ['userActionRequired', 403, 'newOrder', 'ACCOUNT_REFUSED'],
];

test.each(table)('%s with status %i on %s is %s', (type, status, resource, code) => {
  expect(judge(status, { type: ACME + type, detail: 'words' }, { resource }).code).toBe(code);
});

test.each<[number, Resource, ErrorCode]>([
  [404, 'order', 'ORDER_EXPIRED'],
  [410, 'certificate', 'ORDER_EXPIRED'],
  [404, 'directory', 'CA_PROTOCOL'],
  [403, 'newOrder', 'CA_PROTOCOL'],
  [403, 'account', 'CA_PROTOCOL'],
  [429, 'newNonce', 'CA_RATE_LIMITED'],
  [500, 'order', 'CA_UNREACHABLE'],
  [502, 'newOrder', 'CA_UNREACHABLE'],
])('status %i on %s without a problem document is %s', (status, resource, code) => {
  expect(judge(status, undefined, { resource }).code).toBe(code);
});

test('an unknown type goes by its status', () => {
  expect(judge(400, { type: `${ACME}brandNew`, detail: 'words' }).code).toBe('CA_PROTOCOL');
  expect(judge(503, { type: 'about:blank' }).code).toBe('CA_UNREACHABLE');
});

describe('time', () => {
  const limited = { type: `${ACME}rateLimited`, detail: 'too many certificates already issued' };

  test('a rate limit says when to come back, in seconds or as a date', () => {
    expect(judge(429, limited, { retryAfter: '60' }).detail.retryAt).toEqual(new Date('2026-11-25T12:01:00Z'));
    expect(judge(429, limited, { retryAfter: 'Thu, 26 Nov 2026 22:00:00 GMT' }).detail.retryAt).toEqual(
      new Date('2026-11-26T22:00:00Z'),
    );
  });

  test('a rate limit without a time and without a link is tried again after a quarter of an hour', () => {
    expect(judge(429, limited).detail.retryAt).toEqual(new Date('2026-11-25T12:15:00Z'));
  });

  test('an outage with Retry-After keeps the time', () => {
    expect(judge(503, undefined, { retryAfter: '90' })).toMatchObject({
      code: 'CA_UNREACHABLE',
      detail: { retryAt: new Date('2026-11-25T12:01:30Z') },
    });
  });

  const paused = {
    type: `${ACME}rateLimited`,
    detail:
      'Your account is temporarily prevented from requesting certificates for a.example and possibly others. Please visit: https://sfe.example/sfe/v1/unpause?jwt=abc.def.',
  };

  test('a paused name needs a person and shows the link', () => {
    const error = judge(429, paused);
    expect(error.code).toBe('CA_PAUSED');
    expect(error.message).toContain('unpause at https://sfe.example/sfe/v1/unpause?jwt=abc.def');
    expect(error.detail.retryAt).toBeUndefined();
  });

  test('with Retry-After even such words are a rate limit', () => {
    expect(judge(429, paused, { retryAfter: '60' }).code).toBe('CA_RATE_LIMITED');
  });
});

describe('words', () => {
  test('subproblems name the offenders', () => {
    const problem: ProblemDocument = {
      type: `${ACME}rejectedIdentifier`,
      detail: 'some identifiers are refused',
      subproblems: [
        { type: `${ACME}rejectedIdentifier`, detail: 'policy', identifier: { type: 'dns', value: 'bank.example' } },
        { type: `${ACME}malformed`, detail: 'no', identifier: { type: 'dns', value: 'a_b.example' } },
      ],
    };
    const error = judge(400, problem);
    expect(error.detail.offenders).toEqual(['bank.example', 'a_b.example']);
    expect(error.detail.problem).toEqual(problem);
    expect(error.message).toBe(
      'ca.example answered 400 (rejectedIdentifier): some identifiers are refused; offending: bank.example, a_b.example',
    );
  });

  test('a compound problem is what its first known subproblem is', () => {
    const problem = { type: `${ACME}compound`, detail: 'several', subproblems: [{ type: `${ACME}caa`, detail: 'no' }] };
    expect(judge(403, problem).code).toBe('CAA_FORBIDS');
  });

  test('new terms show where they are', () => {
    const problem = { type: `${ACME}userActionRequired`, detail: 'new terms', instance: 'https://ca.example/terms' };
    expect(judge(403, problem, { resource: 'account' }).message).toContain('see https://ca.example/terms');
  });
});
