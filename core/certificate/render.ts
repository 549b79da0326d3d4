// One version's value from one pair: the encoded key, the declared formats and keystores, and the trust anchors. The same
// pair, declaration and passwords give the same text. It must never know where the value goes.
import { createHmac, createPrivateKey } from 'node:crypto';
import type { CertificateSpec, KeystoresSpec } from '../declaration/model.ts';
import type { RandomBytes } from '../ports.ts';
import { Sealed } from '../sealed.ts';
import type { LeafFacts } from './chain.ts';
import type { KeystoreMaker, Keystores } from './ports.ts';
import { bundleValue, type HandOverFacts } from './secret-value.ts';

export type Passwords = Readonly<Partial<Record<keyof KeystoresSpec, Sealed<string>>>>;

export interface Bundle {
  /** PEM, leaf first. */
  readonly chainPem: string;
  readonly key: Sealed<string>;
  readonly facts: LeafFacts;
  /** The token that we choose. */
  readonly versionId: string;
  /** PEM of the trust anchors, where known. */
  readonly caPem?: string;
  readonly handOver?: HandOverFacts;
  readonly spec: Pick<CertificateSpec, 'privateKey' | 'keystores' | 'additionalOutputFormats'>;
  /** One for each declared keystore. */
  readonly passwords: Passwords;
}

/** The key in the declared encoding: PKCS1 is SEC 1 for ECDSA; Ed25519 is always PKCS#8, as cert-manager has it. */
export const encodedKey = (key: Sealed<string>, { encoding }: Pick<CertificateSpec['privateKey'], 'encoding'>) => {
  const parsed = createPrivateKey(key.open());
  const type =
    encoding === 'PKCS8' || parsed.asymmetricKeyType === 'ed25519'
      ? 'pkcs8'
      : parsed.asymmetricKeyType === 'rsa'
        ? 'pkcs1'
        : 'sec1';
  return new Sealed(parsed.export({ type, format: 'pem' }) as string);
};

/**
 * Salts that the same version gets again: a crash between writing a version and recording it must not make another value of
 * the same token. Nobody without the key can tell them beforehand, and no two versions share them.
 */
const saltsOf = (key: Sealed<string>, purpose: string): RandomBytes => {
  let count = 0;
  return {
    bytes: (length) => {
      const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, i) =>
        createHmac('sha256', key.open()).update(`${purpose} ${count} ${i}`).digest(),
      );
      count++;
      return new Uint8Array(Buffer.concat(blocks).subarray(0, length));
    },
  };
};

const base64 = (bytes: Sealed<Uint8Array>): string => Buffer.from(bytes.open()).toString('base64');

/** Properties of one kind of store: `keystore.p12`, and `truststore.p12` where there is one. */
const storeProperties = (ending: 'p12' | 'jks', { keystore, truststore }: Keystores): Record<string, string> => ({
  [`keystore.${ending}`]: base64(keystore),
  ...(truststore === undefined ? {} : { [`truststore.${ending}`]: base64(truststore) }),
});

const stores = async (bundle: Bundle, maker: KeystoreMaker): Promise<Record<string, string>> => {
  const { key, chainPem, caPem, passwords, versionId, spec } = bundle;
  const { pkcs12, jks } = spec.keystores ?? {};
  const content = { key, chainPem, ...(caPem === undefined ? {} : { caPem }) };
  const made: Record<string, string> = {};
  if (pkcs12 !== undefined && passwords.pkcs12 !== undefined) {
    const salts = saltsOf(key, `pkcs12 ${versionId}`);
    const { profile } = pkcs12;
    const packed = await maker.pkcs12({ ...content, profile, password: passwords.pkcs12, salts });
    Object.assign(made, storeProperties('p12', packed));
  }
  if (jks !== undefined && passwords.jks !== undefined) {
    const salts = saltsOf(key, `jks ${versionId}`);
    const packed = await maker.jks({ ...content, alias: jks.alias, password: passwords.jks, salts });
    Object.assign(made, storeProperties('jks', packed));
  }
  return made;
};

/** cert-manager's additional output formats: key, an empty line, chain; and the DER inside the key's PEM. */
const formats = (key: Sealed<string>, { chainPem, spec }: Bundle): Record<string, string> => {
  const asked = spec.additionalOutputFormats ?? [];
  const body = key.open().replace(/-----[^-]+-----|\s+/g, '');
  return {
    ...(asked.includes('CombinedPEM') ? { 'tls-combined.pem': `${key.open()}\n${chainPem}` } : {}),
    ...(asked.includes('DER') ? { 'key.der': body } : {}),
  };
};

/** The secret's JSON text (docs/secret.md). */
export const render = async (bundle: Bundle, maker: KeystoreMaker): Promise<Sealed<string>> => {
  const key = encodedKey(bundle.key, bundle.spec.privateKey);
  const { chainPem, facts, versionId, caPem, handOver } = bundle;
  const more = { ...formats(key, bundle), ...(await stores(bundle, maker)) };
  return bundleValue({
    chainPem,
    key,
    facts,
    versionId,
    ...(caPem === undefined ? {} : { caPem }),
    ...(handOver === undefined ? {} : { handOver }),
    more,
  });
};
