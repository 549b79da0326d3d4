// What happens next by itself, in words, and when. Pure: a row in; it must never promise what nobody will do.
import { thresholdsOf } from '../health/life.ts';
import type { CertificateRow, RowFailure, Work } from '../journey/row.ts';
import { isMarked } from '../renewal/reasons.ts';
import type { CertificateView } from './model.ts';
import { isAtWork, PHASE_WORDS, waitedCode } from './work.ts';

type Next = CertificateView['next'];

const SWEEP = 'with the next sweep';

/** An instant that is to come, or nothing: what is past is done with the next sweep. */
const when = (what: string, at: string | undefined, now: Date): Next =>
  at === undefined || new Date(at) <= now ? { what: `${what} ${SWEEP}` } : { what, at };

const waitsFor = ({ waitingFor, waitingForIssuer }: Work): string => {
  if (waitingFor === undefined) return '';
  const said = waitedCode(waitingFor)?.message ?? waitingFor;
  return `, waits: ${said}${waitingForIssuer === undefined ? '' : ` (${waitingForIssuer})`}`;
};

/** While somebody holds the row its timer is the lease's end, which says nothing to people. */
const working = (work: Work, { leaseUntil, startAt }: CertificateRow, now: Date): Next => {
  const waits = work.phase === 'issue' || work.waitingForIssuer !== undefined ? waitsFor(work) : '';
  const what = `${work.reason.code === 'NearExpiry' ? 'renewing' : 'at work'}: ${PHASE_WORDS[work.phase] ?? work.phase}${waits}`;
  const isTimed = leaseUntil === undefined && startAt !== undefined && new Date(startAt) > now;
  return { what, ...(isTimed ? { at: startAt } : {}) };
};

const retrying = (failure: RowFailure, now: Date): Next =>
  when(
    failure.class === 'human' ? 'needs a person; tried again by itself' : 'tried again by itself',
    failure.retryAt,
    now,
  );

const NOTHING: Next = { what: 'nothing: it is no longer declared; its secret stays as it is' };

export const nextOf = (row: CertificateRow, now: Date): Next => {
  const { work, failure, current, renewAt } = row.progress;
  if (row.retiredAt !== undefined) return NOTHING;
  if (work !== undefined && isAtWork(row)) return working(work, row, now);
  if (isMarked(row)) return { what: `a person asked for a new one: it is begun ${SWEEP}` };
  if (failure !== undefined) return retrying(failure, now);
  if (current !== undefined) {
    const planned = thresholdsOf({ ...current, ...(renewAt === undefined ? {} : { renewAt }) });
    return when('renewed by itself', planned.renewAt.toISOString(), now);
  }
  const isStarted = row.run > (row.progress.endedRun ?? 0);
  return isStarted ? { what: 'issued by itself: its first run has begun' } : when('issued by itself', row.startAt, now);
};
