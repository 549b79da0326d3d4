// The value of a secret: what a reader finds and what a staged key shows.
import { beforeAll, describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { bundleValue, keyFits, privateKeyOf, stagedKeyOf, stagedKeyValue } from '#core/certificate/secret-value.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';

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
