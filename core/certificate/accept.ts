// The judge: what an issuer answered against what was asked. Pure; what fails here is never published.
import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { Sealed } from '../sealed.ts';
import { chainJoins, endsInAnchor, hasIntermediate, isNested, signsItself } from './accept-chain.ts';
import { constraintsDiffer, namesDiffer, subjectDiffers } from './accept-names.ts';
import { constraintsOf } from './ca-constraints.ts';
import { chainPem, type LeafFacts, leafFacts, parseChain } from './chain.ts';
import { type CertificateContent, contentOf } from './content.ts';
import { saidPurposes, saidUsageBits } from './said.ts';
import { keyUsagesOf, SERVER_AUTH } from './usages.ts';

export interface Asked {
  readonly declared: Pick<DeclaredCertificate, 'certificate' | 'issuer'>;
  readonly key: Sealed<string>;
  readonly now: Date;
  /** PEM of the issuer's trust anchors, where it told them. */
  readonly caPem?: string;
}

export type Judgement =
  | { readonly accepted: true; readonly chainPem: string; readonly facts: LeafFacts }
  | { readonly accepted: false; readonly reasons: readonly string[] };

interface Case {
  readonly leaf: X509Certificate;
  readonly chain: readonly X509Certificate[];
  readonly anchors: readonly X509Certificate[];
  readonly key: KeyObject;
  readonly content: CertificateContent;
  readonly issuer: DeclaredCertificate['issuer'];
  readonly now: Date;
}

type Check = (subject: Case) => string | undefined;

/** A CA whose clock runs a little ahead is no fault. */
const NOT_BEFORE_TOLERANCE_MS = 5 * 60_000;

const keyMatches: Check = ({ leaf, key }) =>
  leaf.checkPrivateKey(key) ? undefined : 'the certificate is for another key';

const namesAreEqual: Check = ({ leaf, content }) => namesDiffer(leaf, content.names);

const datesAreSane: Check = ({ leaf, now }) => {
  const { validFromDate: from, validToDate: to } = leaf;
  if (to <= from) return `its end ${to.toISOString()} is not after its beginning ${from.toISOString()}`;
  if (to <= now) return `it has expired at ${to.toISOString()}`;
  if (from.getTime() > now.getTime() + NOT_BEFORE_TOLERANCE_MS) return `it is not valid before ${from.toISOString()}`;
  return undefined;
};

const isCaAsAsked: Check = ({ leaf, content }) => {
  if (leaf.ca === content.isCa) return undefined;
  return leaf.ca ? 'the leaf is a CA certificate' : 'the certificate is no CA certificate';
};

const servesTls: Check = ({ leaf }) =>
  (leaf.keyUsage ?? []).includes(SERVER_AUTH) ? undefined : 'the extended key usage serverAuth is missing';

/** More than was asked is fine; without the extension, anything is. */
const usagesAreThere: Check = ({ leaf, content }) => {
  const asked = keyUsagesOf(content);
  const purposes = saidPurposes(leaf) ?? asked.purposes;
  const bits = saidUsageBits(leaf) ?? asked.bits;
  const missing = [
    ...asked.purposes.filter((purpose) => !purposes.includes(purpose)).map((purpose) => `purpose ${purpose}`),
    ...asked.bits.filter((bit) => !bits.includes(bit)).map((bit) => `key usage bit ${bit}`),
  ];
  return missing.length === 0 ? undefined : `of the asked usages it lacks ${missing.join(', ')}`;
};

const subjectIsAsked: Check = ({ leaf, content }) => subjectDiffers(leaf, content);

const constraintsAreAsked: Check = ({ leaf, content }) => constraintsDiffer(leaf, content.nameConstraints);

/** What a template of ACM Private CA may give is bounded by the issuer's annotation. */
const pathIsBounded: Check = ({ leaf, issuer }) => {
  if (issuer.type !== 'awspca' || !leaf.ca) return undefined;
  const { pathLength } = constraintsOf(leaf);
  const longest = issuer.awspca.allowSubordinateCa ?? 0;
  if (pathLength !== undefined && pathLength <= longest) return undefined;
  return `its path length is ${pathLength ?? 'without limit'}, the issuer allows ${longest}`;
};

const COMMON = [keyMatches, namesAreEqual, datesAreSane, isCaAsAsked];
const PRIVATE = [...COMMON, usagesAreThere, subjectIsAsked, constraintsAreAsked, chainJoins];

/** A public CA chooses subject and usages by itself; a private one keeps to what was asked. */
const CHECKS: Readonly<Record<DeclaredCertificate['issuer']['type'], readonly Check[]>> = {
  acme: [...COMMON, servesTls, hasIntermediate, chainJoins],
  selfSigned: [...PRIVATE, signsItself],
  ca: [...PRIVATE, endsInAnchor, isNested],
  awspca: [...PRIVATE, pathIsBounded, endsInAnchor, isNested],
};

/** A CA certificate of ACM Private CA that declares no usages has those of its template, not cert-manager's for leaves. */
const askedContent = ({ certificate, issuer }: Asked['declared']): CertificateContent => {
  const content = contentOf(certificate);
  const hasTemplates = issuer.type === 'awspca' && content.isCa && certificate.usages.length === 0;
  return hasTemplates ? { ...content, usages: [] } : content;
};

/**
 * Judges a PEM chain (leaf first) by the declaration and by what its type of issuer honours. Names are compared as sets of
 * each kind; of an ACME CA, key usages beside serverAuth are its own choice, and so is the subject.
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
    anchors: asked.caPem === undefined ? [] : parseChain(asked.caPem),
    key: createPrivateKey(asked.key.open()),
    content: askedContent(asked.declared),
    issuer: asked.declared.issuer,
    now: asked.now,
  };
  const checks = CHECKS[asked.declared.issuer.type];
  const reasons = checks.map((check) => check(subject)).filter((reason) => reason !== undefined);
  if (reasons.length > 0) return { accepted: false, reasons };
  return { accepted: true, chainPem: chainPem(chain), facts: leafFacts(leaf) };
};
