// Where a certificate stands, read from its row.
import { expect, test } from 'vitest';
import type { CertificateRow, Progress } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { askedSummary } from '#core/renewal/asked.ts';
import { type Seen, standingOf } from '#local/watch/standing.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const declared = declaredCertificate({ name: 'demo/www' });
const at = (seconds: number): Date => new Date(Date.parse('2026-11-25T08:00:00.000Z') + seconds * 1000);

const rowWith = (progress: Partial<Progress>, change: Partial<CertificateRow> = {}): CertificateRow => ({
  schema: 1,
  name: 'demo/www',
  uid: 'u',
  origin: 'declared',
  declared,
  generation: 1,
  run: 0,
  fence: 0,
  progress: { revision: 0, ...progress },
  ...change,
});

const current = {
  versionId: 'v1',
  fingerprint: 'f1',
  serial: '01',
  notBefore: at(-60).toISOString(),
  notAfter: at(90 * 86_400).toISOString(),
  generation: 1,
  revision: 1,
  asked: askedSummary(declared),
};

const failure = {
  code: 'DNS_NO_ZONE',
  class: 'human',
  message: 'no zone covers www.example.org',
  at: at(3).toISOString(),
  count: 1,
  retryAt: at(86_400).toISOString(),
  generation: 1,
} as const;

const work = {
  revision: 1,
  keyNumber: 1,
  generation: 1,
  attemptId: 'a',
  reason: { code: 'SecretMissing', message: 'nothing yet' },
  startedAt: at(1).toISOString(),
  phase: 'issue',
  waitingFor: 'the CA to validate',
} as const;

const see = (row: CertificateRow | undefined, change: Partial<Seen> = {}) =>
  standingOf({
    declared,
    row,
    history: [],
    wantedAt: at(0),
    now: at(5),
    deadline: at(900),
    sweepPeriodMs: 60_000,
    ...change,
  });

test.each([
  ['declared, and no sweep has come yet', undefined, 'waiting', 'declared', 'waits: the sweep'],
  ['a row that is due', rowWith({}), 'waiting', 'due', 'waits: the sweep'],
  ['an execution that was started', rowWith({}, { run: 1 }), 'waiting', 'started', ''],
  ['at work', rowWith({ work }), 'waiting', 'ordering', 'waits: the CA to validate'],
  ['making the key', rowWith({ work: { ...work, phase: 'key' } }), 'waiting', 'making the key', ''],
  [
    'waiting for its CA',
    rowWith({
      work: { ...work, phase: 'key', waitingFor: 'issuer ClusterIssuer/own-ca', waitingForIssuer: 'pki/root' },
    }),
    'waiting',
    'waiting-for-issuer',
    'waits: issuer ClusterIssuer/own-ca (pki/root)',
  ],
  ['current', rowWith({ current }), 'ready', 'current', 'valid 90 d'],
  [
    'failed until tomorrow',
    rowWith({ failure }),
    'failed',
    'failed',
    'DNS_NO_ZONE: no zone covers www.example.org; next try in 24 h; fix: create the public hosted zone, add its id to the setting "zones", or delegate _acme-challenge by CNAME into a zone of ours',
  ],
])('%s', (_, row, state, phase, next) => {
  expect(see(row)).toMatchObject({ state, phase, next });
});

test('a current certificate that is being renewed is still ready', () => {
  const renewing = { ...work, reason: { code: 'NearExpiry', message: 'due' } } as const;
  expect(see(rowWith({ current, work: renewing }))).toMatchObject({ state: 'ready', phase: 'renewing: ordering' });
});

test('what was issued for another server is not ready', () => {
  const other = { ...current, asked: { ...current.asked, server: 'https://elsewhere.example/directory' } };
  expect(see(rowWith({ current: other }))).toMatchObject({ state: 'waiting', currentVersionId: undefined });
});

test.each([
  ['a person must act', failure, true],
  ['the next try is after the watch', { ...failure, class: 'step', retryAt: at(1_000).toISOString() } as const, true],
  ['the next try is soon', { ...failure, class: 'step', retryAt: at(63).toISOString() } as const, false],
])('a failure is settled or not: %s', (_, one, settled) => {
  expect(see(rowWith({ failure: one })).settled).toBe(settled);
});

const issued = (seconds: number): OutcomeRecord => ({
  id: 'r',
  name: 'demo/www',
  uid: 'u',
  at: at(seconds).toISOString(),
  kind: 'issued',
  generation: 1,
  revision: 1,
});

test('the time to current runs from the deploy to the first version after it', () => {
  const history = [issued(-3_600), issued(3.24), issued(180)];
  expect(see(rowWith({ current }), { history, now: at(200) })).toMatchObject({
    secondsToCurrent: 3.2,
    elapsedMs: 3_240,
  });
});

test('what was current before the deploy has no time to current', () => {
  expect(see(rowWith({ current }), { history: [issued(-3_600)] }).secondsToCurrent).toBeNull();
});
