// The CA as it signs now: which pair, what it allows, what its leaves carry. It must never sign.
import type { X509Certificate } from 'node:crypto';
import { chainPem, parseChain } from '../certificate/chain.ts';
import type { CertificateContent } from '../certificate/content.ts';
import type { CaIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { anchorsOf, isSelfSigned } from './anchors.ts';
import { constraintsOf } from './constraints.ts';
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

/** The pair of AWSCURRENT, or the one before it until its hand-over ends; undefined: there is none yet. */
export const signerNow = async (
  pairs: SigningPairs,
  issuer: CaIssuerSpec,
  wish: NestingWish,
): Promise<Signer | undefined> => {
  const { signer } = issuer.ca;
  const current = await pairs.read({ signer });
  if (current === undefined) return undefined;
  const caPem = anchorsOf(current, wish.now);
  const { handOver } = current;
  if (handOver === undefined || new Date(handOver.signsFrom) <= wish.now) return signerFrom(current, caPem);
  const before = await pairs.read({ signer, versionId: handOver.previousVersionId });
  if (before === undefined) return signerFrom(current, caPem);
  const old = signerFrom(before, caPem);
  return endsTooSoon(spanOf(issuer, old), wish) ? signerFrom(current, caPem) : old;
};

/** The chain that is served after the leaf: without self-signed root. */
export const servedChain = ({ pair }: Signer): string =>
  chainPem(parseChain(pair.certificatePem + pair.chainPem).filter((one) => !isSelfSigned(one)));

const constrains = (issuer: CaIssuerSpec, reasons: readonly string[]): EvercertError =>
  new EvercertError('CA_CONSTRAINS', `${issuerText(issuer)}: the CA does not allow it: ${reasons.join('; ')}`, {
    detail: { offenders: reasons },
  });

/**
 * Path length that is left for a CA certificate (undefined: no limit), and what could not be judged.
 * Errors: SIGNER_UNFIT (no CA), CA_CONSTRAINS (path length or name constraints).
 */
export const allowed = (
  { path }: Signer,
  issuer: CaIssuerSpec,
  content: CertificateContent,
): { readonly pathLength?: number; readonly warnings: readonly string[] } => {
  const notCa = path.find(({ ca }) => !ca);
  if (notCa !== undefined)
    throw new EvercertError('SIGNER_UNFIT', `${issuerText(issuer)}: ${notCa.subject} is no CA certificate`);
  const all = path.map(constraintsOf);
  const left = all.flatMap(({ pathLength }, below) => (pathLength === undefined ? [] : [pathLength - below]));
  // Certificate `i` of the path has `i` CA certificates below it already.
  if (left.some((rest) => rest < 0)) throw constrains(issuer, ['its own path is longer than it may be']);
  if (content.isCa && left.some((rest) => rest < 1))
    throw constrains(issuer, ['no further CA certificate may stand below it (path length)']);
  const reasons = [...new Set(all.flatMap((constraints) => outside(content.names, constraints)))];
  if (reasons.length > 0) throw constrains(issuer, reasons);
  return {
    ...(content.isCa && left.length > 0 ? { pathLength: Math.min(...left) - 1 } : {}),
    warnings: all.some(({ hasOthers }) => hasOthers)
      ? ['the CA constrains names of a kind that is not judged here (directory names or others): clients will judge']
      : [],
  };
};
