// The issue phase: the issuer's own segment, and the judgement of what it gave. It must never know which issuer is at work.
import { accept } from '../certificate/accept.ts';
import { contentOf } from '../certificate/content.ts';
import { EvercertError } from '../errors.ts';
import { orderKindOf } from '../limits/order-kind.ts';
import { holderName } from '../names.ts';
import { replacesOf } from '../renewal/ari.ts';
import { askedSummary } from '../renewal/asked.ts';
import type { Sealed } from '../sealed.ts';
import { adopted } from './adopt.ts';
import { caPart } from './ca-part.ts';
import type { SegmentInput, SegmentOutcome } from './issuer.ts';
import { takeBack } from './judge.ts';
import type { Work } from './row.ts';
import { type Pair, stageBundle } from './stage-bundle.ts';
import { type StepResult, withWork } from './step.ts';
import { issuerAtWork, stagedKey, type Visit, workOf } from './visit.ts';

type Issued = Extract<SegmentOutcome, { kind: 'issued' }>;

/** What the issuer gave for that key, judged, with its anchors. Errors: CERT_REJECTED. */
export const judgedPair = async (visit: Visit, issued: Issued, key: Sealed<string>): Promise<Pair> => {
  const { declared } = visit.row;
  const told = issued.caPem === undefined ? {} : { caPem: issued.caPem };
  const judgement = accept(issued.chainPem, { declared, key, now: visit.ports.clock.now(), ...told });
  if (!judgement.accepted)
    throw new EvercertError('CERT_REJECTED', `${visit.row.name}: ${judgement.reasons.join('; ')}; not published`, {
      detail: { offenders: judgement.reasons },
    });
  const { chainPem, facts } = judgement;
  return { chainPem, key, facts, ...(await caPart(visit, issued.caPem)) };
};

/** All that the issuer may ask of this work. */
export const segmentInput = (visit: Visit, key: () => Promise<Sealed<string>>): SegmentInput => {
  const { row, ports } = visit;
  const { certificate } = row.declared;
  const work = workOf(visit);
  const now = ports.clock.now();
  const replaces = replacesOf(row, now);
  return {
    ...(replaces === undefined ? {} : { replaces }),
    declared: row.declared,
    holder: holderName(row.name, work.revision),
    state: work.segment,
    resumed: visit.resumed,
    waited: work.waited === true,
    now,
    countsAs: orderKindOf(row, now),
    issuance: { uid: row.uid, revision: work.revision, keyNumber: work.keyNumber },
    key,
    csr: async () =>
      ports.keys.csr({
        key: await key(),
        content: contentOf(certificate),
        usages: certificate.encodeUsagesInRequest === false ? 'left out' : 'encoded',
      }),
  };
};

/** The segment has moved, or waits: its state, and what people are told meanwhile. */
export const segmentGoesOn = (visit: Visit, outcome: Exclude<SegmentOutcome, Issued>): StepResult => {
  const { waitingFor: _before, waitingForIssuer: _other, waited: _past, ...before } = workOf(visit);
  const issuer = outcome.kind === 'wait' ? outcome.waitingForIssuer : undefined;
  const warned = outcome.kind === 'moved' && (outcome.warnings?.length ?? 0) > 0;
  const next: Work = {
    ...before,
    ...(warned ? { warnings: outcome.warnings } : {}),
    segment: outcome.state,
    ...(outcome.waitingFor === undefined ? {} : { waitingFor: outcome.waitingFor }),
    ...(issuer === undefined ? {} : { waitingForIssuer: issuer }),
  };
  const progress = { ...visit.row.progress, work: next };
  if (outcome.kind === 'moved') return { kind: 'next', progress };
  // Whoever waits for another certificate holds no place among those in flight: that one wakes it.
  const letsGo = issuer === undefined ? {} : ({ letsGo: 'as it is' } as const);
  return { kind: 'wait', progress, until: outcome.until, ...letsGo };
};

/** A row that has failed may have been given a certificate meanwhile (`evercert import`): its order is taken back. */
const given = async (visit: Visit): Promise<Work | undefined> => {
  if (!visit.resumed || visit.row.progress.failure === undefined) return undefined;
  const taken = await adopted(visit);
  if (taken === undefined) return undefined;
  const { segment: _takenBack, ...work } = await takeBack(visit, taken, 'abandoned');
  return work;
};

/** issue: the issuer's own segment; what it gives is judged, then staged as one version, read back and compared. */
export const issue = async (visit: Visit): Promise<StepResult> => {
  const work = await given(visit);
  if (work !== undefined) return { kind: 'next', progress: { ...visit.row.progress, work } };
  const outcome = await issuerAtWork(visit).step(segmentInput(visit, () => stagedKey(visit)));
  if (outcome.kind !== 'issued') return segmentGoesOn(visit, outcome);
  const staged = await stageBundle(visit, await judgedPair(visit, outcome, await stagedKey(visit)));
  const bundle = { ...staged, asked: askedSummary(visit.row.declared) };
  const warnings = [...(workOf(visit).warnings ?? []), ...(outcome.warnings ?? [])];
  const told = warnings.length === 0 ? {} : { warnings };
  return { kind: 'next', progress: withWork(visit, { phase: 'store', bundle, ...told }) };
};
