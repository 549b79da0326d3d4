// Why a cluster does not hold what it should: from what both objects show, and from the operator's words, to a code and a sentence.
import { describe, expect, it } from 'vitest';
import { diagnose, type Evidence, hopeless } from '#core/bridge/diagnose.ts';
import type { Delivery } from '#core/bridge/model.ts';
import type { ExternalSecretState } from '#core/bridge/ports.ts';

const SETTINGS = {
  cluster: { name: 'blue', store: { kind: 'ClusterSecretStore', name: 'evercert' } },
  prefix: 'evercert',
};

const delivery: Delivery = {
  target: { certificate: 'shop/web', cluster: 'blue', namespace: 'shop', secret: 'web-tls', kind: 'ExternalSecret' },
  edit: 1,
  wanted: { revision: 2, versionId: 'v2', fingerprint: 'f2', since: '2026-11-25T12:00:00.000Z' },
  bumps: 1,
};
const ofCopies: Delivery = {
  ...delivery,
  target: { ...delivery.target, namespace: '*', kind: 'ClusterExternalSecret' },
};

const fine: ExternalSecretState = {
  annotations: {},
  refreshPolicy: 'Periodic',
  refreshInterval: '12h',
  store: { kind: 'ClusterSecretStore', name: 'evercert' },
  keys: ['evercert/shop/web'],
  targetName: 'web-tls',
  creationPolicy: 'Owner',
  immutable: false,
  templateType: 'kubernetes.io/tls',
  syncedResourceVersion: '1-after',
  refreshTime: '2026-11-25T12:00:01Z',
  ready: { status: 'True', reason: 'SecretSynced', message: 'secret synced' },
};
const { templateType: _tls, ...untyped } = fine;
const open: ExternalSecretState = { ...untyped, targetName: 'web-tls-public', templateType: 'Opaque' };
const before = {
  main: { ...fine, syncedResourceVersion: '1-before' },
  companion: { ...open, syncedResourceVersion: '1-before' },
};
const held = { versionId: 'v2', fingerprint: 'f2', serial: '01', notAfter: '2027-01-01T00:00:00.000Z' };

type Given = Partial<Omit<Evidence, 'pair'>> & {
  readonly main?: Partial<ExternalSecretState> | 'none';
  readonly companion?: Partial<ExternalSecretState> | 'none';
  readonly both?: Partial<ExternalSecretState>;
};

const evidence = ({ main = {}, companion = {}, both = {}, ...more }: Given): Evidence => ({
  delivery,
  pair: {
    main: main === 'none' ? undefined : { ...fine, ...both, ...main },
    companion: companion === 'none' ? undefined : { ...open, ...both, ...companion },
  },
  before,
  late: 'companion',
  settings: SETTINGS,
  ...more,
});

const failed = (message: string, lastError?: string): Partial<ExternalSecretState> => ({
  ready: { status: 'False', reason: 'SecretSyncedError', message },
  ...(lastError === undefined ? {} : { lastError }),
});

const UNREAD = 'could not get secret data from provider';
const UNWRITTEN = 'could not update secret';

describe('what is seen', () => {
  it.each<[seen: string, given: Given, code: string, words: string]>([
    ['no ExternalSecret', { main: 'none' }, 'TARGET_MISSING', 'there is no ExternalSecret shop/web-tls'],
    ['no companion', { companion: 'none' }, 'TARGET_PUBLIC_MISSING', 'there is no ExternalSecret shop/web-tls-public'],
    [
      'CreatedOnce',
      { main: { refreshPolicy: 'CreatedOnce' } },
      'TARGET_NEVER_REFRESHES',
      'ExternalSecret shop/web-tls: spec.refreshPolicy is CreatedOnce',
    ],
    [
      'an interval of 0',
      { companion: { refreshInterval: '0h0m0s' } },
      'TARGET_NEVER_REFRESHES',
      'ExternalSecret shop/web-tls-public: spec.refreshInterval is 0h0m0s',
    ],
    ['immutable', { main: { immutable: true } }, 'TARGET_IMMUTABLE', 'spec.target.immutable is true'],
    [
      'another target',
      { main: { targetName: 'other' } },
      'TARGET_KEY',
      'spec.target.name is other, but the Secret is called web-tls',
    ],
    [
      'a template of another type',
      { main: { templateType: 'Opaque' } },
      'TARGET_TYPE',
      'spec.target.template.type is Opaque, not kubernetes.io/tls',
    ],
    [
      'a store that only one of them names',
      { main: { store: { kind: 'SecretStore', name: 'own' } } },
      'TARGET_STORE',
      'reads evercert/shop/web by SecretStore own, its companion evercert/shop/web by ClusterSecretStore evercert',
    ],
    [
      'another store of both',
      { both: { store: { kind: 'SecretStore', name: 'own' } } },
      'TARGET_STORE',
      'the setting "clusters" says ClusterSecretStore evercert',
    ],
    [
      'another secret of both',
      { both: { keys: ['evercert/shop/other'] } },
      'TARGET_KEY',
      'spec.data[].remoteRef.key names evercert/shop/other; the certificate lies in evercert/shop/web',
    ],
    ['no secret', { both: { keys: [] } }, 'TARGET_KEY', 'names no secret'],
    [
      'no look since the bump',
      { companion: { syncedResourceVersion: '1-before' } },
      'TARGET_NOT_LOOKED',
      'has not refreshed ExternalSecret shop/web-tls-public since it was asked to (last: 2026-11-25T12:00:01Z)',
    ],
    ['nothing in the companion', {}, 'TARGET_STALE', 'the Secret web-tls-public is not there, or holds no certificate'],
    ['an older version', { held: { ...held, versionId: 'v1' } }, 'TARGET_STALE', 'holds version v1, not v2'],
    [
      'a foreign certificate under our version',
      { held: { ...held, fingerprint: 'ff' } },
      'TARGET_STALE',
      'says version v2, but its certificate is another one (SHA-256 ff)',
    ],
    [
      'a Secret that is not refreshed',
      { late: 'main', held },
      'TARGET_STALE',
      'the Secret web-tls was not seen to be refreshed',
    ],
    [
      'a copy that could not be made',
      { delivery: ofCopies, main: { provisioned: ['pay'], failed: [{ namespace: 'shop', reason: 'exists' }] } },
      'TARGET_REFUSED',
      'shop: exists',
    ],
    ['no copy anywhere', { delivery: ofCopies }, 'TARGET_MISSING', 'ClusterExternalSecret web-tls is in no namespace'],
  ])('%s', (_seen, given, code, words) => {
    const fault = diagnose(evidence(given));
    expect(fault).toEqual({ code, message: expect.stringContaining(words) });
  });
});

