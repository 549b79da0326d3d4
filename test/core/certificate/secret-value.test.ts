// The value of a secret: what a reader finds, what a staged key shows, and how large it may grow.
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/node-keys.ts';
import {
  bundleValue,
  expectedBytes,
  keyFits,
  MAX_SECRET_BYTES,
  privateKeyOf,
  stagedKeyOf,
  stagedKeyValue,
} from '#core/certificate/secret-value.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { type Authority, makeAuthority, makeKeys, signLeaf } from '#test/support/signing.ts';

const spec = (algorithm: 'RSA' | 'ECDSA', size: number, encoding: 'PKCS1' | 'PKCS8' = 'PKCS1'): PrivateKeySpec => ({
  algorithm,
  size,
  encoding,
  rotationPolicy: 'Always',
});

const FACTS = {
  fingerprint: 'f'.repeat(64),
  serial: '0b',
  notBefore: '2026-11-25T11:00:00.000Z',
  notAfter: '2027-02-23T11:00:00.000Z',
  issuer: 'CN=R11, O=Example CA',
};

describe('the value of one version', () => {
  it('holds chain, key and facts under the names that readers depend on', () => {
    const value = bundleValue({ chainPem: 'CHAIN', key: new Sealed('KEY'), facts: FACTS, versionId: 'v1' });
    expect(JSON.parse(value.open())).toEqual({
      'tls.crt': 'CHAIN',
      'tls.key': 'KEY',
      'not-before': '2026-11-25T11:00:00.000Z',
      'not-after': '2027-02-23T11:00:00.000Z',
      serial: '0b',
      sha256: 'f'.repeat(64),
      issuer: 'CN=R11, O=Example CA',
      'version-id': 'v1',
    });
    expect(privateKeyOf(value)?.open()).toBe('KEY');
  });

  it('is sealed', () => {
    const value = bundleValue({ chainPem: 'CHAIN', key: new Sealed('KEY'), facts: FACTS, versionId: 'v1' });
    expect(`${value} ${JSON.stringify(value)}`).toBe('[sealed] "[sealed]"');
  });
});

describe('a staged key', () => {
  it('has no tls property, so that a reader never takes it for a pair', () => {
    const properties = Object.keys(JSON.parse(stagedKeyValue(new Sealed('KEY')).open()) as object);
    expect(properties).toEqual(['evercert', 'staged-key']);
  });

  it('is read back as it was', () => {
    expect(stagedKeyOf(stagedKeyValue(new Sealed('KEY')))?.open()).toBe('KEY');
  });

  it.each([
    { what: 'words', text: 'not json' },
    { what: 'another object', text: '{"tls.key":"KEY"}' },
    { what: 'a number in its place', text: '{"staged-key":1}' },
    { what: 'null', text: '{"staged-key":null}' },
  ])('is not found in $what', ({ text }) => {
    expect(stagedKeyOf(new Sealed(text))).toBeUndefined();
  });
});

describe('the expected size', () => {
  let authority: Authority;
  beforeAll(async () => {
    authority = await makeAuthority('An Intermediate With A Rather Long Name R11');
  });

  it('is never below the real one, for a hundred long names and a chain of five', async () => {
    const label = 'a-label-of-sixty-three-characters-as-long-as-the-dns-allows-it0';
    const dnsNames = Array.from({ length: 100 }, (_, i) => `n${i}.${label}.${label}.${label}.example.com`);
    const leaf = await signLeaf({
      keys: await makeKeys('RSA'),
      issuer: authority,
      names: dnsNames.map((value) => ({ type: 'dns' as const, value })),
      notBefore: new Date('2026-11-25T11:00:00Z'),
      notAfter: new Date('2027-02-23T11:00:00Z'),
      isCa: false,
      usages: ['1.3.6.1.5.5.7.3.1'],
    });
    const chainPem = `${leaf}\n${`${authority.certificate.toString('pem')}\n`.repeat(4)}`;
    const key = await nodeKeys.make(spec('RSA', 2048));
    const value = bundleValue({ chainPem, key, facts: FACTS, versionId: 'v'.repeat(64) });
    const real = Buffer.byteLength(value.open());
    const expected = expectedBytes({ dnsNames, privateKey: spec('RSA', 2048) });
    expect(real).toBeGreaterThan(30_000);
    expect(expected).toBeGreaterThanOrEqual(real);
    expect(expected).toBeLessThanOrEqual(MAX_SECRET_BYTES);
  });

  it.each([
    // Lengths of PKCS#8 PEM, the longer form, with its line ends written as two characters in JSON.
    { key: 'RSA 2048', privateKey: spec('RSA', 2048), keyBytes: 1_732 },
    { key: 'RSA 4096', privateKey: spec('RSA', 4096), keyBytes: 3_324 },
    { key: 'RSA 8192', privateKey: spec('RSA', 8192), keyBytes: 6_520 },
    { key: 'ECDSA 521', privateKey: spec('ECDSA', 521), keyBytes: 375 },
  ])('leaves room for the key: $key', ({ privateKey, keyBytes }) => {
    const nothing = expectedBytes({ dnsNames: ['a.example.com'], privateKey: { ...privateKey, size: 0 } });
    const whole = expectedBytes({ dnsNames: ['a.example.com'], privateKey });
    const room = privateKey.algorithm === 'RSA' ? whole - nothing : 400;
    expect(room).toBeGreaterThanOrEqual(keyBytes);
  });

  it('fits for any hundred names with RSA 8192, and not for three hundred of the longest', () => {
    const longest = 'x'.repeat(253);
    const some = (count: number) => Array.from({ length: count }, () => longest);
    expect(expectedBytes({ dnsNames: some(100), privateKey: spec('RSA', 8192) })).toBeLessThan(65_536);
    expect(expectedBytes({ dnsNames: some(300), privateKey: spec('ECDSA', 256) })).toBeGreaterThan(65_536);
  });
});

describe('a key fits the declaration', () => {
  const keys = new Map<string, Sealed<string>>();
  beforeAll(async () => {
    for (const [name, one] of [
      ['ECDSA 256', spec('ECDSA', 256)],
      ['ECDSA 384 PKCS8', spec('ECDSA', 384, 'PKCS8')],
      ['ECDSA 521', spec('ECDSA', 521)],
      ['RSA 2048', spec('RSA', 2048)],
    ] as const)
      keys.set(name, await nodeKeys.make(one));
  });

  it.each([
    { key: 'ECDSA 256', asked: spec('ECDSA', 256), fits: true },
    { key: 'ECDSA 256', asked: spec('ECDSA', 256, 'PKCS8'), fits: true },
    { key: 'ECDSA 384 PKCS8', asked: spec('ECDSA', 384), fits: true },
    { key: 'ECDSA 521', asked: spec('ECDSA', 521), fits: true },
    { key: 'RSA 2048', asked: spec('RSA', 2048), fits: true },
    { key: 'ECDSA 256', asked: spec('ECDSA', 384), fits: false },
    { key: 'ECDSA 256', asked: spec('RSA', 2048), fits: false },
    { key: 'RSA 2048', asked: spec('RSA', 4096), fits: false },
    { key: 'RSA 2048', asked: spec('ECDSA', 256), fits: false },
  ])('$key for $asked.algorithm $asked.size $asked.encoding: $fits', ({ key, asked, fits }) => {
    expect(keyFits(keys.get(key)!, asked)).toBe(fits);
  });
});
