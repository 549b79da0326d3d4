// The phases of one issuance: each does its next effect and says how the work goes on. They must never know which issuer
// is at work, nor write the ledger themselves: advance.ts does, after each step.
import { accept } from '../certificate/accept.ts';
import {
  bundleValue,
  expectedBytes,
  keyFits,
  MAX_SECRET_BYTES,
  privateKeyOf,
  stagedKeyValue,
} from '../certificate/secret-value.ts';
import { EvercertError } from '../errors.ts';
import { orderKindOf } from '../limits/order-kind.ts';
import { holderName, isOurLabel } from '../names.ts';
import { replacesOf } from '../renewal/ari.ts';
import { askedSummary } from '../renewal/reasons.ts';
import type { Sealed } from '../sealed.ts';
import { adopted } from './adopt.ts';
import { settled } from './drift.ts';
import type { Ending } from './issuer.ts';
import { leftOver } from './leftover.ts';
import { decided, outcomeRecord } from './outcome.ts';
import type { CurrentVersion, Phase, Progress, Work } from './row.ts';
import type { OutcomeRecord } from './rows.ts';
import { tell } from './tell.ts';
import { bundleToken, keyToken, labelsOf, openSecret, secretName, stagedKey, type Visit, workOf } from './visit.ts';

export type StepResult =
  | { readonly kind: 'next'; readonly progress: Progress; readonly record?: OutcomeRecord }
  | {
      readonly kind: 'wait';
      readonly progress: Progress;
      readonly until: Date;
      readonly letsGo?: 'cleaned' | 'as it is';
    }
  | { readonly kind: 'finished'; readonly progress: Progress };

const withWork = (visit: Visit, change: Partial<Work>): Progress => ({
  ...visit.row.progress,
  work: { ...workOf(visit), ...change },
});

const keptKey = async (visit: Visit): Promise<Sealed<string> | undefined> => {
  const spec = visit.row.declared.certificate.privateKey;
  const { current } = visit.row.progress;
  if (spec.rotationPolicy !== 'Never' || current === undefined) return undefined;
  const value = await visit.ports.versions.read({ name: secretName(visit), versionId: current.versionId });
  const key = value === undefined ? undefined : privateKeyOf(value);
  if (key === undefined || !keyFits(key, spec))
    throw new EvercertError(
      'KEY_UNFIT',
      `${visit.row.name}: rotationPolicy is Never, but the current key is not ${spec.algorithm} ${spec.size}`,
    );
  return key;
};

/** key: a key staged in the secret before anything is ordered; that proves too that the secret can be written. A certificate that lies there already is taken over instead. */
const key = async (visit: Visit): Promise<StepResult> => {
  const spec = visit.row.declared.certificate;
  const bytes = expectedBytes(spec);
  if (bytes > MAX_SECRET_BYTES)
    throw new EvercertError(
      'SECRET_TOO_LARGE',
      `${visit.row.name}: about ${bytes} bytes expected, ${MAX_SECRET_BYTES} are the limit`,
    );
  const taken = await adopted(visit);
  if (taken !== undefined) return { kind: 'next', progress: { ...visit.row.progress, work: taken } };
  const view = await openSecret(visit);
  const token = keyToken(visit);
  if (view.versions[token] !== undefined)
    return { kind: 'next', progress: withWork(visit, { phase: 'issue', keyVersionId: token }) };
  const made = (await keptKey(visit)) ?? (await visit.ports.keys.make(spec.privateKey));
  const label = labelsOf(workOf(visit)).key;
  const staged = { name: secretName(visit), token, label, value: stagedKeyValue(made) };
  const keyVersionId = await visit.ports.versions.put(staged);
  // Only now: where another run was first, put refuses ours, and theirs is read back.
  visit.key = made;
  return { kind: 'next', progress: withWork(visit, { phase: 'issue', keyVersionId }) };
};

const judged = async (visit: Visit, pem: string): Promise<Progress> => {
  const { certificate } = visit.row.declared;
  const privateKey = await stagedKey(visit);
  const judgement = accept(pem, { dnsNames: certificate.dnsNames, key: privateKey, now: visit.ports.clock.now() });
  if (!judgement.accepted)
    throw new EvercertError('CERT_REJECTED', `${visit.row.name}: ${judgement.reasons.join('; ')}; not published`, {
      detail: { offenders: judgement.reasons },
    });
  const token = bundleToken(visit, judgement.facts.fingerprint);
  const value = bundleValue({
    chainPem: judgement.chainPem,
    key: privateKey,
    facts: judgement.facts,
    versionId: token,
  });
  const name = secretName(visit);
  const versionId = await visit.ports.versions.put({ name, token, label: labelsOf(workOf(visit)).bundle, value });
  const stored = await visit.ports.versions.read({ name, versionId });
  if (stored?.open() !== value.open())
    throw new EvercertError('SECRET_UNAVAILABLE', `${visit.row.name}: what was read back is not what was written`);
  const { issuer: _issuer, ...facts } = judgement.facts;
  return withWork(visit, { phase: 'store', bundle: { versionId, ...facts, asked: askedSummary(visit.row.declared) } });
};

/** issue: the issuer's own segment; what it gives is judged, then staged as one version, read back and compared. */
const issue = async (visit: Visit): Promise<StepResult> => {
  const { certificate } = visit.row.declared;
  const work = workOf(visit);
  const replaces = replacesOf(visit.row, visit.ports.clock.now());
  const outcome = await visit.ports.issuers.acme.step({
    ...(replaces === undefined ? {} : { replaces }),
    declared: visit.row.declared,
    holder: holderName(visit.row.name, work.revision),
    state: work.segment,
    resumed: visit.resumed,
    waited: work.waited === true,
    now: visit.ports.clock.now(),
    countsAs: orderKindOf(visit.row, visit.ports.clock.now()),
    csr: async () =>
      visit.ports.keys.csr({
        key: await stagedKey(visit),
        dnsNames: certificate.dnsNames,
        ...(certificate.commonName === undefined ? {} : { commonName: certificate.commonName }),
      }),
  });
  if (outcome.kind === 'issued') return { kind: 'next', progress: await judged(visit, outcome.chainPem) };
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
  const { failure: _mended, drift, ...before } = visit.row.progress;
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
  const segment = await visit.ports.issuers.acme.clean({
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
  store,
  clean,
  announce,
};
