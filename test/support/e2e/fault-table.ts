// The faults of a CA on real parts, as a table: what happens, and what the row must say then. It must never know how a
// fault is made to happen.
import type { ErrorCode, FailureClass } from '#core/codes.ts';
import type { RequestKind } from '#local/acme-proxy/kinds.ts';
import type { Consequence, FaultRule } from '#local/acme-proxy/rules.ts';
import { type Wrong, wrongly } from './wrong-certificates.ts';

const MINUTE = 60_000;
const HOUR = 3_600_000;
export const FAR_HOURS = 34;
const FAR = FAR_HOURS * 3_600;

export interface FaultCase {
  /** The certificate's and its issuer's name, and its host name in example.com. */
  readonly name: string;
  readonly sentence: string;
  readonly at: RequestKind;
  readonly fault: Consequence;
  /** The next try succeeds although the fault stands. */
  readonly recovers?: true;
  /** What the row says; a wait has no failure. */
  readonly row:
    | { readonly code: ErrorCode; readonly class: FailureClass; readonly told: RegExp }
    | { readonly waitsMs: readonly [least: number, most: number]; readonly told: RegExp };
  /** Orders that the CA has taken by the time that the certificate is current. */
  readonly orders: number | 'one a try';
}

const limited = (as: 'seconds' | 'date'): Consequence => ({
  kind: 'answer',
  status: 429,
  retryAfter: { seconds: FAR, as },
  body: JSON.stringify({ type: 'urn:ietf:params:acme:error:rateLimited', detail: 'too much of this', status: 429 }),
});

const unavailable: Consequence = {
  kind: 'answer',
  status: 503,
  retryAfter: { seconds: 600, as: 'seconds' },
  contentType: 'text/html',
  body: '<html><body>503 Service Unavailable</body></html>',
};

const pending = (body: string): string => JSON.stringify({ ...(JSON.parse(body) as object), status: 'pending' });
const unreachable = (told: RegExp) => ({ code: 'CA_UNREACHABLE', class: 'step', told }) as const;
const garbled = (told: RegExp) => ({ code: 'CA_PROTOCOL', class: 'step', told }) as const;
const again = /fix: nothing: it is tried again/;

const waitsFar = {
  waitsMs: [(FAR_HOURS - 1) * HOUR, (FAR_HOURS + 1) * HOUR],
  told: /answered 429 \(rateLimited\): too much of this/,
} as const;

const wrong = (name: string, fault: Wrong, told: RegExp): FaultCase => ({
  name,
  sentence: `a certificate with a fault: ${fault}`,
  at: 'certificate',
  fault: { kind: 'alter', body: (issued) => wrongly(fault, issued) },
  row: { code: 'CERT_REJECTED', class: 'step', told },
  orders: 'one a try',
});

export const FAULTS: readonly FaultCase[] = [
  {
    name: 'limited',
    sentence: '429 for 34 hours, in seconds',
    at: 'newOrder',
    fault: limited('seconds'),
    row: waitsFar,
    orders: 1,
  },
  {
    name: 'limited-until',
    sentence: '429 for 34 hours, as a date',
    at: 'newOrder',
    fault: limited('date'),
    row: waitsFar,
    orders: 1,
  },
  {
    name: 'unavailable',
    sentence: '503 with a page of HTML',
    at: 'newOrder',
    fault: unavailable,
    row: unreachable(/answered 503 \(no problem document\).*fix: nothing/),
    orders: 1,
  },
  {
    name: 'hanging',
    sentence: 'an authorization that is never answered',
    at: 'authorization',
    fault: { kind: 'hang' },
    row: unreachable(/did not answer within 15000 ms/),
    orders: 1,
  },
  {
    name: 'unheard',
    sentence: 'a connection that breaks before the challenge is answered',
    at: 'challenge',
    fault: { kind: 'reset', effect: 'before' },
    row: unreachable(again),
    orders: 1,
  },
  {
    name: 'lost-order',
    sentence: 'a connection that breaks after the order was taken',
    at: 'newOrder',
    fault: { kind: 'reset', effect: 'after' },
    row: unreachable(again),
    orders: 'one a try',
  },
  {
    name: 'lost-request',
    sentence: 'a connection that breaks after the order was finalized',
    at: 'finalize',
    fault: { kind: 'reset', effect: 'after' },
    recovers: true,
    row: unreachable(again),
    orders: 1,
  },
  {
    name: 'slow-order',
    sentence: 'an order that is to be looked at again in a day: within ten minutes it is, while TXT values stand',
    at: 'order',
    fault: { kind: 'alter', retryAfter: { seconds: 86_400, as: 'seconds' }, body: pending },
    row: { waitsMs: [8 * MINUTE, 11 * MINUTE], told: /^the CA to validate$/ },
    orders: 1,
  },
  {
    name: 'garbage',
    sentence: 'HTML where the order should be',
    at: 'newOrder',
    fault: { kind: 'alter', body: () => '<html>welcome to the hotel network</html>' },
    row: garbled(/answered no JSON object but "<html>welcome/),
    orders: 'one a try',
  },
  {
    name: 'truncated',
    sentence: 'half an order',
    at: 'order',
    fault: { kind: 'truncate' },
    row: garbled(/answered brokenly/),
    orders: 1,
  },
  wrong('other-key', 'other key', /the certificate is for another key; not published/),
  wrong('missing-name', 'missing name', /the certificate lacks (also\.)?missing-name\.example\.com; not published/),
  wrong('expired', 'expired', /it has expired at .*Z; not published/),
  wrong('wrong-chain', 'wrong chain', /certificate 1 of the chain is not issued by certificate 2; not published/),
];

/** A host of each, and a second one where a name is to be missing. */
export const hostsOf = (name: string): readonly string[] => [`${name}.example.com`, `also.${name}.example.com`];

export const ruleOf = ({ name, at, fault }: FaultCase): FaultRule => ({
  match: { kind: at, dnsName: hostsOf(name)[0]! },
  fault,
});
