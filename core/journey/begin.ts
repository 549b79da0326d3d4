// The start of an issuance, and its end by a declaration that changed or went.
import type { ExecutionInput } from '../ports.ts';
import { isMarked, reissueReason, renewalNoted, rowRenewal } from '../renewal/reasons.ts';
import { type AdvanceResult, answer, release, save } from './claim.ts';
import { aimDeliveries } from './deliver.ts';
import { tellDependents } from './dependents.ts';
import { concluded, decided, retiredRecord } from './outcome.ts';
import type { CertificateRow, Progress, RowFailure, Work } from './row.ts';
import { tell } from './tell.ts';
import { tend } from './tend.ts';
import { toldTrust } from './trust.ts';
import { isOnePass, openSecret, type Visit, workOf } from './visit.ts';

/** A removed declaration: recorded once (gives undefined: to be told), then never looked at again; the secret stays as it is. */
const retire = async (visit: Visit, input: ExecutionInput, at: string): Promise<AdvanceResult | undefined> => {
  const { generation, progress } = visit.row;
  if (progress.retiredGeneration === generation) return release(visit, input, progress, undefined);
  await aimDeliveries(visit, visit.ports.clock.now());
  const { failure: _moot, ...rest } = visit.row.progress;
  const untoldRetirement = { generation, at };
  const record = retiredRecord(visit.row, untoldRetirement);
  await save(visit, { kind: 'next', progress: { ...rest, retiredGeneration: generation, untoldRetirement }, record });
  return undefined;
};

/** Tells a recorded retirement; gives when to try again, where the bus did not take it. */
const tellRetirement = async (visit: Visit): Promise<Date | undefined> => {
  const { untoldRetirement, ...told } = visit.row.progress;
  if (untoldRetirement === undefined) return undefined;
  const again = await tell(visit, retiredRecord(visit.row, untoldRetirement));
  if (again === undefined) visit.row = { ...visit.row, progress: told };
  return again;
};

/** A failure keeps its backoff, unless the declaration or the signer has changed since, or a person asks anew. */
const holds = (failure: RowFailure, row: CertificateRow): boolean =>
  failure.generation === row.generation &&
  failure.signerTrust === toldTrust(row) &&
  !(isMarked(row) && row.renewRequestedAt! > failure.at);

/** No work in progress: begins an issuance when there is a reason (gives undefined), else lets go of the row. */
export const begin = async (visit: Visit, input: ExecutionInput): Promise<AdvanceResult | undefined> => {
  const again = await tellRetirement(visit);
  if (again !== undefined) return answer(visit, input, again);
  const told = await tend(visit, input);
  if (told !== undefined) return told;
  const { retiredAt } = visit.row;
  if (retiredAt !== undefined) return retire(visit, input, retiredAt);
  const telling = await tellDependents(visit, input);
  if (telling !== undefined) return telling;
  await aimDeliveries(visit, visit.ports.clock.now());
  const { row, ports, settings } = visit;
  const { progress } = row;
  const now = ports.clock.now();
  const renewal = rowRenewal(row, now, settings.sweepPeriodMs);
  const known: Progress =
    renewal === undefined
      ? progress
      : { ...progress, ...renewalNoted(renewal, { row, sweepPeriodMs: settings.sweepPeriodMs }) };
  const { failure } = progress;
  if (failure !== undefined && holds(failure, row) && new Date(failure.retryAt) > now)
    return release(visit, input, known, new Date(failure.retryAt));
  const reason = reissueReason(row, now, settings.sweepPeriodMs);
  if (reason === undefined) {
    const { failure: _settled, ...fine } = known;
    return release(visit, input, fine, renewal?.renewAt);
  }
  const revision = progress.revision + 1;
  const attemptId = ports.random.uuid();
  ports.log.info('issuance begins', {
    certificate: row.name,
    revision,
    attemptId,
    reason: reason.code,
    why: reason.message,
    ...(reason.explanationUrl === undefined ? {} : { explanationUrl: reason.explanationUrl }),
  });
  const work: Work = {
    revision,
    keyNumber: 1,
    generation: row.generation,
    attemptId,
    reason,
    startedAt: now.toISOString(),
    phase: reason.code === 'OutputsChanged' ? 'render' : 'key',
    ...(row.renewRequestedAt === undefined ? {} : { servedMark: row.renewRequestedAt }),
  };
  const begun: Progress = { ...known, revision, work };
  // What is signed here leaves nothing behind that a record would have to find: it is written with its outcome.
  if (work.phase === 'key' && isOnePass(visit)) visit.row = { ...row, progress: begun };
  else await save(visit, { kind: 'next', progress: begun });
  visit.resumed = false;
  return undefined;
};

/** A bundle that became current before that was recorded is an outcome already: it must not be told as superseded. */
const isPublished = async (visit: Visit): Promise<boolean> => {
  const { phase, bundle } = workOf(visit);
  if (phase !== 'store' || bundle === undefined) return false;
  const [seen] = await Promise.allSettled([openSecret(visit)]);
  return seen.status === 'fulfilled' && seen.value.currentVersionId === bundle.versionId;
};

/** A changed or removed declaration ends the work that was begun for the old one; an outcome that stands already is told first. */
export const supersede = async (visit: Visit): Promise<boolean> => {
  const work = workOf(visit);
  const stale = work.generation !== visit.row.generation || visit.row.retiredAt !== undefined;
  if (!stale || work.outcome !== undefined || (await isPublished(visit))) return false;
  await save(visit, { kind: 'next', ...concluded(visit, decided(visit, 'superseded')) });
  return true;
};
