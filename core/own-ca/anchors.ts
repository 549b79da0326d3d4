// Trust anchors: what `ca.crt` carries, so that old and new are trusted together while both are needed. Pure.
import type { X509Certificate } from 'node:crypto';
import { chainPem, fingerprint, parseChain } from '../certificate/chain.ts';
import type { HandOver, SigningPair } from './ports.ts';

const HOUR = 3_600_000;
const LONGEST_HAND_OVER_MS = 24 * HOUR;

export const isSelfSigned = (certificate: X509Certificate): boolean =>
  certificate.checkIssued(certificate) && certificate.verify(certificate.publicKey);

const unique = (certificates: readonly X509Certificate[]): X509Certificate[] => [
  ...new Map(certificates.map((one) => [fingerprint(one), one])).values(),
];

const stillValid = (certificates: readonly X509Certificate[], now: Date): X509Certificate[] =>
  certificates.filter(({ validToDate }) => validToDate > now);

/** The anchors of a pair, expired ones left out: its `ca.crt`, else the topmost certificate that it has. */
export const anchorsOf = (pair: Pick<SigningPair, 'certificatePem' | 'chainPem' | 'caPem'>, now: Date): string => {
  const own = parseChain(pair.certificatePem + pair.chainPem);
  const all = pair.caPem === undefined ? own.slice(-1) : parseChain(pair.caPem);
  return chainPem(unique(stillValid(all, now)));
};

/** New first, then what the version before trusted and is still valid. */
export const joinedAnchors = (anchorsPem: string, beforePem: string | undefined, now: Date): string =>
  chainPem(unique([...parseChain(anchorsPem), ...stillValid(parseChain(beforePem ?? ''), now)]));

const keyOf = (certificate: X509Certificate): string =>
  certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');

const keys = (pem: string): Set<string> => new Set(parseChain(pem).map(keyOf));

/**
 * When the version before has to sign on: its dependents' clients trust none of the new anchors' keys yet. It does so for
 * 24 hours, or a quarter of what is left of it.
 */
export const handOverFrom = (
  before: { readonly versionId: string; readonly certificatePem: string; readonly anchorsPem: string },
  { anchorsPem, now }: { anchorsPem: string; now: Date },
): HandOver | undefined => {
  const trusted = keys(before.anchorsPem);
  if ([...keys(anchorsPem)].some((key) => trusted.has(key))) return undefined;
  const left = (parseChain(before.certificatePem)[0]?.validToDate.getTime() ?? 0) - now.getTime();
  if (left <= 0) return undefined;
  const signsFrom = new Date(now.getTime() + Math.min(LONGEST_HAND_OVER_MS, left / 4));
  return { previousVersionId: before.versionId, signsFrom: signsFrom.toISOString() };
};
