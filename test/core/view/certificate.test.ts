// A certificate as people are shown it, state by state.
import { describe, expect, it, test } from 'vitest';
import type { Delivery } from '#core/bridge/model.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { certificateDetail } from '#core/view/certificate.ts';
import { currentWith, day, deliveryWith, failureWith, NOW, rowWith, viewOf, workWith } from '#test/support/view.ts';

const current = currentWith(60);
const renewAt = day(30);

test.each([
  ['is ready with its renewal to come', rowWith({ current, renewAt }), 'ready', 'renewed by itself', renewAt],
  [
    'is ready and due: the next sweep renews it',
    rowWith({ current: currentWith(29), renewAt: day(-1) }),
    'ready',
    'renewed by itself with the next sweep',
    undefined,
  ],
  [
    'is issuing before its first run',
    rowWith({}, { run: 0, startAt: day(-1) }),
    'issuing',
    'issued by itself with the next sweep',
    undefined,
  ],
  [
    'is issuing once its first run has begun',
    rowWith({}, { run: 4 }),
    'issuing',
    'issued by itself: its first run has begun',
    undefined,
  ],
  [
    'is renewing while its order is open',
    rowWith({ current, work: workWith({ waitingFor: 'the CA to validate' }) }, { leaseUntil: day(0.01) }),
    'renewing',
    'renewing: ordering, waits: the CA to validate',
    undefined,
  ],
  [
    'waits for the CA that a declared certificate must be first',
    rowWith({
      work: workWith({
        phase: 'key',
        reason: { code: 'SecretMissing', message: '' },
        waitingFor: 'issuer Issuer/own',
        waitingForIssuer: 'pki/root',
      }),
    }),
    'waiting',
    'at work: making the key, waits: issuer Issuer/own (pki/root)',
    undefined,
  ],
  [
    'waits for its turn at a limit, and says until when',
    rowWith(
      { work: workWith({ waited: true, waitingFor: '50 certificates for example.com in 7 d' }) },
      { startAt: day(0.2) },
    ),
    'waiting',
    'renewing: ordering, waits: 50 certificates for example.com in 7 d',
    day(0.2),
  ],
  [
    'is failing until a person acts',
    rowWith({ current, renewAt, failure: failureWith() }),
    'failing',
    'needs a person; tried again by itself',
    day(0.5),
  ],
  [
    'is failing, and is tried again by itself',
    rowWith({
      current,
      renewAt,
      failure: failureWith({ class: 'step', code: 'CA_UNREACHABLE', message: 'no answer' }),
    }),
    'failing',
    'tried again by itself',
    day(0.5),
  ],
  [
    'is failing also while it is tried again',
    rowWith({ current, failure: failureWith(), work: workWith() }, { leaseUntil: day(0.01) }),
    'failing',
    'renewing: ordering',
    undefined,
  ],
  [
    'has been asked for by a person',
    rowWith({ current, renewAt: day(30) }, { renewRequestedAt: day(-0.001) }),
    'ready',
    'a person asked for a new one: it is begun with the next sweep',
    undefined,
  ],
  [
    'has expired',
    rowWith({ current: currentWith(-1), renewAt: day(-31) }),
    'expired',
    'renewed by itself with the next sweep',
    undefined,
  ],
  [
    'is no longer declared',
    rowWith({ current, failure: failureWith() }, { retiredAt: day(-2) }),
    'retired',
    'nothing: it is no longer declared; its secret stays as it is',
    undefined,
  ],
])('a certificate %s', (_sentence, row, state, what, at) => {
  const view = viewOf(row);
  expect([view.state, view.next]).toEqual([state, at === undefined ? { what } : { what, at }]);
});

test.each([
  ['before its renewal', 40, 'in-time'],
  ['as its renewal comes', 30, 'due'],
  ['three tenths of the rest later', 21, 'overdue-warning'],
  ['six tenths later', 12, 'overdue-critical'],
  ['with a tenth left', 3, 'emergency'],
  ['at its end', 0, 'expired'],
])('%s a certificate of ninety days is told to be so late', (_when, left, lateness) => {
  const row = rowWith({ current: currentWith(left), renewAt: day(left - 30) });
  expect(viewOf(row).lateness).toBe(lateness);
});

