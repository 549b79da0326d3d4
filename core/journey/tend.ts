// What a run does before it asks whether to issue: it tells and repairs a drift that the sweep has found, and takes back
// what earlier runs had to leave. It must never hold up an issuance: what fails here is tried by a later run.
import { asEvercertError } from '../errors.ts';
import type { ExecutionInput } from '../ports.ts';
import { type AdvanceResult, answer, save } from './claim.ts';
import { aimAgain } from './deliver.ts';
import type { Drift } from './drift.ts';
import { triedAgain } from './leftover.ts';
import { driftRecord } from './outcome.ts';
import type { Leftover, Progress } from './row.ts';
import { tell } from './tell.ts';
import { cleanSegment, openSecret, ourLabels, secretName, type Visit } from './visit.ts';

/** AWSCURRENT back on our version; where that is gone, a new one must be issued. */
const promote = async (visit: Visit, drift: Drift): Promise<Drift> => {
  const { repair: _done, ...rest } = drift;
  const { versionId } = visit.row.progress.current!;
  delete visit.view;
  const view = await openSecret(visit);
  if (view.currentVersionId === versionId) {
    await aimAgain(visit);
    return rest;
  }
  const isGone =
    view.versions[versionId] === undefined &&
    (await visit.ports.versions.read({ name: secretName(visit), versionId })) === undefined;
  if (isGone) return { ...drift, repair: 'reissue', repaired: `version ${versionId} is gone: a new one is issued` };
  await visit.ports.labels.promote({ name: secretName(visit), versionId, fromVersionId: view.currentVersionId });
  delete visit.view;
  await aimAgain(visit);
  return { ...rest, repaired: `AWSCURRENT was put back from ${view.currentVersionId ?? 'nowhere'} on ${versionId}` };
};

const restore = async (visit: Visit, drift: Drift): Promise<Drift> => {
  const { repair: _done, ...rest } = drift;
  await visit.ports.labels.restore({ name: secretName(visit), certificate: visit.row.name });
  delete visit.view;
  await aimAgain(visit);
  return { ...rest, repaired: 'its deletion was called off' };
};

const repaired = async (visit: Visit, drift: Drift): Promise<Drift> => {
  if (drift.repair === 'promote') return promote(visit, drift);
  if (drift.repair === 'restore') return restore(visit, drift);
  return drift.repair === 'reissue' ? { ...drift, repaired: 'a new certificate is issued' } : drift;
};

/** The repair that the drift asks for, done or put off to the next daily look. */
const tryRepair = async (visit: Visit, drift: Drift): Promise<Drift> => {
  const [outcome] = await Promise.allSettled([repaired(visit, drift)]);
  if (outcome.status === 'fulfilled') return outcome.value;
  const error = asEvercertError(outcome.reason);
  visit.ports.log.warn('a drift could not be repaired', { certificate: visit.row.name, code: error.code, error });
  return { ...drift, repaired: `not yet: ${error.code}: ${error.message}` };
};

const setDrift = (visit: Visit, drift: Drift): void => {
  visit.row = { ...visit.row, progress: { ...visit.row.progress, drift } };
};

/** Repairs, records with it, then tells; gives when to try again, where the bus did not take it. */
const tendDrift = async (visit: Visit): Promise<Date | undefined> => {
  const before = visit.row.progress.drift;
  if (before === undefined || visit.row.progress.current === undefined) return undefined;
  if (before.repair !== undefined && before.repair !== 'reissue') setDrift(visit, await tryRepair(visit, before));
  else if (before.untold === 'new') setDrift(visit, await repaired(visit, before));
  const drift = visit.row.progress.drift!;
  if (drift.untold === undefined) return undefined;
  const record = driftRecord(visit.row, drift);
  if (drift.untold === 'new') {
    const progress: Progress = { ...visit.row.progress, drift: { ...drift, untold: 'recorded' } };
    await save(visit, { kind: 'next', progress, record });
  }
  const again = await tell(visit, record);
  if (again !== undefined) return again;
  const { untold: _told, ...told } = visit.row.progress.drift!;
  setDrift(visit, told);
  return undefined;
};

const dropStray = async (visit: Visit): Promise<void> => {
  // What was seen earlier in this visit may be older than what it wrote.
  delete visit.view;
  const view = await openSecret(visit);
  const labels = ourLabels(view);
  if (labels.length > 0) await visit.ports.labels.drop({ name: secretName(visit), labels });
  delete visit.view;
};

/** Tries what is left over once; gives what is left then. */
const tidied = async (visit: Visit, before: Leftover): Promise<Leftover | undefined> => {
  const results = await Promise.allSettled([
    before.labels === true ? dropStray(visit) : undefined,
    ...before.segments.map((open) => cleanSegment(visit, open, 'abandoned')),
  ]);
  for (const result of results)
    if (result.status === 'rejected')
      visit.ports.log.warn('what was left over stays for now', { certificate: visit.row.name, error: result.reason });
  const [labels, ...segments] = results;
  const kept = {
    ...(labels!.status === 'rejected' ? { labels: true as const } : {}),
    segments: before.segments.filter((_, i) => segments[i]?.status === 'rejected'),
  };
  const left = triedAgain(before, kept, visit.ports.clock.now());
  if (left !== 'given up') return left;
  visit.ports.log.warn('what was left over is given up', { certificate: visit.row.name, since: before.since, ...kept });
  return undefined;
};

const tidy = async (visit: Visit): Promise<void> => {
  const { leftover, ...rest } = visit.row.progress;
  if (leftover === undefined || new Date(leftover.tryAt) > visit.ports.clock.now()) return;
  const kept = await tidied(visit, leftover);
  visit.row = { ...visit.row, progress: kept === undefined ? rest : { ...rest, leftover: kept } };
};

/** Before the reasons to issue are looked for. Gives an answer where the bus did not take the telling of a drift. */
export const tend = async (visit: Visit, input: ExecutionInput): Promise<AdvanceResult | undefined> => {
  await tidy(visit);
  if (visit.row.retiredAt !== undefined) return undefined;
  const again = await tendDrift(visit);
  return again === undefined ? undefined : answer(visit, input, again);
};
