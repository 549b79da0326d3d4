// The one pass of an issuer that signs here: key, certificate and current version with one record at the end (docs/decisions/
// 0020-one-pass.md). Nothing is ordered, so a crash costs a key and a signature; what had become current by then is adopted.

import { asEvercertError, EvercertError } from '../errors.ts';
import { scopeOf } from '../failure/scope.ts';
import { askedSummary } from '../renewal/asked.ts';
import type { Sealed } from '../sealed.ts';
import { adopted } from './adopt.ts';
import { dropLabels } from './clean-step.ts';
import { gate } from './gate.ts';
import { judgedPair, segmentGoesOn, segmentInput } from './issue-step.ts';
import { demandRoom, keptKey } from './key-step.ts';
import { leftOver } from './leftover.ts';
import { carriedPair, takePlace } from './render-step.ts';
import type { Work } from './row.ts';
import { type Pair, renderBundle, stageBundle, stagedBefore } from './stage-bundle.ts';
import type { StepResult } from './step.ts';
import { promoteBundle, published } from './store-step.ts';
import { issuerAtWork, openSecret, secretName, type Visit, workOf } from './visit.ts';

type Bundle = NonNullable<Work['bundle']>;

const AGAIN_MS = 2_000;

/** Made once a visit, and only when the issuer asks for it. */
const freshKey = async (visit: Visit): Promise<Sealed<string>> => {
  const spec = visit.row.declared.certificate.privateKey;
  visit.key ??= (await keptKey(visit)) ?? (await visit.ports.keys.make(spec));
  return visit.key;
};

/** What an earlier try of this revision had made current without recording it; undefined: nothing. */
const publishedBefore = async (visit: Visit): Promise<Bundle | undefined> => {
  const { currentVersionId: versionId, created } = await openSecret(visit);
  if (created || versionId === undefined || versionId === visit.row.progress.current?.versionId) return undefined;
  const value = await visit.ports.versions.read({ name: secretName(visit), versionId });
  const pair = value === undefined ? undefined : carriedPair(value);
  const staged = pair === undefined ? undefined : await stagedBefore(visit, pair, versionId);
  return staged && { ...staged, asked: askedSummary(visit.row.declared) };
};

/** A secret that is not there yet begins with the finished pair; undefined: it is there. */
const born = async (visit: Visit, pair: Pair): Promise<Bundle | undefined> => {
  const { value, staged } = await renderBundle(visit, pair);
  const { name: certificate, uid, declared } = visit.row;
  const request = { name: secretName(visit), certificate, uid, token: staged.versionId, value };
  const versionId = await visit.ports.newSecrets.create(request);
  return versionId === undefined ? undefined : { ...staged, versionId, asked: askedSummary(declared) };
};

/** Work whose bundle is current already: an earlier try's, or one that the ledger has forgotten. */
const found = async (visit: Visit): Promise<Work | undefined> => {
  const bundle = await publishedBefore(visit);
  return bundle === undefined ? adopted(visit) : { ...workOf(visit), bundle };
};

/** The safe way of a secret that is there: staged, read back, promoted by compare-and-set, its label taken off. */
const replaced = async (visit: Visit, pair: Pair): Promise<StepResult> => {
  const staged = await stageBundle(visit, pair);
  const bundle = { ...staged, asked: askedSummary(visit.row.declared) };
  await promoteBundle(visit, bundle);
  return finished(visit, { ...workOf(visit), bundle });
};

/** Recorded as issued, with nothing left to clean but what could not be cleaned now. */
const finished = async (visit: Visit, work: Work): Promise<StepResult> => {
  const { bundle, phase: _before, ...open } = work;
  const { ports, row } = visit;
  visit.row = { ...row, progress: { ...row.progress, work: { ...work, phase: 'key' } } };
  const result = published(visit, bundle!, 'announce');
  const [labels] = await Promise.allSettled([visit.view === undefined ? undefined : dropLabels(visit)]);
  if (labels.status === 'fulfilled') return result;
  ports.log.warn('clean left something for the janitor', {
    certificate: row.name,
    error: labels.reason,
    ...open.reason,
  });
  const leftover = leftOver(result.progress.leftover, { labels: true }, ports.clock.now());
  return { ...result, progress: { ...result.progress, leftover } };
};

const issued = async (visit: Visit, pair: Pair): Promise<StepResult> => {
  if (visit.row.progress.current === undefined) {
    const bundle = await born(visit, pair);
    if (bundle !== undefined) return finished(visit, { ...workOf(visit), bundle });
    const before = await found(visit);
    if (before !== undefined) return finished(visit, before);
  }
  return replaced(visit, pair);
};

/** Warnings of the issuer stand in the work, and so in the outcome's record and event. */
const note = (visit: Visit, warnings: readonly string[]): void => {
  if (warnings.length === 0) return;
  const work: Work = { ...workOf(visit), warnings };
  visit.row = { ...visit.row, progress: { ...visit.row.progress, work } };
};

const pass = async (visit: Visit): Promise<StepResult> => {
  demandRoom(visit);
  const { current } = visit.row.progress;
  const bundle = current === undefined ? undefined : await publishedBefore(visit);
  if (bundle !== undefined) return finished(visit, { ...workOf(visit), bundle });
  const outcome = await issuerAtWork(visit).step(segmentInput(visit, () => freshKey(visit)));
  if (outcome.kind !== 'issued') {
    // Who waits for long has its temporary certificate meanwhile.
    if (visit.row.declared.certificate.temporaryCertificate === true) await openSecret(visit);
    return segmentGoesOn(visit, outcome);
  }
  if (!isFirstTry(visit)) await takePlace(visit);
  note(visit, outcome.warnings ?? []);
  return issued(visit, await judgedPair(visit, outcome, await freshKey(visit)));
};

/** Nothing is current, and nothing was waited for: all that is written is one new secret. */
const isFirstTry = (visit: Visit): boolean =>
  visit.row.progress.current === undefined && workOf(visit).waitingFor === undefined;

/** Many first certificates at once have outrun the store: this one comes back, and takes its place in the queue then. */
const slower = (visit: Visit, cause: EvercertError): EvercertError => {
  const retryAt = new Date(visit.ports.clock.now().getTime() + AGAIN_MS);
  return new EvercertError('LIMIT_REACHED', `${visit.row.name}: ${cause.message}`, { detail: { retryAt }, cause });
};

/**
 * The whole issuance. A first try does not ask the circuits before it: it costs no order. A fault that many share asks
 * them afterwards, and waits (CIRCUIT_OPEN) where others have failed already.
 */
export const onePass = async (visit: Visit): Promise<StepResult> => {
  try {
    return await pass(visit);
  } catch (thrown) {
    const error = asEvercertError(thrown);
    if (error.detail.throttled === true) throw slower(visit, error);
    if (scopeOf(error, visit.row.declared) !== undefined) await gate(visit, 'after a fault');
    throw error;
  }
};