describe("the operator's words", () => {
  it.each<[given: Partial<ExternalSecretState>, code: string, words: string]>([
    [
      failed('target is owned by another ExternalSecret', 'secret is owned by another ExternalSecret: first'),
      'TARGET_TWO_OWNERS',
      'first',
    ],
    [
      failed(UNWRITTEN, 'Object shop/web-tls is already owned by another Certificate controller web'),
      'TARGET_TWO_OWNERS',
      'Certificate controller web',
    ],
    [failed('failed to take ownership of target secret'), 'TARGET_TWO_OWNERS', 'another owner has the Secret'],
    [
      failed(UNWRITTEN, 'Secret "web-tls" is invalid: type: Invalid value: "kubernetes.io/tls": field is immutable'),
      'TARGET_TYPE',
      'another type; delete it once',
    ],
    [
      failed(UNWRITTEN, 'Secret "web-tls" is invalid: data: Forbidden: field is immutable when `immutable` is set'),
      'TARGET_IMMUTABLE',
      'the Secret itself is immutable',
    ],
    [
      failed(UNWRITTEN, 'admission webhook "policy.example" denied the request: no'),
      'TARGET_REFUSED',
      'policy.example',
    ],
    [
      failed(UNWRITTEN, 'secrets "web-tls" is forbidden: ValidatingAdmissionPolicy \'walls\' denied request'),
      'TARGET_REFUSED',
      'walls',
    ],
    [failed(UNWRITTEN), 'TARGET_REFUSED', 'could not update secret'],
    [
      failed(UNREAD, 'AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue'),
      'TARGET_DENIED',
      'secretsmanager:GetSecretValue',
    ],
    [
      failed(UNREAD, 'could not get ClusterSecretStore "evercert", "evercert" not found'),
      'TARGET_STORE_NOT_READY',
      'its store cannot be used',
    ],
    [failed(UNREAD, 'ClusterSecretStore "evercert" is not ready'), 'TARGET_STORE_NOT_READY', 'is not ready'],
    [
      failed(UNREAD, 'error processing spec.data[0] (key: evercert/shop/web), err: Secret does not exist'),
      'TARGET_KEY',
      'its Region or account',
    ],
    [
      failed(UNREAD, 'err: key tls.key does not exist in secret evercert/shop/web'),
      'TARGET_KEY',
      'key tls.key does not exist',
    ],
    [failed(UNREAD), 'TARGET_REFUSED', UNREAD],
  ])('%j', (given, code, words) => {
    const fault = diagnose(evidence({ both: given }));
    expect(fault).toEqual({ code, message: expect.stringContaining(words) });
    expect(fault.message).toContain('ExternalSecret shop/web-tls');
  });

  it('of an older failure are not read while it says that all is well', () => {
    expect(diagnose(evidence({ both: { lastError: 'AccessDeniedException' } })).code).toBe('TARGET_STALE');
  });
});

describe('a key', () => {
  it.each([
    'evercert/shop/web',
    'shop/web',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:evercert/shop/web-AbCdEf',
    'arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:evercert/shop/web',
  ])('%s is the secret of shop/web', (key) => {
    expect(diagnose(evidence({ both: { keys: [key] } })).code).toBe('TARGET_STALE');
  });

  it.each([
    'evercert/shop/web-2',
    'web-2',
    'arn:aws:secretsmanager:eu-west-1:111122223333:secret:other/shop/web-AbCdEf',
  ])('%s is not', (key) => {
    expect(diagnose(evidence({ both: { keys: [key] } })).code).toBe('TARGET_KEY');
  });
});

it('what can be proven is not called hopeless: a foreign store that both name, an operator that fails now', () => {
  const odd = evidence({ both: { store: { kind: 'SecretStore', name: 'own' }, ...failed(UNREAD) } });
  expect(hopeless(odd)).toBeUndefined();
});
