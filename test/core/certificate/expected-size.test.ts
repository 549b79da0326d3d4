// How large a secret may grow, told before an order.
import { beforeAll, describe, expect, it } from 'vitest';
import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { expectedBytes, MAX_SECRET_BYTES } from '#core/certificate/expected-size.ts';
import { render } from '#core/certificate/render.ts';
import { bundleValue } from '#core/certificate/secret-value.ts';
import type { CertificateSpec, PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { type Authority, makeAuthority, makeKeys, signLeaf, signLeafFor } from '#test/support/signing.ts';

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

describe('the expected size with everything beside the pair', () => {
  const text = { text: 'changeit' };
  const everything: Pick<CertificateSpec, 'keystores' | 'additionalOutputFormats'> = {
    keystores: { pkcs12: { profile: 'Modern2023', password: text }, jks: { alias: 'certificate', password: text } },
    additionalOutputFormats: ['CombinedPEM', 'DER'],
  };
  const dnsNames = ['web.example.com'];

  it.each([
    { privateKey: spec('ECDSA', 256, 'PKCS8') },
    { privateKey: spec('RSA', 2048, 'PKCS8') },
    { privateKey: spec('RSA', 4096, 'PKCS8') },
  ])('is not below the real one: $privateKey.algorithm $privateKey.size', async ({ privateKey }) => {
    const root = await makeAuthority('A Root With A Rather Long Name');
    const authority = await makeAuthority('An Intermediate With A Rather Long Name', root);
    const key = await nodeKeys.make(privateKey);
    const ca = `${root.certificate.toString('pem')}\n`;
    const chainPem = `${await signLeafFor(key, authority)}\n${authority.certificate.toString('pem')}\n${ca}`;
    const password = new Sealed('changeit');
    const bundle = {
      chainPem,
      key,
      facts: FACTS,
      versionId: 'v'.repeat(64),
      caPem: ca,
      spec: { privateKey, ...everything },
      passwords: { pkcs12: password, jks: password },
    };
    const real = Buffer.byteLength((await render(bundle, keystoreMaker)).open());
    expect(expectedBytes({ dnsNames, privateKey, ...everything })).toBeGreaterThanOrEqual(real);
  });

  it('lets twenty names with RSA 4096 have everything, and refuses it to two hundred', () => {
    const names = (count: number) => Array.from({ length: count }, (_, i) => `host-${i}.department.example.com`);
    const privateKey = spec('RSA', 4096);
    expect(expectedBytes({ dnsNames: names(20), privateKey, ...everything })).toBeLessThan(MAX_SECRET_BYTES);
    expect(expectedBytes({ dnsNames: names(200), privateKey, ...everything })).toBeGreaterThan(MAX_SECRET_BYTES);
  });
});
