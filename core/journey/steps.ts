// The phases of one issuance: each does its next effect and says how the work goes on. They must never know which issuer
// is at work, nor write the ledger themselves: advance.ts does, after each step.
import { accept } from '../certificate/accept.ts';
import { contentOf } from '../certificate/content.ts';
import { EvercertError } from '../errors.ts';
import { orderKindOf } from '../limits/order-kind.ts';
import { holderName, isOurLabel } from '../names.ts';
import { replacesOf } from '../renewal/ari.ts';
import { askedSummary } from '../renewal/reasons.ts';
import { settled } from './drift.ts';
import type { Ending } from './issuer.ts';
import { key } from './key-step.ts';
import { leftOver } from './leftover.ts';
import { decided, outcomeRecord } from './outcome.ts';
import { render } from './render-step.ts';
import type { CurrentVersion, Phase, Progress, Work } from './row.ts';
import { stageBundle } from './stage-bundle.ts';
import { type StepResult, withWork } from './step.ts';
import { tell } from './tell.ts';
import {
  issuerAtWork,
  issuerOfSegment,
  labelsOf,
  openSecret,
  secretName,
  stagedKey,
  type Visit,
  workOf,
} from './visit.ts';

const judged = async (visit: Visit, pem: string, anchors: { caPem?: string }): Promise<Progress> => {
  const { certificate } = visit.row.declared;
  const privateKey = await stagedKey(visit);
  const judgement = accept(pem, { dnsNames: certificate.dnsNames, key: privateKey, now: visit.ports.clock.now() });
  if (!judgement.accepted)
    throw new EvercertError('CERT_REJECTED', `${visit.row.name}: ${judgement.reasons.join('; ')}; not published`, {
      detail: { offenders: judgement.reasons },
    });
  const { chainPem, facts } = judgement;
  const staged = await stageBundle(visit, { chainPem, key: privateKey, facts, ...anchors });
  return withWork(visit, { phase: 'store', bundle: { ...staged, asked: askedSummary(visit.row.declared) } });
};

/** issue: the issuer's own segment; what it gives is judged, then staged as one version, read back and compared. */
const issue = async (visit: Visit): Promise<StepResult> => {
  const { certificate } = visit.row.declared;
  const work = workOf(visit);
  const replaces = replacesOf(visit.row, visit.ports.clock.now());
  const outcome = await issuerAtWork(visit).step({
    ...(replaces === undefined ? {} : { replaces }),
    declared: visit.row.declared,
    holder: holderName(visit.row.name, work.revision),
    state: work.segment,
    resumed: visit.resumed,
    waited: work.waited === true,
    now: visit.ports.clock.now(),
    countsAs: orderKindOf(visit.row, visit.ports.clock.now()),
    issuance: { uid: visit.row.uid, revision: work.revision, keyNumber: work.keyNumber },
    key: () => stagedKey(visit),
    csr: async () =>
      visit.ports.keys.csr({
        key: await stagedKey(visit),
        content: contentOf(certificate),
        usages: certificate.encodeUsagesInRequest === false ? 'left out' : 'encoded',
      }),
  });
  if (outcome.kind === 'issued') {
    const anchors = outcome.caPem === undefined ? {} : { caPem: outcome.caPem };
    return { kind: 'next', progress: await judged(visit, outcome.chainPem, anchors) };
  }
  const { waitingFor: _before, waited: _past, ...before } = work;
  const warned = outcome.kind === 'moved' && (outcome.warnings?.length ?? 0) > 0;
  const next: Work = {
    ...before,
    ...(warned ? { warnings: outcome.warnings } : {}),
    segment: outcome.state,
    ...(outcome.waitingFor === undefined ? {} : { waitingFor: outcome.waitingFor }),
  };
  const progress = { ...visit.row.progress, work: next };
  return outcome.kind === 'wait' ? { kind: 'wait', progress, until: outcome.until } : { kind: 'next', progress };
};

