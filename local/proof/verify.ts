// Proof of one stored version: chain, names, key, and a TLS handshake that verifies everything. It must never trust the ledger.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Server, type TLSSocket } from 'node:tls';
import { alternativeNames, parseChain } from '#core/certificate/chain.ts';

export interface Proof {
  /** Leaf to a trusted root, each signed by the next and valid now. */
  readonly chain: boolean;
  /** The DNS names are exactly the declared ones. */
  readonly names: boolean;
  readonly key: boolean;
  /** `server`: served on a loopback socket and verified by a client for every name. */
  readonly handshake: 'server' | 'client' | 'none';
}

interface Subject {
  readonly chainPem: string;
  readonly keyPem: string;
  readonly dnsNames: readonly string[];
  /** PEM. */
  readonly roots: readonly string[];
  readonly now: Date;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

const isValidAt = (one: X509Certificate, now: Date): boolean => one.validFromDate <= now && now <= one.validToDate;

const isSignedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);

/** Each certificate is signed by the next, and the last by one of the roots. */
export const isChainTrusted = (chain: readonly X509Certificate[], roots: readonly string[], now: Date): boolean => {
  const top = chain.at(-1);
  if (top === undefined || !chain.every((one) => isValidAt(one, now))) return false;
  const linked = chain.every((one, index) => index === chain.length - 1 || isSignedBy(one, chain[index + 1]!));
  return linked && roots.some((pem) => isSignedBy(top, new X509Certificate(pem)));
};

export const areNamesExact = (leaf: X509Certificate, dnsNames: readonly string[]): boolean => {
  const found = alternativeNames(leaf).map(([kind, value]) => `${kind}:${value}`);
  const wanted = new Set(dnsNames.map((name) => `DNS:${name}`));
  return new Set(found).size === wanted.size && found.every((one) => wanted.has(one));
};

/** A name that a client may ask for: below a wildcard, any label. */
const servedName = (dnsName: string): string => dnsName.replace(/^\*\./, 'any.');

const shake = async (server: Server, servername: string, roots: readonly string[]): Promise<boolean> => {
  const { port } = server.address() as { port: number };
  const options = { host: '127.0.0.1', port, servername, ca: [...roots], minVersion: 'TLSv1.2' as const };
  const socket: TLSSocket = connect({ ...options, timeout: HANDSHAKE_TIMEOUT_MS });
  socket.on('timeout', () => socket.destroy(new Error('no handshake in time')));
  // Rejects with what was not accepted: an unknown root, a wrong name, an end that has passed.
  const accepted = await once(socket, 'secureConnect').then(
    () => socket.authorized,
    () => false,
  );
  socket.destroy();
  return accepted;
};

const serves = async ({ chainPem, keyPem, dnsNames, roots }: Subject): Promise<boolean> => {
  const server = createServer({ cert: chainPem, key: keyPem });
  server.on('tlsClientError', () => undefined);
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  try {
    for (const name of dnsNames) if (!(await shake(server, servedName(name), roots))) return false;
    return true;
  } finally {
    server.close();
  }
};

/** Judges a version by itself: only the declaration's names and the CA's roots are given. */
export const prove = async (subject: Subject): Promise<Proof> => {
  const chain = parseChain(subject.chainPem);
  const leaf = chain[0];
  if (leaf === undefined) return { chain: false, names: false, key: false, handshake: 'none' };
  const key = leaf.checkPrivateKey(createPrivateKey(subject.keyPem));
  return {
    chain: isChainTrusted(chain, subject.roots, subject.now),
    names: areNamesExact(leaf, subject.dnsNames),
    key,
    handshake: key && (await serves(subject)) ? 'server' : 'none',
  };
};

export const isProven = ({ chain, names, key, handshake }: Proof): boolean =>
  chain && names && key && handshake !== 'none';
