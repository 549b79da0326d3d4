// Proof of one stored version: chain, names, key, and a TLS handshake that verifies everything. It must never trust the ledger.
import { createPrivateKey, type X509Certificate } from 'node:crypto';
import { parseChain } from '#core/certificate/chain.ts';
import { isTakenOfClient, type Presented, type Purpose, purposeOf, servedNames, serves } from './handshake.ts';
import { areNamesExact, type DeclaredNames } from './names.ts';

export interface Proof {
  /** Leaf to a trusted root, each signed by the next and valid now. */
  readonly chain: boolean;
  /** The names of all kinds are exactly the declared ones. */
  readonly names: boolean;
  readonly key: boolean;
  /** `server`: served on a loopback socket and verified by a client for every name; `client`: taken by a server that demands one. */
  readonly handshake: Purpose;
  /** What it is good for: a handshake of this kind is owed. */
  readonly purpose: Purpose;
}

/** What a certificate is trusted by. */
export type Anchors =
  /** PEM of the roots of a public CA, known from outside. */
  | { readonly kind: 'public'; readonly roots: readonly string[] }
  /** The secret's own `ca.crt`, and what is known of the CA from elsewhere. */
  | { readonly kind: 'private'; readonly caPem: string | undefined; readonly known: readonly string[] };

interface Subject extends Presented {
  readonly declared: DeclaredNames;
  readonly anchors: Anchors;
  readonly now: Date;
}

const isValidAt = (one: X509Certificate, now: Date): boolean => one.validFromDate <= now && now <= one.validToDate;

const isSame = (one: X509Certificate, other: X509Certificate): boolean => one.raw.equals(other.raw);

/** A certificate that signed itself need not say that it may sign. */
const isSignedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  (isSame(one, issuer) ? one.issuer === one.subject : one.checkIssued(issuer)) && one.verify(issuer.publicKey);

/** Each certificate is signed by the next, and the last by one of the roots, or it is one. */
export const isChainTrusted = (chain: readonly X509Certificate[], roots: readonly string[], now: Date): boolean => {
  const top = chain.at(-1);
  if (top === undefined || !chain.every((one) => isValidAt(one, now))) return false;
  const linked = chain.every((one, index) => index === chain.length - 1 || isSignedBy(one, chain[index + 1]!));
  const anchors = roots.flatMap((pem) => parseChain(pem));
  return linked && anchors.some((anchor) => isValidAt(anchor, now) && (isSame(top, anchor) || isSignedBy(top, anchor)));
};

/** What clients are given to trust. */
const rootsOf = (anchors: Anchors): readonly string[] => {
  if (anchors.kind === 'public') return anchors.roots;
  return parseChain(anchors.caPem ?? '').map((one) => one.toString());
};

/** By what readers get beside it (`ca.crt`), and by what is known of the CA from elsewhere. */
const isTrusted = (chain: readonly X509Certificate[], anchors: Anchors, now: Date): boolean =>
  isChainTrusted(chain, rootsOf(anchors), now) &&
  (anchors.kind === 'public' || isChainTrusted(chain, anchors.known, now));

const shown = async (subject: Subject, leaf: X509Certificate, purpose: Purpose): Promise<Purpose> => {
  const roots = rootsOf(subject.anchors);
  if (purpose === 'server') {
    const { dnsNames, ipAddresses = [] } = subject.declared;
    const names = [...new Set([...servedNames(leaf), ...dnsNames, ...ipAddresses])];
    return (await serves(subject, names, roots)) ? 'server' : 'none';
  }
  if (purpose === 'client') return (await isTakenOfClient(subject, roots, subject.now)) ? 'client' : 'none';
  return 'none';
};

/** Judges a version by itself: only the declaration's names and the anchors are given. */
export const prove = async (subject: Subject): Promise<Proof> => {
  const chain = parseChain(subject.chainPem);
  const leaf = chain[0];
  if (leaf === undefined) return { chain: false, names: false, key: false, handshake: 'none', purpose: 'server' };
  const key = leaf.checkPrivateKey(createPrivateKey(subject.keyPem));
  const purpose = purposeOf(leaf);
  const commonName = subject.anchors.kind === 'public' ? 'may be left out' : 'must be there';
  return {
    chain: isTrusted(chain, subject.anchors, subject.now),
    names: areNamesExact(leaf, subject.declared, commonName),
    key,
    handshake: key ? await shown(subject, leaf, purpose) : 'none',
    purpose,
  };
};

/** Everything holds, and it did in TLS what it is good for; a CA proves itself by chain and key alone. */
export const isProven = ({ chain, names, key, handshake, purpose }: Proof): boolean =>
  chain && names && key && handshake === purpose;