/** store: AWSCURRENT by compare-and-set; with it the outcome is recorded. */
const store = async (visit: Visit): Promise<StepResult> => {
  const work = workOf(visit);
  const { bundle } = work;
  if (bundle === undefined) throw new EvercertError('INTERNAL', `${visit.row.name}: nothing staged to store`);
  const { currentVersionId } = await openSecret(visit);
  if (currentVersionId !== bundle.versionId)
    await visit.ports.labels.promote({
      name: secretName(visit),
      versionId: bundle.versionId,
      fromVersionId: currentVersionId,
    });
  const current: CurrentVersion = {
    ...bundle,
    generation: work.generation,
    revision: work.revision,
    ...(work.servedMark === undefined ? {} : { servedMark: work.servedMark }),
  };
  const { failure: _mended, passwordVersions: _read, drift, ...before } = visit.row.progress;
  const outcome = decided(visit, 'issued');
  const progress: Progress = {
    ...before,
    ...settled(drift, visit.ports.clock.now()),
    current,
    ...(before.current === undefined ? {} : { previousVersionId: before.current.versionId }),
    work: { ...work, phase: 'clean', outcome },
  };
  return { kind: 'next', progress, record: outcomeRecord(visit, progress) };
};

const dropLabels = async (visit: Visit): Promise<void> => {
  const { outcome, keyVersionId, bundle } = workOf(visit);
  const own = labelsOf(workOf(visit));
  const view = await openSecret(visit);
  const attached = Object.entries(view.versions).flatMap(([versionId, labels]) =>
    labels.filter(isOurLabel).map((label) => ({ label, versionId })),
  );
  const made = [
    ...(keyVersionId === undefined ? [] : [{ label: own.key, versionId: keyVersionId }]),
    ...(bundle === undefined ? [] : [{ label: own.bundle, versionId: bundle.versionId }]),
  ];
  const all = new Map([...attached, ...made].map((entry) => [`${entry.label} ${entry.versionId}`, entry]));
  const kept = outcome?.resume === undefined ? [] : [own.key, own.bundle];
  const labels = [...all.values()].filter(({ label }) => !kept.includes(label));
  if (labels.length > 0) await visit.ports.labels.drop({ name: secretName(visit), labels });
};

const endingOf = ({ outcome }: Work): Ending =>
  outcome?.kind === 'issued' ? 'issued' : outcome?.resume === undefined ? 'abandoned' : 'paused';

const cleanSegment = async (visit: Visit): Promise<Work> => {
  const work = workOf(visit);
  if (work.segment === undefined) return work;
  const holder = holderName(visit.row.name, work.revision);
  const segment = await issuerOfSegment(visit, work.segment).clean({
    declared: visit.row.declared,
    state: work.segment,
    holder,
    ending: endingOf(work),
  });
  return { ...work, segment };
};

/** clean: takes back TXT values and labels, whatever happened before. What fails here is the janitor's: it never holds up the outcome. */
const clean = async (visit: Visit): Promise<StepResult> => {
  const work = workOf(visit);
  const [segment, labels] = await Promise.allSettled([cleanSegment(visit), dropLabels(visit)]);
  for (const part of [segment, labels])
    if (part.status === 'rejected')
      visit.ports.log.warn('clean left something for the janitor', { certificate: visit.row.name, error: part.reason });
  const cleaned = segment.status === 'fulfilled' ? segment.value : work;
  const progress: Progress = { ...visit.row.progress, work: { ...cleaned, phase: 'announce' } };
  const isOpen = segment.status === 'rejected' && endingOf(work) === 'abandoned' && work.segment !== undefined;
  if (!isOpen && labels.status === 'fulfilled') return { kind: 'next', progress };
  const left = {
    ...(isOpen ? { segment: { segment: work.segment, holder: holderName(visit.row.name, work.revision) } } : {}),
    ...(labels.status === 'rejected' ? { labels: true as const } : {}),
  };
  return {
    kind: 'next',
    progress: { ...progress, leftover: leftOver(progress.leftover, left, visit.ports.clock.now()) },
  };
};

/** announce: the outcome's event, at least once; a bus that is down delays only the telling. */
const announce = async (visit: Visit): Promise<StepResult> => {
  const { progress } = visit.row;
  const again = await tell(visit, outcomeRecord(visit, progress));
  if (again !== undefined) return { kind: 'wait', progress, until: again };
  const { work, ...rest } = progress;
  const { outcome, ...open } = work!;
  const failed = outcome?.failure === undefined ? rest : { ...rest, failure: outcome.failure };
  if (outcome?.resume === undefined) return { kind: 'finished', progress: failed };
  return { kind: 'finished', progress: { ...failed, work: { ...open, phase: outcome.resume } } };
};

export const STEPS: Readonly<Record<Phase, (visit: Visit) => Promise<StepResult>>> = {
  key,
  issue,
  render,
  store,
  clean,
  announce,
};
