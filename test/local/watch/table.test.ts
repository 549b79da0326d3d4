// The last table fits the terminal.
import { expect, test } from 'vitest';
import { PLAIN } from '#local/watch/board.ts';
import type { JudgedResult } from '#local/watch/result.ts';
import { resultLines } from '#local/watch/table.ts';

const READY: JudgedResult = {
  name: 'demo/six-minutes',
  dnsNames: ['brief.example.com'],
  issuer: 'Issuer/six-minutes',
  state: 'ready',
  reason: null,
  fingerprint: '70004f4fe335ab6c6088a8f5cdd67cb839c5999c0843d16df7df2cb46d7c1057',
  notAfter: '2026-11-25T08:02:54.000Z',
  versionId: 'v2',
  secondsToCurrent: 2.6,
  verified: { chain: true, names: true, key: true, handshake: 'server' },
  versions: [
    { versionId: 'v1', fingerprint: 'a', notAfter: '2026-11-25T07:58:56.000Z' },
    { versionId: 'v2', fingerprint: 'b', notAfter: '2026-11-25T08:02:54.000Z' },
  ],
  proven: true,
};
const FAILED: JudgedResult = {
  ...READY,
  name: 'demo/missing-zone',
  state: 'failed',
  reason: { code: 'DNS_NO_ZONE', message: 'no zone (fix: make one)' },
  fingerprint: null,
  notAfter: null,
  versionId: null,
  secondsToCurrent: null,
  verified: null,
  versions: [],
  proven: false,
};

test('a wide terminal shows every column, and the reasons below', () => {
  expect(resultLines([FAILED, READY], { paint: PLAIN, width: 140 })).toEqual([
    'CERTIFICATE        STATE   SECONDS  VERSIONS  VALID UNTIL           FINGERPRINT        PROVEN',
    'demo/missing-zone  failed  -        0         -                     -                  -',
    'demo/six-minutes   ready   2.6      2         2026-11-25T08:02:54Z  70004f4fe335ab6c…  yes',
    '',
    'demo/missing-zone: DNS_NO_ZONE: no zone (fix: make one)',
  ]);
});

test('a narrow terminal does without the fingerprint', () => {
  expect(resultLines([READY], { paint: PLAIN, width: 80 })).toEqual([
    'CERTIFICATE       STATE  SECONDS  VERSIONS  VALID UNTIL           PROVEN',
    'demo/six-minutes  ready  2.6      2         2026-11-25T08:02:54Z  yes',
  ]);
});

test('what could not be proven is named', () => {
  const verified = { chain: true, names: false, key: true, handshake: 'none' } as const;
  expect(resultLines([{ ...READY, verified, proven: false }], { paint: PLAIN, width: 140 })[1]).toMatch(
    / {2}NOT: names, handshake$/,
  );
});

test('a CA proves itself without a handshake', () => {
  const verified = { chain: true, names: true, key: true, handshake: 'none' } as const;
  expect(resultLines([{ ...READY, verified }], { paint: PLAIN, width: 140 })[1]).toMatch(/ {2}yes$/);
});

test('Secrets have a column where there are clusters, and their reasons stand below', () => {
  const target = { cluster: 'local', namespace: 'demo', secret: 'x', fingerprint: 'f', versionId: 'v2' };
  const good = { ...target, seconds: 0.42, ok: true };
  const bad = { ...target, namespace: 'web', seconds: null, ok: false };
  const lags = [{ place: 'local/web', code: 'TARGET_MISSING', message: 'no ExternalSecret' }];
  const lines = resultLines([{ ...READY, targets: [good, bad], proven: false, lags }], { paint: PLAIN, width: 140 });
  expect(lines).toEqual([
    'CERTIFICATE       STATE  SECONDS  VERSIONS  VALID UNTIL           FINGERPRINT        SECRETS        PROVEN',
    'demo/six-minutes  ready  2.6      2         2026-11-25T08:02:54Z  70004f4fe335ab6c…  1 of 2, 0.4 s  NOT: Secrets',
    '',
    'demo/six-minutes in local/web: TARGET_MISSING: no ExternalSecret',
  ]);
});
