// KeystoreMaker: what cert-manager puts under keystore.p12, keystore.jks and their truststores. It must never keep a key or
// a password, nor take a salt from anywhere but from who asks.
import { createPrivateKey } from 'node:crypto';
import { parseChain } from '#core/certificate/chain.ts';
import type { KeystoreContent, KeystoreMaker } from '#core/certificate/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { javaKeyStore, type TrustedCertificate } from './jks.ts';
import { keyStore, trustStore } from './pkcs12.ts';

interface Parsed {
  readonly pkcs8: Buffer;
  /** DER, leaf first. */
  readonly chain: readonly Buffer[];
  readonly anchors: readonly TrustedCertificate[];
  /** When the leaf begins: a store that is made again is the same store. */
  readonly createdAt: Date;
}

const aliasOf = (index: number): string => (index === 0 ? 'ca' : `ca-${index}`);

const parsed = ({ key, chainPem, caPem = '' }: KeystoreContent): Parsed => {
  const chain = parseChain(chainPem);
  return {
    pkcs8: createPrivateKey(key.open()).export({ type: 'pkcs8', format: 'der' }),
    chain: chain.map(({ raw }) => raw),
    anchors: parseChain(caPem).map(({ raw: der }, index) => ({ alias: aliasOf(index), der })),
    createdAt: chain[0]?.validFromDate ?? new Date(0),
  };
};

/** The chain, then the anchors that it does not hold yet. */
const allCertificates = ({ chain, anchors }: Parsed): readonly Buffer[] => [
  ...chain,
  ...anchors.map(({ der }) => Buffer.from(der)).filter((der) => !chain.some((one) => one.equals(der))),
];

export const keystoreMaker: KeystoreMaker = {
  async pkcs12({ profile, password, salts, ...content }) {
    const by = { profile, password: password.open(), salts };
    const all = parsed({ ...content, password, salts });
    const keystore = await keyStore({ pkcs8: all.pkcs8, certificates: allCertificates(all) }, by);
    if (all.anchors.length === 0) return { keystore: new Sealed(keystore) };
    return { keystore: new Sealed(keystore), truststore: new Sealed(await trustStore(all.anchors, by)) };
  },

  async jks({ alias, password, salts, ...content }) {
    const by = { password: password.open(), salts };
    const { pkcs8, chain, anchors, createdAt } = parsed({ ...content, password, salts });
    const keystore = javaKeyStore({ key: { alias, pkcs8, chain }, trusted: anchors, createdAt }, by);
    if (anchors.length === 0) return { keystore: new Sealed(keystore) };
    const truststore = javaKeyStore({ trusted: anchors, createdAt }, by);
    return { keystore: new Sealed(keystore), truststore: new Sealed(truststore) };
  },
};
