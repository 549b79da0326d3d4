// Keys in each declared form, and the requests made of them.

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { readRequest } from '#test/support/acme/issuing.ts';
import { dnsRequest } from '#test/support/requests.ts';

test.each([
  ['RSA', 2048, 'PKCS1', '-----BEGIN RSA PRIVATE KEY-----'],
  ['RSA', 3072, 'PKCS8', '-----BEGIN PRIVATE KEY-----'],
  ['ECDSA', 256, 'PKCS1', '-----BEGIN EC PRIVATE KEY-----'],
  ['ECDSA', 384, 'PKCS8', '-----BEGIN PRIVATE KEY-----'],
  ['ECDSA', 521, 'PKCS1', '-----BEGIN EC PRIVATE KEY-----'],
] as const)('%s %i in %s begins with %s, and its request is signed and names what was asked', async (...row) => {
  const [algorithm, size, encoding, heading] = row;
  const key = await nodeKeys.make({ algorithm, size, encoding });
  expect(key.open().split('\n')[0]).toBe(heading);
  const details = createPrivateKey(key.open()).asymmetricKeyDetails;
  expect(details).toMatchObject(
    algorithm === 'RSA'
      ? { modulusLength: size, publicExponent: 65537n }
      : { namedCurve: { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' }[String(size)] },
  );
  const dnsNames = ['example.org', '*.example.org'];
  const request = await readRequest(await dnsRequest(key, dnsNames));
  expect(request?.names).toEqual(['example.org', '*.example.org']);
  const publicDer = createPublicKey(key.open()).export({ type: 'spki', format: 'der' });
  expect(Buffer.from(request!.publicKey.rawData).equals(publicDer)).toBe(true);
  expect(dnsNames).toEqual(['example.org', '*.example.org']);
});

test('a request has a common name only when one is given', async () => {
  const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  const without = Buffer.from(await dnsRequest(key, ['b.example.org']));
  const named = await dnsRequest(key, ['a.example.org', 'b.example.org'], 'b.example.org');
  // 2.5.4.3, id-at-commonName
  const commonName = Buffer.from('0603550403', 'hex');
  expect(without.includes(commonName)).toBe(false);
  expect(Buffer.from(named).includes(commonName)).toBe(true);
  expect((await readRequest(named))?.names).toEqual(['b.example.org', 'a.example.org']);
});

test('a key does not print', async () => {
  const key = await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });
  expect(`${key} ${JSON.stringify({ key })}`).toBe('[sealed] {"key":"[sealed]"}');
});
