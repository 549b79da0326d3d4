// The store phase: what is staged becomes current, and with it the outcome is recorded. It must never know how it was issued.
import { EvercertError } from '../errors.ts';
import { settled } from './drift.ts';
import { decided, outcomeRecord } from './outcome.ts';
import type { CurrentVersion, Phase, Progress, Work } from './row.ts';
import type { StepResult } from './step.ts';
import { openSecret, secretName, type Visit, workOf } from './visit.ts';

/** AWSCURRENT by compare-and-set; there already: nothing. */
export const promoteBundle = async (visit: Visit, { versionId }: Pick<CurrentVersion, 'versionId'>): Promise<void> => {
  const { currentVersionId: fromVersionId } = await openSecret(visit);
  if (fromVersionId === versionId) return;
  await visit.ports.labels.promote({ name: secretName(visit), versionId, fromVersionId });
};

/** The bundle has become current: the outcome, its record, and the phase that follows. */
export const published = (
  visit: Visit,
  bundle: NonNullable<Work['bundle']>,
  phase: Phase,
): Extract<StepResult, { kind: 'next' }> => {
  const work = workOf(visit);
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
    work: { ...work, phase, outcome },
  };
  return { kind: 'next', progress, record: outcomeRecord(visit, progress) };
};

/** store: AWSCURRENT by compare-and-set; with it the outcome is recorded. */
export const store = async (visit: Visit): Promise<StepResult> => {
  const { bundle } = workOf(visit);
  if (bundle === undefined) throw new EvercertError('INTERNAL', `${visit.row.name}: nothing staged to store`);
  await promoteBundle(visit, bundle);
  return published(visit, bundle, 'clean');
};
