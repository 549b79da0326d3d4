// The result's shape is promised: schema 1.
import { describe, expect, it, test } from 'vitest';
import { defaultExpected, misses, readExpected } from '#local/watch/expected.ts';
import { type Finding, judgedResult, refusedResult, runResult } from '#local/watch/result.ts';
import type { Standing } from '#local/watch/standing.ts';

const NEVER: Standing = {
  name: 'demo/never',
  dnsNames: ['www.example.org'],
  issuer: 'ClusterIssuer/ca',
  state: 'failed',
  settled: true,
  phase: 'failed',
  next: '',
  reason: { code: 'DNS_NO_ZONE', message: 'no zone' },
  elapsedMs: 3_000,
  currentVersionId: undefined,
  secondsToCurrent: null,
};
const READY: Standing = {
  ...NEVER,
  name: 'demo/ready',
  dnsNames: ['example.com', '*.example.com'],
  state: 'ready',
  phase: 'current',
  reason: null,
  currentVersionId: 'v2',
  secondsToCurrent: 3.2,
};
const stored = (versionId: string) => ({
  versionId,
  labels: [],
  fingerprint: `${versionId}-sha256`,
  notAfter: '2027-02-23T07:52:56.000Z',
  chainPem: 'chain',
  keyPem: 'key',
});
const PROOF = { chain: true, names: true, key: true, handshake: 'server', purpose: 'server' } as const;
const FINDINGS: Finding[] = [
  { standing: READY, versions: [stored('v1'), stored('v2')], proof: PROOF },
  { standing: NEVER, versions: [], proof: undefined },
];
const REFUSED = {
  name: 'demo/broken',
  dnsNames: ['*'],
  issuer: 'Issuer/ca',
  reason: { code: 'DNS_NAME_WILDCARD', message: 'misplaced' },
};

test('ready, failed and refused certificates in one sorted list, without any key', () => {
  expect(runResult({ ok: true, findings: FINDINGS, leftOut: [REFUSED], problems: [] })).toEqual({
    schema: 1,
    ok: true,
    certificates: [
      {
        name: 'demo/broken',
        dnsNames: ['*'],
        issuer: 'Issuer/ca',
        state: 'refused',
        reason: { code: 'DNS_NAME_WILDCARD', message: 'misplaced' },
        fingerprint: null,
        notAfter: null,
        versionId: null,
        secondsToCurrent: null,
        verified: null,
        versions: [],
      },
      {
        name: 'demo/never',
        dnsNames: ['www.example.org'],
        issuer: 'ClusterIssuer/ca',
        state: 'failed',
        reason: { code: 'DNS_NO_ZONE', message: 'no zone' },
        fingerprint: null,
        notAfter: null,
        versionId: null,
        secondsToCurrent: null,
        verified: null,
        versions: [],
      },
      {
        name: 'demo/ready',
        dnsNames: ['example.com', '*.example.com'],
        issuer: 'ClusterIssuer/ca',
        state: 'ready',
        reason: null,
        fingerprint: 'v2-sha256',
        notAfter: '2027-02-23T07:52:56.000Z',
        versionId: 'v2',
        secondsToCurrent: 3.2,
        verified: { chain: true, names: true, key: true, handshake: 'server' },
        versions: [
          { versionId: 'v1', fingerprint: 'v1-sha256', notAfter: '2027-02-23T07:52:56.000Z' },
          { versionId: 'v2', fingerprint: 'v2-sha256', notAfter: '2027-02-23T07:52:56.000Z' },
        ],
      },
    ],
    problems: [],
  });
});

const certificates = [...FINDINGS.map(judgedResult), { ...refusedResult(REFUSED), proven: false }];

test.each([
  ['all as expected', [{ name: 'demo/ready', state: 'ready', versions: 2 }], []],
  ['a failure that is expected', [{ name: 'demo/never', state: 'failed', code: 'DNS_NO_ZONE' }], []],
  ['too few versions', [{ name: 'demo/ready', state: 'ready', versions: 3 }], ['demo/ready has 2 versions, not 3']],
  ['another state', [{ name: 'demo/never', state: 'ready' }], ['demo/never is failed (DNS_NO_ZONE), not ready']],
  [
    'another code',
    [{ name: 'demo/never', state: 'failed', code: 'CAA_FORBIDS' }],
    ['demo/never failed with DNS_NO_ZONE, not CAA_FORBIDS'],
  ],
  ['nobody of that name', [{ name: 'demo/nobody', state: 'ready' }], ['demo/nobody is not declared']],
] as const)('expectations: %s', (_, expected, lines) => {
  expect(misses(expected, certificates)).toEqual(lines);
});

test('ready without a proof is a miss', () => {
  const proof = { ...PROOF, handshake: 'none' as const };
  const unproven = FINDINGS.map((one) => judgedResult({ ...one, proof }));
  expect(misses(defaultExpected(['demo/ready']), unproven)).toEqual([
    'demo/ready is not proven: {"chain":true,"names":true,"key":true,"handshake":"none"}',
  ]);
});

test('the first steps bring their own expectations, other folders none', () => {
  expect(readExpected('examples/first-steps')).toContainEqual({
    name: 'demo/six-minutes',
    state: 'ready',
    versions: 2,
  });
  expect(readExpected('examples/tutorial-yaml')).toBeUndefined();
});

describe('with clusters', () => {
  const place = { cluster: 'local', namespace: 'demo', secret: 'ready-tls' };
  const held = { ...place, seconds: 0.4, fingerprint: 'v2-sha256', versionId: 'v2', ok: true };
  const [ready, never] = FINDINGS as [Finding, Finding];
  const finding = (ok: boolean): Finding => ({ ...ready, targets: [{ ...held, ok }] });

  it('each certificate has its targets, also one without any', () => {
    const { certificates: found } = runResult({
      ok: true,
      findings: [finding(true), { ...never, targets: [] }],
      leftOut: [REFUSED],
      problems: [],
    });
    expect(found.map(({ name, targets }) => [name, targets])).toEqual([
      ['demo/broken', []],
      ['demo/never', []],
      ['demo/ready', [held]],
    ]);
  });

  it('a certificate is proven when each Secret holds it', () => {
    expect([finding(true), finding(false)].map((one) => judgedResult(one).proven)).toEqual([true, false]);
  });

  it('a Secret that does not hold it is a miss', () => {
    expect(misses(defaultExpected(['demo/ready']), [judgedResult(finding(false))])).toEqual([
      'demo/ready is not what these Secrets hold: local/demo/ready-tls',
    ]);
  });
});
