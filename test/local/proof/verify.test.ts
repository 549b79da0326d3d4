// A stored version proves itself, or is found wanting in exactly what is wrong with it.

import { createPrivateKey } from 'node:crypto';
import { expect, test } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { isProven, prove } from '#local/proof/verify.ts';
import { FakeHierarchy, readRequest } from '#test/support/acme/issuing.ts';
import { dnsRequest } from '#test/support/requests.ts';

const NAMES = ['example.com', '*.example.com'];
const now = new Date();
const days = (count: number): Date => new Date(now.getTime() + count * 86_400_000);
const hierarchy = await FakeHierarchy.create(now);
const newKey = () => nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' });

const issue = async (dates: { notBefore: Date; notAfter: Date }) => {
  const key = await newKey();
  const request = await readRequest(await dnsRequest(key, NAMES));
  const [chainPem = ''] = await hierarchy.issue({ ...request!, ...dates });
  return { chainPem, keyPem: key.open() };
};
const good = await issue({ notBefore: days(-1), notAfter: days(1) });
const subject = {
  ...good,
  declared: { dnsNames: NAMES },
  anchors: { kind: 'public' as const, roots: [hierarchy.rootPem] },
  now,
};

test('a version that is right is served and accepted for each of its names', async () => {
  const proof = await prove(subject);
  expect(proof).toEqual({ chain: true, names: true, key: true, handshake: 'server', purpose: 'server' });
  expect(isProven(proof)).toBe(true);
});

test('another root is not trusted, neither by us nor by a client', async () => {
  const other = await FakeHierarchy.create(now);
  expect(await prove({ ...subject, anchors: { kind: 'public', roots: [other.rootPem] } })).toMatchObject({
    chain: false,
    handshake: 'none',
  });
});

test.each([
  ['a name is missing', ['example.com'], 'server'],
  ['a name is not in it', [...NAMES, 'example.net'], 'none'],
] as const)('names that are not exactly the declared ones: %s', async (_, dnsNames, handshake) => {
  expect(await prove({ ...subject, declared: { dnsNames: [...dnsNames] } })).toMatchObject({ names: false, handshake });
});

test("somebody else's key is found out before anything is served", async () => {
  const keyPem = (await newKey()).open();
  expect(createPrivateKey(keyPem).asymmetricKeyType).toBe('ec');
  expect(await prove({ ...subject, keyPem })).toMatchObject({ key: false, handshake: 'none' });
});

test('an end that has passed breaks the chain', async () => {
  const old = await issue({ notBefore: days(-3), notAfter: days(-2) });
  expect(await prove({ ...subject, ...old })).toMatchObject({ chain: false, key: true, handshake: 'none' });
});

test('a chain without its intermediate is no chain', async () => {
  const [leaf = ''] = good.chainPem.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  expect(await prove({ ...subject, chainPem: leaf })).toMatchObject({ chain: false, handshake: 'none' });
});
