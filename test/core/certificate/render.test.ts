// One version's value from one pair: encodings, formats, anchors; the same text however often it is made.
import { createPrivateKey } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { type Bundle, encodedKey, render } from '#core/certificate/render.ts';
import { anchorsOf, handOverOf, outputsOf } from '#core/certificate/secret-value.ts';
import type { PrivateKeySpec } from '#core/declaration/model.ts';
import { Sealed } from '#core/sealed.ts';
import { makeAuthority, signLeafFor } from '#test/support/signing.ts';

const FACTS = {
  fingerprint: 'f'.repeat(64),
  serial: '0b',
  notBefore: '2026-11-25T11:00:00.000Z',
  notAfter: '2027-02-23T11:00:00.000Z',
  issuer: 'CN=R11, O=Example CA',
};
const spec = (
  algorithm: PrivateKeySpec['algorithm'],
  size: number,
  encoding: PrivateKeySpec['encoding'],
): PrivateKeySpec => ({ algorithm, size, encoding, rotationPolicy: 'Always' });

describe('the key of a version', () => {
  it.each([
    { made: spec('RSA', 2048, 'PKCS8'), wanted: 'PKCS1', begins: 'BEGIN RSA PRIVATE KEY' },
    { made: spec('RSA', 2048, 'PKCS1'), wanted: 'PKCS8', begins: 'BEGIN PRIVATE KEY' },
    { made: spec('ECDSA', 384, 'PKCS8'), wanted: 'PKCS1', begins: 'BEGIN EC PRIVATE KEY' },
    { made: spec('ECDSA', 521, 'PKCS1'), wanted: 'PKCS8', begins: 'BEGIN PRIVATE KEY' },
    { made: spec('Ed25519', 256, 'PKCS8'), wanted: 'PKCS1', begins: 'BEGIN PRIVATE KEY' },
  ] as const)('$made.algorithm as $wanted: $begins', async ({ made, wanted, begins }) => {
    const key = await nodeKeys.make(made);
    const encoded = encodedKey(key, { encoding: wanted });
    expect(encoded.open()).toContain(begins);
    expect(createPrivateKey(encoded.open()).equals(createPrivateKey(key.open()))).toBe(true);
  });
});

describe('a version', () => {
  let bundle: Bundle;
  beforeAll(async () => {
    const authority = await makeAuthority('The Root');
    const privateKey = spec('ECDSA', 256, 'PKCS1');
    const key = await nodeKeys.make(privateKey);
    const ca = `${authority.certificate.toString('pem')}\n`;
    const password = new Sealed('changeit');
    const stands = { text: 'changeit' };
    bundle = {
      chainPem: `${await signLeafFor(key, authority)}\n${ca}`,
      key,
      facts: FACTS,
      versionId: 'v1',
      caPem: ca,
      spec: {
        privateKey,
        keystores: { pkcs12: { profile: 'Modern2026', password: stands }, jks: { alias: 'web', password: stands } },
        additionalOutputFormats: ['DER'],
      },
      passwords: { pkcs12: password, jks: password },
    };
  });
  const rendered = async (change: Partial<Bundle> = {}) =>
    JSON.parse((await render({ ...bundle, ...change }, keystoreMaker)).open()) as Record<string, string>;

  it('has anchors and truststores where the anchors are known, and neither where they are not', async () => {
    const stores = ['keystore.p12', 'truststore.p12', 'keystore.jks', 'truststore.jks'];
    expect(Object.keys(await rendered())).toEqual(expect.arrayContaining(['ca.crt', ...stores]));
    const { caPem: _none, ...without } = bundle;
    const value = JSON.parse((await render(without, keystoreMaker)).open()) as Record<string, string>;
    expect(Object.keys(value).filter((name) => /^(ca|trust)/.test(name))).toEqual([]);
  });

  it('is the same text when it is made again, and another one under another version id', async () => {
    expect(await rendered()).toEqual(await rendered());
    const [one, other] = [await rendered(), await rendered({ versionId: 'v2' })];
    expect(one['keystore.p12']).not.toBe(other['keystore.p12']);
    expect(one['keystore.jks']).not.toBe(other['keystore.jks']);
  });

  it('of a CA certificate tells the hand-over, and is read back so', async () => {
    const handOver = { previousVersionId: 'v0', signsFrom: '2026-12-01T00:00:00.000Z' };
    const value = await render({ ...bundle, handOver }, keystoreMaker);
    expect(handOverOf(value)).toEqual(handOver);
    expect(anchorsOf(value)).toBe(bundle.caPem);
    expect(handOverOf(await render(bundle, keystoreMaker))).toBeUndefined();
  });

  it('shows encoding and formats to who has forgotten them, and no keystore', async () => {
    expect(outputsOf(await render(bundle, keystoreMaker))).toEqual({ encoding: 'PKCS1', formats: ['DER'] });
  });
});
