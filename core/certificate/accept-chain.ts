// The judge's look at a chain: each certificate by the next, up to an anchor, and none outliving its CA. Pure.
import type { X509Certificate } from 'node:crypto';
import { fingerprint } from './chain.ts';
import { saysItsOwnName } from './said.ts';

export interface Chain {
  /** Leaf first; never empty. */
  readonly chain: readonly X509Certificate[];
  /** The issuer's trust anchors; empty: it did not tell them. */
  readonly anchors: readonly X509Certificate[];
}

const isSignedBy = (one: X509Certificate, issuer: X509Certificate): boolean =>
  one.checkIssued(issuer) && one.verify(issuer.publicKey);

const isSame = (one: X509Certificate, other: X509Certificate): boolean => fingerprint(one) === fingerprint(other);

/** Of whatever there is. */
export const chainJoins = ({ chain }: Chain): string | undefined => {
  for (let i = 0; i + 1 < chain.length; i++) {
    const parent = chain[i + 1]!;
    if (!parent.ca) return `certificate ${i + 2} of the chain is no CA certificate`;
    if (!isSignedBy(chain[i]!, parent))
      return `certificate ${i + 1} of the chain is not issued by certificate ${i + 2}`;
  }
  return undefined;
};

export const hasIntermediate = ({ chain }: Chain): string | undefined =>
  chain.length < 2 ? 'the intermediate certificate is missing' : undefined;

/** A leaf need not have the key usage that OpenSSL's own check of an issuer asks for (RFC 5280 section 6: it is an anchor). */
export const signsItself = ({ chain }: Chain): string | undefined => {
  const [leaf, ...more] = chain;
  return more.length === 0 && saysItsOwnName(leaf!) && leaf!.verify(leaf!.publicKey)
    ? undefined
    : 'the certificate is not signed by itself';
};

/** The last one is an anchor or signed by one; an issuer that does not tell its anchors gives an intermediate at least. */
export const endsInAnchor = ({ chain, anchors }: Chain): string | undefined => {
  const top = chain.at(-1)!;
  if (anchors.length === 0) return hasIntermediate({ chain, anchors });
  return anchors.some((anchor) => isSame(top, anchor) || (anchor.ca && isSignedBy(top, anchor)))
    ? undefined
    : "the chain does not end in one of the issuer's trust anchors";
};

/** Another version of the same CA, with the same key, may last longer than the one that has signed. */
export const isNested = ({ chain, anchors }: Chain): string | undefined => {
  const issuers = [...chain.slice(1), ...anchors];
  const outlives = (one: X509Certificate): boolean => {
    const ends = issuers.filter((issuer) => !isSame(one, issuer) && isSignedBy(one, issuer));
    return ends.length > 0 && ends.every((issuer) => one.validToDate > issuer.validToDate);
  };
  const at = chain.findIndex(outlives);
  if (at < 0) return undefined;
  return at === 0 ? 'it outlives the CA that has signed it' : `certificate ${at + 1} of the chain outlives its CA`;
};
