// A row without memory meets a secret of ours that holds a certificate: the ledger's table was lost, or the declaration
// was gone for long. What still fits the declaration is taken over as it is, and costs no order.
import { adoptable } from '../certificate/adoptable.ts';
import { anchorsOf, outputsOf } from '../certificate/secret-value.ts';
import { sha256Hex, versionToken } from '../names.ts';
import { askedSummary } from '../renewal/asked.ts';
import type { Work } from './row.ts';
import { openSecret, secretName, type Visit, workOf } from './visit.ts';

/**
 * The work with what is current as its bundle, to be stored (which finds it stored), or undefined: there is nothing to
 * take over. One value is read, and only where a row that has never issued finds a secret that it has not made.
 */
export const adopted = async (visit: Visit): Promise<Work | undefined> => {
  const work = workOf(visit);
  if (visit.row.progress.current !== undefined) return undefined;
  const { created, currentVersionId: versionId } = await openSecret(visit);
  const placeholder = versionToken(visit.row.uid, 0, 'placeholder');
  if (created || versionId === undefined || versionId === placeholder) return undefined;
  const value = await visit.ports.versions.read({ name: secretName(visit), versionId });
  if (value === undefined) return undefined;
  const judgement = adoptable(value, { declared: visit.row.declared, now: visit.ports.clock.now() });
  const fields = { certificate: visit.row.name, attemptId: work.attemptId, versionId };
  if (!judgement.accepted) {
    visit.ports.log.info('what the secret holds is not taken over', { ...fields, reasons: judgement.reasons });
    return undefined;
  }
  visit.ports.log.info('what the secret holds is taken over', { ...fields, fingerprint: judgement.facts.fingerprint });
  const { issuer: _issuer, ...facts } = judgement.facts;
  const anchors = anchorsOf(value);
  const trust = anchors === undefined ? {} : { trust: sha256Hex(anchors) };
  const message = `the ledger knew nothing of it; version ${versionId} of the secret fits the declaration`;
  return {
    ...work,
    phase: 'store',
    reason: { code: 'Adopted', message },
    bundle: { versionId, ...facts, asked: askedSummary(visit.row.declared), rendered: outputsOf(value), ...trust },
  };
};
