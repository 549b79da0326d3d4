// How an attempt ended, in one record: what failed and when it is tried again. Pure but for the clock and the ids that
// the visit brings.
import { CODES } from '../codes.ts';
import type { EvercertError } from '../errors.ts';
import { versionToken } from '../names.ts';
import { retryAt } from '../renewal/backoff.ts';
import type { Drift } from './drift.ts';
import type { CertificateRow, Phase, Progress, RowFailure, WorkOutcome } from './row.ts';
import type { OutcomeRecord } from './rows.ts';
import { toldTrust } from './trust.ts';
import { type Visit, workOf } from './visit.ts';

/** An outcome that is decided now. */
export const decided = (visit: Visit, kind: WorkOutcome['kind']): WorkOutcome => ({
  kind,
  recordId: visit.ports.random.uuid(),
  at: visit.ports.clock.now().toISOString(),
});

/** How the work goes on once its outcome is decided: written down with its record, then cleaned, then announced. */
export const concluded = (visit: Visit, outcome: WorkOutcome): { progress: Progress; record: OutcomeRecord } => {
  const progress: Progress = {
    ...visit.row.progress,
    work: { ...workOf(visit), phase: 'clean', outcome },
  };
  return { progress, record: outcomeRecord(visit, progress) };
};

const failedParts = ({ failure }: WorkOutcome, { current }: Progress): Partial<OutcomeRecord> => {
  if (failure === undefined) return {};
  const { code, message, class: failureClass, count, retryAt } = failure;
  const still = current === undefined ? {} : { notAfter: current.notAfter };
  return { code, message, class: failureClass, count, retryAt, ...still };
};

/** The history record of the outcome that `progress` carries; the same id gives the same record. */
export const outcomeRecord = (visit: Visit, progress: Progress): OutcomeRecord => {
  const work = progress.work!;
  const outcome = work.outcome!;
  const issued = outcome.kind === 'issued' ? progress.current : undefined;
  return {
    id: outcome.recordId,
    name: visit.row.name,
    uid: visit.row.uid,
    at: outcome.at,
    kind: outcome.kind,
    generation: work.generation,
    revision: work.revision,
    attemptId: work.attemptId,
    reason: work.reason.code,
    ...(work.reason.explanationUrl === undefined ? {} : { explanationUrl: work.reason.explanationUrl }),
    ...failedParts(outcome, progress),
    ...(issued === undefined
      ? {}
      : { fingerprint: issued.fingerprint, notAfter: issued.notAfter, versionId: issued.versionId }),
    ...(work.warnings === undefined ? {} : { warnings: work.warnings }),
  };
};

/** The record of a retirement: the same id and instant however often it is written. */
export const retiredRecord = (
  row: CertificateRow,
  { generation, at }: { generation: number; at: string },
): OutcomeRecord => ({
  id: versionToken(row.uid, generation, 'retired').slice(0, 32),
  name: row.name,
  uid: row.uid,
  at,
  kind: 'retired',
  generation,
  revision: row.progress.revision,
  ...(row.progress.current === undefined
    ? {}
    : {
        fingerprint: row.progress.current.fingerprint,
        notAfter: row.progress.current.notAfter,
        versionId: row.progress.current.versionId,
      }),
});

/** The record of a drift that was found: the same id however often it is written. */
export const driftRecord = (row: CertificateRow, drift: Drift): OutcomeRecord => ({
  id: versionToken(row.uid, drift.occurrence, 'drift').slice(0, 32),
  name: row.name,
  uid: row.uid,
  at: drift.since,
  kind: 'drifted',
  generation: row.generation,
  revision: row.progress.revision,
  reason: drift.kind,
  message: drift.message,
  occurrence: drift.occurrence,
  ...(row.progress.current === undefined ? {} : { notAfter: row.progress.current.notAfter }),
  ...(drift.repaired === undefined ? {} : { repaired: drift.repaired }),
});

/** The row's failure by this error: counted on, unless the declaration changed since the last one. */
export const rowFailure = (visit: Visit, error: EvercertError): RowFailure => {
  const { failure: before, current } = visit.row.progress;
  const told = toldTrust(visit.row);
  const now = visit.ports.clock.now();
  const { generation } = workOf(visit);
  const count = before?.generation === generation ? before.count + 1 : 1;
  // A fast error that came again and again is paced like a step.
  const failureClass = error.class === 'human' ? 'human' : 'step';
  const at = retryAt({
    class: failureClass,
    count,
    now,
    ...(current === undefined ? {} : { notAfter: new Date(current.notAfter) }),
    ...(error.detail.retryAt === undefined ? {} : { allowedAt: error.detail.retryAt }),
  });
  const message = `${error.message} (fix: ${CODES[error.code].fix})`;
  return {
    code: error.code,
    class: failureClass,
    message,
    at: now.toISOString(),
    count,
    retryAt: at.toISOString(),
    generation,
    ...(told === undefined ? {} : { signerTrust: told }),
  };
};

/** The outcome of a failed attempt; an order that is still good is gone on with at the phase that failed. */
export const failedOutcome = (visit: Visit, error: EvercertError): WorkOutcome => {
  const resume: Phase = workOf(visit).phase;
  const failure = rowFailure(visit, error);
  // Rendering anew holds nothing that is worth keeping: the reasons are looked for again, a renewal's before it.
  const isOver = error.endsWork || resume === 'render';
  return { ...decided(visit, 'failed'), failure, ...(isOver ? {} : { resume }) };
};
