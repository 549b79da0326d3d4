// The keystores that the service stores are opened by the programs that people use: keytool, openssl, Python's
// cryptography; and not with another password. They come from the journey, for every kind of key and every profile.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drive } from '#test/contracts/issuers/drive.ts';
import { broughtCa } from '#test/contracts/issuers/stages/own-ca.ts';
import { certificatesIn, storedOf } from '#test/contracts/issuers/stored.ts';
import { certificateText } from '#test/contracts/issuers/suite.ts';
import { type World, world } from '#test/support/world.ts';
import { type Eyes, openEyes, type Store } from './readers.ts';

const PASSWORD = 'changeit-2026';
const PROFILES = ['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'] as const;
const KEYS = [
  { algorithm: 'RSA', python: 'RSA 2048' },
  { algorithm: 'ECDSA', python: 'EC 256' },
  { algorithm: 'Ed25519', python: 'Ed25519 256' },
] as const;

type Profile = (typeof PROFILES)[number];

const nameOf = (algorithm: string, profile: Profile): string => `${algorithm}-${profile}`.toLowerCase();

const CASES = KEYS.flatMap((key) =>
  PROFILES.map((profile) => ({ ...key, profile, name: nameOf(key.algorithm, profile) })),
);

const specOf = ({ name, algorithm, profile }: (typeof CASES)[number]) => ({
  name,
  spec: `dnsNames: [${name}.example.com]
privateKey: { algorithm: ${algorithm} }
keystores:
  pkcs12: { create: true, profile: ${profile}, password: ${PASSWORD} }
  jks: { create: true, alias: web, password: ${PASSWORD} }`,
});

/** By which program a profile is read, as docs/decisions/0021 has it. */
const READ_BY: Readonly<Record<Profile, { readonly java: boolean; readonly openssl: readonly string[] | undefined }>> =
  {
    LegacyRC2: { java: true, openssl: ['-legacy'] },
    LegacyDES: { java: true, openssl: [] },
    Modern2023: { java: true, openssl: [] },
    // PBMAC1 (RFC 9579): OpenSSL 3.4, and no Java of a long-term release.
    Modern2026: { java: false, openssl: undefined },
  };

let w: World;
let eyes: Eyes;

beforeAll(async () => {
  eyes = await openEyes();
  w = world();
  const stage = await broughtCa();
  await stage.prepare?.(w);
  const text = [stage.declarations, ...CASES.map((one) => certificateText(specOf(one), stage.issuerRef))].join('\n');
  const declared = await w.deploy(text);
  await drive(
    w,
    declared.map(({ name }) => name),
    { ports: stage.ports(w), atOnce: 4 },
  );
});
afterAll(() => eyes?.stop());

const store = (name: string, property: string, password = PASSWORD): Store => ({
  text: storedOf(w, name).properties[property]!,
  type: property.endsWith('.p12') ? 'PKCS12' : 'JKS',
  password,
});

const fingerprints = (pem: string): string[] =>
  certificatesIn(pem).map(({ raw }) => createHash('sha256').update(raw).digest('hex'));

describe('PKCS#12', () => {
  it.each(CASES.filter(({ profile }) => READ_BY[profile].java))(
    'of the profile $profile with $algorithm is listed by keytool: one key with its chain, and the anchors beside',
    async ({ name }) => {
      expect(await eyes.keytool(store(name, 'keystore.p12'))).toEqual({
        entries: expect.arrayContaining([{ alias: '1', kind: 'PrivateKeyEntry', chainLength: 3 }]),
      });
      expect(await eyes.keytool(store(name, 'truststore.p12'))).toEqual({
        entries: [{ alias: 'ca', kind: 'trustedCertEntry', chainLength: 0 }],
      });
      expect(await eyes.keytool(store(name, 'keystore.p12', 'another'))).toBe('refused');
    },
  );

  it.each(CASES.filter(({ profile }) => READ_BY[profile].openssl !== undefined))(
    'of the profile $profile with $algorithm is opened by openssl',
    async ({ name, profile }) => {
      const { openssl } = READ_BY[profile];
      expect(await eyes.openssl(store(name, 'keystore.p12'), openssl)).toEqual({ certificates: 3, keys: 1 });
      expect(await eyes.openssl(store(name, 'truststore.p12'), openssl)).toEqual({ certificates: 1, keys: 0 });
      expect(await eyes.openssl(store(name, 'keystore.p12', 'another'), openssl)).toBe('refused');
    },
  );

  it.each(CASES)(
    "of the profile $profile with $algorithm is opened by Python's cryptography: key, leaf, and what stands above it",
    async ({ name, python }) => {
      const { properties } = storedOf(w, name);
      const [leaf, ...above] = fingerprints(`${properties['tls.crt']}\n${properties['ca.crt']}`);
      const loaded = await eyes.python(store(name, 'keystore.p12'));
      expect(loaded).toEqual({ key: python, leaf, others: expect.arrayContaining(above) });
      const trusted = await eyes.python(store(name, 'truststore.p12'));
      expect(trusted).toEqual({ key: null, leaf: null, others: fingerprints(properties['ca.crt']!) });
      expect(await eyes.python(store(name, 'keystore.p12', 'another'))).toBe('refused');
    },
  );
});

describe.each(KEYS)('JKS with $algorithm', ({ algorithm }) => {
  const name = nameOf(algorithm, 'Modern2023');

  it('is listed by keytool: the key under its alias with its chain, and a truststore of the anchors', async () => {
    expect(await eyes.keytool(store(name, 'keystore.jks'))).toEqual({
      entries: expect.arrayContaining([{ alias: 'web', kind: 'PrivateKeyEntry', chainLength: 2 }]),
    });
    expect(await eyes.keytool(store(name, 'truststore.jks'))).toEqual({
      entries: [{ alias: 'ca', kind: 'trustedCertEntry', chainLength: 0 }],
    });
    expect(await eyes.keytool(store(name, 'keystore.jks', 'another'))).toBe('refused');
  });
});

describe('openssl without its legacy provider', () => {
  it('refuses the profile LegacyRC2, which cert-manager takes where none is written', async () => {
    expect(await eyes.openssl(store('rsa-legacyrc2', 'keystore.p12'))).toBe('refused');
  });
});