describe('a problem', () => {
  it('says code, what was seen, the fix once, how often and when next', () => {
    expect(viewOf(rowWith({ current, failure: failureWith() })).problem).toEqual({
      code: 'DNS_NOT_DELEGATED',
      message: '_acme-challenge.shop.example.com is answered by ns1.other.net, not by zone Z123',
      fix: "put the hosted zone's four name servers into the parent zone (or at the registrar), or delegate _acme-challenge by CNAME into a zone that is delegated",
      since: day(-0.1),
      tries: 3,
      nextTryAt: day(0.5),
    });
  });

  it('is told of what is waited for where that has a code', () => {
    const waitingFor = 'ISSUER_NOT_READY: issuer ClusterIssuer/own: the secret is missing';
    const view = viewOf(rowWith({ work: workWith({ waitingFor }) }));
    expect(view.state).toBe('waiting');
    expect(view.problem).toMatchObject({
      code: 'ISSUER_NOT_READY',
      message: 'issuer ClusterIssuer/own: the secret is missing',
      tries: 0,
    });
  });
});

it('a drift is shown until it is cleared', () => {
  const drift = {
    kind: 'EditedByHand',
    seen: 'v-9',
    message: 'AWSCURRENT was replaced',
    since: day(-1),
    lastSeenAt: day(0),
    occurrence: 1,
  } as const;
  expect(viewOf(rowWith({ current, drift })).drift).toEqual({
    kind: 'EditedByHand',
    message: 'AWSCURRENT was replaced',
    since: day(-1),
  });
  expect(viewOf(rowWith({ current, drift: { ...drift, clearedAt: day(0) } })).drift).toBeUndefined();
});

test.each<[string, Partial<Delivery>, object]>([
  ['on its way', {}, { state: 'pending', since: day(-1) }],
  [
    'delivered, with the time it took',
    {
      confirmed: {
        versionId: 'v-1',
        fingerprint: 'ab',
        serial: '1',
        notAfter: day(60),
        at: day(-0.9),
        afterMs: 2_340,
      },
    },
    { state: 'delivered', since: day(-0.9), seconds: 2.3, versionId: 'v-1', fingerprint: 'ab' },
  ],
  [
    'lagging, with the reason and the next try',
    {
      failure: { code: 'TARGET_STALE', message: 'holds v-0', at: day(-0.5), count: 4 },
      tryAt: day(0.01),
    },
    {
      state: 'lagging',
      since: day(-1),
      problem: {
        code: 'TARGET_STALE',
        message: 'holds v-0',
        fix: 'nothing: it is asked again',
        since: day(-0.5),
        tries: 4,
        nextTryAt: day(0.01),
      },
    },
  ],
])('a delivery is %s', (_sentence, change, expected) => {
  const [view] = viewOf(rowWith({ current }), [deliveryWith(change)]).deliveries;
  expect(view).toEqual({ cluster: 'prod-eu', namespace: 'web', secret: 'shop-tls', ...expected });
});

it('a detail has secret, rule, budget, and history newest first in the words of the events', () => {
  const record = (change: Partial<OutcomeRecord>): OutcomeRecord => ({
    id: 'r',
    name: 'web/shop',
    uid: 'u-1',
    at: day(-30),
    kind: 'issued',
    generation: 1,
    revision: 1,
    ...change,
  });
  const detail = certificateDetail({
    row: rowWith({ current, renewAt, renewBecause: 'AriWindow: the CA says so', outageBudgetMs: 864_000_000 }),
    deliveries: [],
    now: NOW,
    prefix: 'evercert',
    history: [
      record({ at: day(-60), reason: 'SecretMissing', fingerprint: 'aa' }),
      record({ at: day(-2), kind: 'failed', code: 'CA_UNREACHABLE', message: 'no answer', reason: 'NearExpiry' }),
      record({ at: day(-1), reason: 'NearExpiry', fingerprint: 'bb' }),
    ],
  });
  expect(detail).toMatchObject({
    secretName: 'evercert/web/shop',
    renewBecause: 'AriWindow: the CA says so',
    outageBudgetMs: 864_000_000,
    history: [
      { at: day(-1), kind: 'renewed', reason: 'NearExpiry', fingerprint: 'bb' },
      { at: day(-2), kind: 'failed', reason: 'NearExpiry', message: 'CA_UNREACHABLE: no answer' },
      { at: day(-60), kind: 'issued', reason: 'SecretMissing', fingerprint: 'aa' },
    ],
  });
});
