// Derived names: legal where they are used, the same each time, and never shared by two things.
import { describe, expect, it } from 'vitest';
import {
  accountId,
  accountKeySecret,
  bundleLabel,
  certificateSecret,
  challengeName,
  executionName,
  isOurLabel,
  keyLabel,
  privateCaToken,
  SHARDS,
  shardOf,
  versionToken,
} from '#core/names.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const LONG = `${'n'.repeat(63)}/${'certificate.'.repeat(21)}x`;
const UID = '00000000-0000-4000-8000-000000000001';

describe('the name of an execution', () => {
  it.each(['default/web', LONG, 'a/b', 'default/__web__', 'default/wildcard.example.com'])(
    'is legal for %s',
    (name) => {
      for (const run of [1, 999_999_999]) expect(executionName(name, UID, run)).toMatch(/^[A-Za-z0-9_-]{1,80}$/);
    },
  );

  it('is readable, and tells the run', () => {
    expect(executionName('default/web', UID, 7)).toMatch(/^default-web-7-[0-9a-f]{20}$/);
  });

  it('differs from run to run, from uid to uid, and between names that read the same', () => {
    const names = [
      executionName('default/web', UID, 1),
      executionName('default/web', UID, 2),
      executionName('default/web', 'another', 1),
    ];
    expect(new Set(names).size).toBe(3);
  });
});

describe('the token of a version', () => {
  it('is 64 hex characters, the same for the same thing', () => {
    expect(versionToken(UID, 1, 'key-1')).toMatch(/^[0-9a-f]{64}$/);
    expect(versionToken(UID, 1, 'key-1')).toBe(versionToken(UID, 1, 'key-1'));
  });

  it('differs by uid, revision and what it is for', () => {
    const tokens = [
      versionToken(UID, 1, 'key-1'),
      versionToken(UID, 1, 'key-2'),
      versionToken(UID, 11, 'key-1'),
      versionToken('another', 1, 'key-1'),
    ];
    expect(new Set(tokens).size).toBe(4);
  });
});

describe('staging labels', () => {
  it('carry the revision and are known again', () => {
    expect([keyLabel(12), bundleLabel(12)]).toEqual(['evercert-r12-key', 'evercert-r12']);
    expect([keyLabel(12), bundleLabel(12)].every(isOurLabel)).toBe(true);
  });

  it.each(['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING', 'evercert', 'evercert-r', 'my-evercert-r1', 'evercert-r1-keys'])(
    '%s is not ours',
    (label) => {
      expect(isOurLabel(label)).toBe(false);
    },
  );
});

describe('the token of a Private CA request', () => {
  const issuance = { uid: UID, revision: 3, keyNumber: 1 };

  it('is at most 36 characters, and the same for the same issuance', () => {
    expect(privateCaToken(issuance)).toBe(privateCaToken({ ...issuance }));
    expect(privateCaToken(issuance)).toMatch(/^[0-9a-f]{36}$/);
  });

  it.each([{ revision: 4 }, { keyNumber: 2 }, { uid: '00000000-0000-4000-8000-000000000002' }])(
    'is another with %o',
    (other) => {
      expect(privateCaToken({ ...issuance, ...other })).not.toBe(privateCaToken(issuance));
    },
  );
});

describe('a shard', () => {
  it('is one of sixteen, and stays what it is: the number is part of the table', () => {
    expect(SHARDS).toBe(16);
    expect(['default/web', 'default/api', 'team-a/shop'].map(shardOf)).toEqual([2, 5, 11]);
  });

  it('spreads a thousand certificates over all of them', () => {
    const shards = Array.from({ length: 1000 }, (_, i) => shardOf(`default/c${i}`));
    expect(new Set(shards).size).toBe(16);
  });
});

describe('other names', () => {
  it('put the certificate under the prefix', () => {
    expect(certificateSecret('evercert', 'default/web')).toBe('evercert/default/web');
  });

  it.each([
    { name: 'www.example.com', challenge: '_acme-challenge.www.example.com' },
    { name: '*.example.com', challenge: '_acme-challenge.example.com' },
    { name: 'example.com', challenge: '_acme-challenge.example.com' },
  ])('$name is challenged at $challenge', ({ name, challenge }) => {
    expect(challengeName(name)).toBe(challenge);
  });

  it("keep a ClusterIssuer's account key in the cluster's namespace and an Issuer's in its own", () => {
    const { issuer } = declaredCertificate({ name: 'default/web' });
    expect(accountKeySecret('evercert', issuer, 'cert-manager')).toBe('evercert-refs/cert-manager/letsencrypt-account');
    expect(accountKeySecret('evercert', { ...issuer, kind: 'Issuer', namespace: 'shop' }, 'cert-manager')).toBe(
      'evercert-refs/shop/letsencrypt-account',
    );
  });

  it('tell accounts apart by directory, secret and property', () => {
    const ids = [
      accountId('a', 'b', 'c'),
      accountId('a', 'b', 'd'),
      accountId('a', 'bc', ''),
      accountId('ab', '', 'c'),
    ];
    expect(new Set(ids).size).toBe(4);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
  });
});
