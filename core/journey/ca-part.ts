// What a CA certificate's secret says beside the pair: trust anchors old and new together, and who signs until when. It
// must never know how a CA signs.

import { parseChain } from '../certificate/chain.ts';
import { anchorsOf as carriedAnchors, chainOf } from '../certificate/secret-value.ts';
import { handOverFrom, joinedAnchors } from '../own-ca/anchors.ts';
import type { HandOver } from '../own-ca/ports.ts';
import { secretName, type Visit } from './visit.ts';

export interface CaPart {
  readonly caPem?: string;
  readonly handOver?: HandOver;
}

/**
 * Of a certificate that is no CA, or a CA's first: the issuer's anchors as they are. Of a CA's later one: the anchors of the
 * version before as well, as long as they are valid, and the hand-over where the new ones are not trusted yet.
 */
export const caPart = async (visit: Visit, caPem: string | undefined): Promise<CaPart> => {
  const { current } = visit.row.progress;
  if (caPem === undefined) return {};
  if (visit.row.declared.certificate.isCa !== true || current === undefined) return { caPem };
  const before = await visit.ports.versions.read({ name: secretName(visit), versionId: current.versionId });
  const certificate = before === undefined ? undefined : parseChain(chainOf(before)?.open() ?? '')[0];
  if (before === undefined || certificate === undefined) return { caPem };
  const now = visit.ports.clock.now();
  const anchorsPem = carriedAnchors(before) ?? '';
  const old = { versionId: current.versionId, certificatePem: certificate.toString(), anchorsPem };
  const handOver = handOverFrom(old, { anchorsPem: caPem, now });
  return { caPem: joinedAnchors(caPem, anchorsPem, now), ...(handOver === undefined ? {} : { handOver }) };
};
