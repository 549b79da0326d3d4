// What lies in a certificate's secret, opened: the leaf as another reader sees it, the chain verified from leaf to root, the
// key that belongs to it. It must never use the core's reader of chains or its judge.
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import type { World } from '#test/support/world.ts';
import { type Look, look } from './look.ts';

const BLOCKS = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

export const certificatesIn = (pem: string): X509Certificate[] =>
  (pem.match(BLOCKS) ?? []).map((block) => new X509Certificate(block));

export interface Stored {
  readonly properties: Readonly<Record<string, string>>;
  readonly leaf: X509Certificate;
  readonly says: Look;
  /** Leaf first. */
  readonly chain: readonly X509Certificate[];
  readonly caPem: string;
  readonly keyPem: string;
}

export const storedOf = (world: World, name: string): Stored => {
  const properties = world.current(`default/${name}`);
  const { 'tls.crt': chainPem = '', 'tls.key': keyPem = '', 'ca.crt': caPem = '' } = properties;
  const chain = certificatesIn(chainPem);
  const leaf = chain[0];
  if (leaf === undefined) {
    const { failure, work } = world.ledger.row(`default/${name}`)?.progress ?? {};
    const why = failure === undefined ? `waits for ${work?.waitingFor}` : `${failure.code}: ${failure.message}`;
    throw new Error(`${name} was not issued: ${why}`);
  }
  return { properties, leaf, says: look(leaf.toString()), chain, caPem, keyPem };
};

const isSigned = (one: X509Certificate, by: X509Certificate): boolean =>
  one.issuer === by.subject && one.verify(by.publicKey);

/** Signatures and dates hold from the leaf to one of the roots; every certificate above the leaf is a CA's. */
export const leadsTo = (chain: readonly X509Certificate[], roots: readonly X509Certificate[]): boolean => {
  const now = new Date();
  const isLinked = chain.every((one, index) => chain[index + 1] === undefined || isSigned(one, chain[index + 1]!));
  const isInTime = [...chain].every((one) => one.validFromDate <= now && now < one.validToDate);
  const areCas = chain.slice(1).every((one) => look(one.toString()).constraints.startsWith('CA'));
  const top = chain.at(-1)!;
  return isLinked && isInTime && areCas && roots.some((root) => root.raw.equals(top.raw) || isSigned(top, root));
};

export const isPair = (leaf: X509Certificate, keyPem: string): boolean => {
  const own = createPublicKey(createPrivateKey(keyPem)).export({ type: 'spki', format: 'der' });
  return own.equals(leaf.publicKey.export({ type: 'spki', format: 'der' }));
};
