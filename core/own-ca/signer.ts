// The CA as it signs now: which pair, what it allows, what its leaves carry. It must never sign.
import type { X509Certificate } from 'node:crypto';
import { type CaConstraints, constraintsOf } from '../certificate/ca-constraints.ts';
import { chainPem, parseChain } from '../certificate/chain.ts';
import type { CertificateContent } from '../certificate/content.ts';
import type { CaIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { anchorsOf, isSelfSigned } from './anchors.ts';
import type { SigningPair, SigningPairs } from './ports.ts';
import { type CaSpan, endsTooSoon, type NestingWish } from './validity.ts';
import { outside } from './within.ts';

export interface Signer {
  readonly pair: SigningPair;
  /** The CA certificate, and what stands above it, the anchor included where it is known. */
  readonly path: readonly X509Certificate[];
  /** PEM: old and new together while both are needed. */
  readonly caPem: string;
}

const pathOf = (pair: SigningPair, caPem: string): readonly X509Certificate[] => {
  const own = parseChain(pair.certificatePem + pair.chainPem);
  const top = own.at(-1)!;
  if (isSelfSigned(top)) return own;
  const anchor = parseChain(caPem).find((one) => top.checkIssued(one) && top.verify(one.publicKey));
  return anchor === undefined ? own : [...own, anchor];
};

const signerFrom = (pair: SigningPair, caPem: string): Signer => ({ pair, caPem, path: pathOf(pair, caPem) });

export const spanOf = (issuer: CaIssuerSpec, { path }: Signer): CaSpan => ({
  name: issuerText(issuer),
  notBefore: path[0]!.validFromDate,
  notAfter: new Date(Math.min(...path.map(({ validToDate }) => validToDate.getTime()))),
});

/** The chain that is served after the leaf: without self-signed root. */
export const servedChain = ({ pair }: Signer): string =>
  chainPem(parseChain(pair.certificatePem + pair.chainPem).filter((one) => !isSelfSigned(one)));

/** Why the CA does not allow it, in words; empty: it does. */
const against = ({ path }: Signer, content: CertificateContent): readonly string[] => {
  const all = path.map(constraintsOf);
  const left = pathLengths(all);
  if (left.some((rest) => rest < 0)) return ['its own path is longer than it may be'];
  if (content.isCa && left.some((rest) => rest < 1))
    return ['no further CA certificate may stand below it (path length)'];
  return [...new Set(all.flatMap((constraints) => outside(content.names, constraints)))];
};

/** What each certificate of the path leaves for CA certificates below: certificate `i` has `i` of them below it already. */
const pathLengths = (all: readonly CaConstraints[]): readonly number[] =>
  all.flatMap(({ pathLength }, below) => (pathLength === undefined ? [] : [pathLength - below]));

/**
 * Path length that is left for a CA certificate (undefined: no limit), and what could not be judged.
 * Errors: SIGNER_UNFIT (no CA), CA_CONSTRAINS (path length or name constraints).
 */
export const allowed = (
  signer: Signer,
  issuer: CaIssuerSpec,
  content: CertificateContent,
): { readonly pathLength?: number; readonly warnings: readonly string[] } => {
  const notCa = signer.path.find(({ ca }) => !ca);
  if (notCa !== undefined)
    throw new EvercertError('SIGNER_UNFIT', `${issuerText(issuer)}: ${notCa.subject} is no CA certificate`);
  const reasons = against(signer, content);
  if (reasons.length > 0)
    throw new EvercertError('CA_CONSTRAINS', `${issuerText(issuer)}: the CA does not allow it: ${reasons.join('; ')}`, {
      detail: { offenders: reasons },
    });
  const all = signer.path.map(constraintsOf);
  const left = pathLengths(all);
  return {
    ...(content.isCa && left.length > 0 ? { pathLength: Math.min(...left) - 1 } : {}),
    warnings: all.some(({ hasOthers }) => hasOthers)
      ? ['the CA constrains names of a kind that is not judged here (directory names or others): clients will judge']
      : [],
  };
};

export interface SigningWish extends NestingWish {
  readonly content: CertificateContent;
}

/**
 * The pair of AWSCURRENT, or the one before it until its hand-over ends, where that may still sign this; undefined: there is
 * none yet.
 */
export const signerNow = async (
  pairs: SigningPairs,
  issuer: CaIssuerSpec,
  wish: SigningWish,
): Promise<Signer | undefined> => {
  const { signer } = issuer.ca;
  const current = await pairs.read({ signer });
  if (current === undefined) return undefined;
  const caPem = anchorsOf(current, wish.now);
  const { handOver } = current;
  if (handOver === undefined || new Date(handOver.signsFrom) <= wish.now) return signerFrom(current, caPem);
  const before = await pairs.read({ signer, versionId: handOver.previousVersionId });
  const old = before && signerFrom(before, caPem);
  const maySign =
    old !== undefined && !endsTooSoon(spanOf(issuer, old), wish) && against(old, wish.content).length === 0;
  return maySign ? old : signerFrom(current, caPem);
};
