// What a Kubernetes Secret must be to count as delivered.
import { describe, expect, it } from 'vitest';
import { fingerprint, parseChain } from '#core/certificate/chain.ts';
import type { StoredVersion } from '#local/cloud/secret-look.ts';
import type { HeldSecret } from '#local/cluster/secret-watch.ts';
import type { RecordedCall } from '#local/gateway/calls.ts';
import { promotedAt, promotions } from '#local/proof/promotions.ts';
import { provenTarget } from '#local/proof/targets.ts';
import { issue } from '#test/support/cluster/issued.ts';

const VERSION = 'evercert.dev/version-id';
const PLACE = { cluster: 'blue', namespace: 'shop', secret: 'web-tls' };
const at = (ms: number): Date => new Date(Date.UTC(2026, 10, 25) + ms);

const stored = async (versionId: string): Promise<StoredVersion> => {
  const { chainPem, key } = await issue('www.example.com');
  const leaf = parseChain(chainPem)[0]!;
  return {
    versionId,
    labels: [],
    fingerprint: fingerprint(leaf),
    notAfter: leaf.validToDate.toISOString(),
    chainPem,
    keyPem: key.open(),
  };
};

const old = await stored('v1');
const now = await stored('v2');

const holding = (version: StoredVersion, change: Partial<HeldSecret> = {}): HeldSecret => ({
  type: 'kubernetes.io/tls',
  data: { 'tls.crt': version.chainPem, 'tls.key': version.keyPem },
  annotations: { [VERSION]: version.versionId },
  since: at(1_250),
  ...change,
});

const proven = (held: HeldSecret | undefined, versions = [old, now]) =>
  provenTarget({ place: PLACE, held, versions, current: { versionId: 'v2', promotedAt: at(1_000) } });

describe('a Secret', () => {
  it('with the bytes of what is current is proven, and how late it was', () => {
    expect(proven(holding(now))).toEqual({
      ...PLACE,
      seconds: 0.25,
      fingerprint: now.fingerprint,
      versionId: 'v2',
      ok: true,
    });
  });

  it('that was there before the call was recorded as ended is late by nothing', () => {
    expect(proven(holding(now, { since: at(990) })).seconds).toBe(0);
  });

  it('with the version before is not, whatever its annotation says', () => {
    const { ok, versionId, seconds } = proven(holding(old, { annotations: { [VERSION]: 'v2' } }));
    expect({ ok, versionId, seconds }).toEqual({ ok: false, versionId: 'v1', seconds: null });
  });

  it.each([
    ['another key', { data: { 'tls.crt': now.chainPem, 'tls.key': old.keyPem } }],
    ['a ca.crt that Secrets Manager has not', { data: { ...holding(now).data, 'ca.crt': old.chainPem } }],
    ['another type', { type: 'Opaque' }],
    ['no certificate', { data: {} }],
    [
      'text that is no certificate',
      { data: { 'tls.crt': '-----BEGIN CERTIFICATE-----\nno\n-----END CERTIFICATE-----' } },
    ],
  ])('with %s is not proven', (_, change) => {
    expect(proven(holding(now, change)).ok).toBe(false);
  });

  it('that is not there is not proven', () => {
    expect(proven(undefined)).toEqual({ ...PLACE, seconds: null, fingerprint: null, versionId: null, ok: false });
  });

  it('of a version rendered anew with the same pair is known by the version that it names', () => {
    const again = { ...now, versionId: 'v3' };
    expect(proven(holding(now), [now, again]).versionId).toBe('v2');
    expect(proven(holding(now, { annotations: {} }), [now, again]).versionId).toBe('v3');
  });
});

describe('when a version became current', () => {
  const call = (action: string, second: number, change: Partial<RecordedCall>): RecordedCall => ({
    at: at(second * 1_000).toISOString(),
    service: 'secretsmanager',
    action: `secretsmanager:${action}`,
    permissions: [],
    status: 200,
    ms: 1,
    ...change,
    resource: { secretId: 'evercert/shop/web', ...change.resource },
  });
  const calls = [
    call('CreateSecret', 1, { resource: { versionId: 'v0' } }),
    call('UpdateSecretVersionStage', 2, { resource: { versionId: 'v1', versionStage: 'evercert-r1' } }),
    call('UpdateSecretVersionStage', 3, { status: 400, resource: { versionId: 'v1', versionStage: 'AWSCURRENT' } }),
    call('UpdateSecretVersionStage', 4, { resource: { versionId: 'v1', versionStage: 'AWSCURRENT' } }),
  ];

  it('is when AWSCURRENT was moved to it, or the secret was made with it', () => {
    const of = (versionId: string) => promotedAt(calls, { secret: 'evercert/shop/web', versionId });
    expect([of('v0'), of('v1'), of('v2')]).toEqual([at(1_000), at(4_000), undefined]);
  });

  it('is known of each secret for its last one', () => {
    expect([...promotions(calls)]).toEqual([['evercert/shop/web', { versionId: 'v1', at: at(4_000) }]]);
  });
});
