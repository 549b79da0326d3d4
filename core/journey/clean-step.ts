// The clean phase: what an issuance has put up is taken back. It must never hold up the outcome: what fails is left to the
// janitor.
import { holderName, isOurLabel } from '../names.ts';
import type { Ending } from './issuer.ts';
import { leftOver } from './leftover.ts';
import type { Progress, Work } from './row.ts';
import type { StepResult } from './step.ts';
import { isOnePass, issuerOfSegment, labelsOf, openSecret, secretName, type Visit, workOf } from './visit.ts';

/** Takes our staging labels off, those of earlier tries too; what a next try goes on with stays. */
export const dropLabels = async (visit: Visit): Promise<void> => {
  const { outcome, keyVersionId, bundle } = workOf(visit);
  // Nothing is staged where the secret may not even exist: a look would make it.
  if (isOnePass(visit) && visit.row.progress.current === undefined && visit.view === undefined) return;
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
export const clean = async (visit: Visit): Promise<StepResult> => {
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
