// Keystores as they are read by others: OpenSSL (inside Node), node-forge, and a JKS reader of the test's own. keytool,
// openssl and Python read them in test:system.
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { beforeAll, describe, expect, it } from 'vitest';
import { keystoreMaker } from '#adapters/keystores/keystore-maker.ts';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import type { KeystoreContent, Pkcs12Profile } from '#core/certificate/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { readJks, readLegacyPkcs12 } from '#test/support/keystores.ts';
import { type Authority, makeAuthority, signLeafFor } from '#test/support/signing.ts';

const PASSWORD = 'changeit-2026';

/** Bytes 1, 2, 3 ... */
const countingSalts = () => {
  let next = 0;
  return { bytes: (count: number) => Uint8Array.from({ length: count }, () => (next = (next + 1) % 256)) };
};

let authority: Authority;
let ca: string;
let otherCa: string;
const contents = new Map<string, KeystoreContent>();
const contentOf = (key: string): KeystoreContent => ({ ...contents.get(key)!, salts: countingSalts() });

const KEYS = [
  ['RSA', 2048],
  ['RSA', 4096],
  ['ECDSA', 256],
  ['ECDSA', 384],
  ['ECDSA', 521],
  ['Ed25519', 256],
] as const;

beforeAll(async () => {
  authority = await makeAuthority('The Root');
  ca = `${authority.certificate.toString('pem')}\n`;
  otherCa = `${(await makeAuthority('The Root')).certificate.toString('pem')}\n`;
  for (const [algorithm, size] of KEYS) {
    const key = await nodeKeys.make({ algorithm, size, encoding: 'PKCS1' });
    const chainPem = `${await signLeafFor(key, authority)}\n${ca}`;
    const content = { key, chainPem, caPem: ca + otherCa, password: new Sealed(PASSWORD), salts: countingSalts() };
    contents.set(`${algorithm} ${size}`, content);
  }
}, 60_000);

const names = KEYS.map(([algorithm, size]) => `${algorithm} ${size}`);
const pem = (key: KeystoreContent['key']) => createPrivateKey(key.open()).export({ type: 'pkcs8', format: 'der' });

describe('a PKCS#12 store', () => {
  const openable: Pkcs12Profile[] = ['LegacyDES', 'Modern2023', 'Modern2026'];
  it.each(openable.flatMap((profile) => names.map((key) => ({ profile, key }))))(
    'of $profile with $key is opened by OpenSSL, and not with another password',
    async ({ profile, key }) => {
      const { keystore } = await keystoreMaker.pkcs12({ ...contentOf(key), profile });
      const pfx = Buffer.from(keystore.open());
      expect(() => createSecureContext({ pfx, passphrase: PASSWORD })).not.toThrow();
      expect(() => createSecureContext({ pfx, passphrase: 'another' })).toThrow(/mac verify failure/);
    },
  );

  it.each(['LegacyRC2', 'LegacyDES'] as const)(
    'of %s is opened by node-forge, with key, chain and anchors',
    async (profile) => {
      const content = contentOf('RSA 2048');
      const { keystore } = await keystoreMaker.pkcs12({ ...content, profile });
      const found = readLegacyPkcs12(keystore.open(), PASSWORD);
      const leaf = createHash('sha1').update(new X509Certificate(content.chainPem).raw).digest('hex');
      expect(pem(new Sealed(found.keys[0]!))).toEqual(pem(content.key));
      // The leaf, its CA (an anchor too, held once), the other anchor.
      expect(found.count).toBe(3);
      expect(found.keyIds).toEqual([leaf]);
      expect(found.certificateIds).toEqual([leaf, undefined, undefined]);
      expect(() => readLegacyPkcs12(keystore.open(), 'another')).toThrow(/MAC could not be verified/);
    },
  );

  it('of trust anchors holds each under a name of its own, also where their subjects are the same', async () => {
    const { truststore } = await keystoreMaker.pkcs12({ ...contentOf('RSA 2048'), profile: 'LegacyDES' });
    const found = readLegacyPkcs12(truststore!.open(), PASSWORD);
    expect(found).toMatchObject({ keys: [], count: 2, friendlyNames: ['ca', 'ca-1'] });
  });

  it.each(['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'] as const)(
    'of %s is the same store when it is made again with the same salts',
    async (profile) => {
      const make = async () => {
        const made = await keystoreMaker.pkcs12({ ...contentOf('ECDSA 256'), profile });
        return [made.keystore.open(), made.truststore!.open()];
      };
      expect(await make()).toEqual(await make());
    },
  );

  it('has no truststore beside it where no anchors are known', async () => {
    const { caPem: _none, ...content } = contentOf('ECDSA 256');
    expect((await keystoreMaker.pkcs12({ ...content, profile: 'Modern2023' })).truststore).toBeUndefined();
    expect((await keystoreMaker.jks({ ...content, alias: 'certificate' })).truststore).toBeUndefined();
  });
});

describe('a JKS store', () => {
  it.each(names)('holds key and chain under its alias, and the anchors: %s', async (name) => {
    const content = contentOf(name);
    const { keystore } = await keystoreMaker.jks({ ...content, alias: 'Web' });
    const [key, ...trusted] = readJks(keystore.open(), PASSWORD);
    const der = (text: string) => new X509Certificate(text).raw;
    expect(key).toEqual({
      kind: 'key',
      alias: 'web',
      createdAt: new Date('2026-11-25T11:00:00Z'),
      key: pem(content.key),
      certificates: [der(content.chainPem), der(ca)],
    });
    expect(trusted.map(({ kind, alias, certificates }) => ({ kind, alias, certificates }))).toEqual([
      { kind: 'trusted', alias: 'ca', certificates: [der(ca)] },
      { kind: 'trusted', alias: 'ca-1', certificates: [der(otherCa)] },
    ]);
  });

  it('of trust anchors holds nothing else', async () => {
    const { truststore } = await keystoreMaker.jks({ ...contentOf('RSA 2048'), alias: 'web' });
    expect(readJks(truststore!.open(), PASSWORD).map(({ alias }) => alias)).toEqual(['ca', 'ca-1']);
  });

  it('takes any password, as Java takes its characters', async () => {
    const password = new Sealed('pässwörd 🔑');
    const { keystore } = await keystoreMaker.jks({ ...contentOf('ECDSA 256'), password, alias: 'web' });
    expect(readJks(keystore.open(), 'pässwörd 🔑')).toHaveLength(3);
    expect(() => readJks(keystore.open(), PASSWORD)).toThrow('tampered');
  });

  it('is sealed', async () => {
    const made = await keystoreMaker.jks({ ...contentOf('ECDSA 256'), alias: 'web' });
    expect(JSON.stringify(made)).toBe('{"keystore":"[sealed]","truststore":"[sealed]"}');
  });
});
