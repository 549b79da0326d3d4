// The clean phase: what an issuance has put up is taken back. It must never hold up the outcome: what fails is left to the
// janitor.
import { announceOutcome } from './announce.ts';
import type { Ending } from './issuer.ts';
import { leftOver } from './leftover.ts';
import type { Progress, Work } from './row.ts';
import type { StepResult } from './step.ts';
import {
  cleanSegment,
  isOnePass,
  labelsOf,
  openSecret,
  openSegment,
  ourLabels,
  secretName,
  type Visit,
  workOf,
} from './visit.ts';

/** Takes our staging labels off, those of earlier tries too; what a next try goes on with stays. */
export const dropLabels = async (visit: Visit): Promise<void> => {
  const { outcome, keyVersionId, bundle } = workOf(visit);
  // Nothing is staged where the secret may not even exist: a look would make it.
  if (isOnePass(visit) && visit.row.progress.current === undefined && visit.view === undefined) return;
  const own = labelsOf(workOf(visit));
  const view = await openSecret(visit);
  const made = [
    ...(keyVersionId === undefined ? [] : [{ label: own.key, versionId: keyVersionId }]),
    ...(bundle === undefined ? [] : [{ label: own.bundle, versionId: bundle.versionId }]),
  ];
  const all = new Map([...ourLabels(view), ...made].map((entry) => [`${entry.label} ${entry.versionId}`, entry]));
  const kept = outcome?.resume === undefined ? [] : [own.key, own.bundle];
  const labels = [...all.values()].filter(({ label }) => !kept.includes(label));
  if (labels.length > 0) await visit.ports.labels.drop({ name: secretName(visit), labels });
};

const endingOf = ({ outcome }: Work): Ending =>
  outcome?.kind === 'issued' ? 'issued' : outcome?.resume === undefined ? 'abandoned' : 'paused';

/** The segment as it is afterwards, where there is one. */
const cleanedSegment = async (visit: Visit): Promise<Pick<Work, 'segment'>> => {
  const work = workOf(visit);
  const open = openSegment(visit, work);
  return open === undefined ? {} : { segment: await cleanSegment(visit, open, endingOf(work)) };
};

const withTold = (work: Work, told: boolean): Work =>
  told && work.outcome !== undefined ? { ...work, outcome: { ...work.outcome, told: true } } : work;

/** Clusters and readers of the bus are not kept waiting for a clean-up; what is not taken now is told by the phase announce. */
const toldMeanwhile = async (visit: Visit): Promise<boolean> =>
  workOf(visit).outcome?.kind === 'issued' && (await announceOutcome(visit)) === undefined;

/** clean: takes back TXT values and labels, whatever happened before. What fails here is the janitor's: it never holds up the outcome. */
export const clean = async (visit: Visit): Promise<StepResult> => {
  const [segment, labels, told] = await Promise.allSettled([
    cleanedSegment(visit),
    dropLabels(visit),
    toldMeanwhile(visit),
  ]);
  const work = withTold(workOf(visit), told.status === 'fulfilled' && told.value);
  for (const part of [segment, labels])
    if (part.status === 'rejected')
      visit.ports.log.warn('clean left something for the janitor', { certificate: visit.row.name, error: part.reason });
  const cleaned = segment.status === 'fulfilled' ? { ...work, ...segment.value } : work;
  const progress: Progress = { ...visit.row.progress, work: { ...cleaned, phase: 'announce' } };
  const open = segment.status === 'rejected' && endingOf(work) === 'abandoned' ? openSegment(visit, work) : undefined;
  if (open === undefined && labels.status === 'fulfilled') return { kind: 'next', progress };
  const left = {
    ...(open === undefined ? {} : { segment: open }),
    ...(labels.status === 'rejected' ? { labels: true as const } : {}),
  };
  return {
    kind: 'next',
    progress: { ...progress, leftover: leftOver(progress.leftover, left, visit.ports.clock.now()) },
  };
};
