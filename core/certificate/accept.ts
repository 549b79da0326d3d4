// The judge: what a CA answered against what was asked. Pure; what fails here is never published.
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Sealed } from '../sealed.ts';
import { alternativeNames, chainPem, type LeafFacts, leafFacts, parseChain } from './chain.ts';

export interface Asked {
  readonly dnsNames: readonly string[];
  readonly key: Sealed<string>;
  readonly now: Date;
}

export type Judgement =
  | { readonly accepted: true; readonly chainPem: string; readonly facts: LeafFacts }
  | { readonly accepted: false; readonly reasons: readonly string[] };

interface Case {
  readonly leaf: X509Certificate;
  readonly chain: readonly X509Certificate[];
  readonly key: KeyObject;
  readonly dnsNames: readonly string[];
  readonly now: Date;
}

const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** A CA whose clock runs a little ahead is no fault. */
const NOT_BEFORE_TOLERANCE_MS = 5 * 60_000;

const keyMatches = ({ leaf, key }: Case): string | undefined =>
  leaf.checkPrivateKey(key) ? undefined : 'the certificate is for another key';

const namesAreEqual = ({ leaf, dnsNames }: Case): string | undefined => {
  const given = alternativeNames(leaf);
  const issued = new Set(given.filter(([kind]) => kind === 'DNS').map(([, name]) => name));
  const missing = dnsNames.filter((name) => !issued.has(name));
  const extra = given
    .filter(([kind, name]) => kind !== 'DNS' || !dnsNames.includes(name))
    .map(([kind, name]) => (kind === 'DNS' ? name : `${kind}:${name}`));
  const said = [
    ...(missing.length > 0 ? [`lacks ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`carries ${extra.join(', ')}, which was not asked`] : []),
  ];
  return said.length === 0 ? undefined : `the certificate ${said.join(' and ')}`;
};

const datesAreSane = ({ leaf, now }: Case): string | undefined => {
  const { validFromDate: from, validToDate: to } = leaf;
  if (to <= from) return `its end ${to.toISOString()} is not after its beginning ${from.toISOString()}`;
  if (to <= now) return `it has expired at ${to.toISOString()}`;
  if (from.getTime() > now.getTime() + NOT_BEFORE_TOLERANCE_MS) return `it is not valid before ${from.toISOString()}`;
  return undefined;
};

const isNoCa = ({ leaf }: Case): string | undefined => (leaf.ca ? 'the leaf is a CA certificate' : undefined);

const servesTls = ({ leaf }: Case): string | undefined =>
  (leaf.keyUsage ?? []).includes(SERVER_AUTH) ? undefined : 'the extended key usage serverAuth is missing';

const chainJoins = ({ chain }: Case): string | undefined => {
  if (chain.length < 2) return 'the intermediate certificate is missing';
  for (let i = 0; i + 1 < chain.length; i++) {
    const child = chain[i]!;
    const parent = chain[i + 1]!;
    if (!parent.ca) return `certificate ${i + 2} of the chain is no CA certificate`;
    if (!child.checkIssued(parent) || !child.verify(parent.publicKey))
      return `certificate ${i + 1} of the chain is not issued by certificate ${i + 2}`;
  }
  return undefined;
};

const CHECKS = [keyMatches, namesAreEqual, datesAreSane, isNoCa, servesTls, chainJoins];

/**
 * Judges a PEM chain (leaf first) of a public TLS CA. Names are compared as sets; key usages beside serverAuth are the
 * CA's own choice (Let's Encrypt gives keyEncipherment to RSA only), and so is the common name.
 */
export const accept = (pem: string, asked: Asked): Judgement => {
  let chain: X509Certificate[];
  try {
    chain = parseChain(pem);
  } catch (cause) {
    return { accepted: false, reasons: [`the chain cannot be parsed: ${(cause as Error).message}`] };
  }
  const leaf = chain[0];
  if (leaf === undefined) return { accepted: false, reasons: ['the answer holds no certificate'] };
  const subject: Case = {
    leaf,
    chain,
    key: createPrivateKey(asked.key.open()),
    dnsNames: asked.dnsNames,
    now: asked.now,
  };
  const reasons = CHECKS.map((check) => check(subject)).filter((reason) => reason !== undefined);
  if (reasons.length > 0) return { accepted: false, reasons };
  return { accepted: true, chainPem: chainPem(chain), facts: leafFacts(leaf) };
};
