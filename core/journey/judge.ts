// What an error means for the work: again at once from an earlier point, a wait, or the end of this attempt.
import type { ErrorCode } from '../codes.ts';
import type { EvercertError } from '../errors.ts';
import { eventMetrics } from '../metrics.ts';
import { later } from './claim.ts';
import { report } from './gate.ts';
import type { Ending } from './issuer.ts';
import { leftOver } from './leftover.ts';
import { concluded, failedOutcome } from './outcome.ts';
import type { Work } from './row.ts';
import type { StepResult } from './step.ts';
import { cleanSegment, openSegment, type Visit, workOf } from './visit.ts';

const MAX_FAST_RETRIES = 3;
/** A wait that a person may want to know of. */
const FAR_MS = 60 * 60_000;

/** Takes the segment's traces back; what fails is the janitor's. */
export const takeBack = async (visit: Visit, work: Work, ending: Exclude<Ending, 'issued'>): Promise<Work> => {
  const open = openSegment(visit, work);
  if (open === undefined) return work;
  const [cleaned] = await Promise.allSettled([cleanSegment(visit, open, ending)]);
  if (cleaned.status === 'fulfilled') return { ...work, segment: cleaned.value };
  visit.ports.log.warn('clean left something for the janitor', { certificate: visit.row.name, error: cleaned.reason });
  if (ending !== 'abandoned') return work;
  const { progress } = visit.row;
  const leftover = leftOver(progress.leftover, { segment: open }, visit.ports.clock.now());
  visit.row = { ...visit.row, progress: { ...progress, leftover } };
  return work;
};

/** The same work from an earlier point: a key that is gone or refused is made anew, an order that is gone is opened anew. */
const again = (visit: Visit, error: EvercertError): Work => {
  const { segment, keyVersionId, bundle: _bundle, ...work } = workOf(visit);
  if (error.code === 'STAGED_KEY_LOST') return { ...work, phase: 'key', keyNumber: work.keyNumber + 1 };
  if (error.code === 'CSR_REFUSED') return { ...work, phase: 'key', keyNumber: work.keyNumber + 1 };
  const kept = keyVersionId === undefined ? {} : { keyVersionId };
  return error.endsWork ? { ...work, ...kept, phase: 'issue' } : { ...workOf(visit) };
};

const mayGoOnAtOnce = (visit: Visit, error: EvercertError, tries: number): boolean =>
  (error.class === 'fast' && tries < MAX_FAST_RETRIES) ||
  (error.code === 'CSR_REFUSED' &&
    workOf(visit).keyNumber === 1 &&
    visit.row.declared.certificate.privateKey.rotationPolicy === 'Always');

/** Others have more asked of them than they allow, or do not answer for it. */
const TURNED_AWAY: ReadonlySet<ErrorCode> = new Set(['CA_RATE_LIMITED', 'DNS_UNAVAILABLE', 'SECRET_UNAVAILABLE']);

/** Counted in its own line: one that comes again and again is an alarm. */
const countTurnedAway = ({ ports, row, settings }: Visit, { code }: EvercertError): void => {
  if (!TURNED_AWAY.has(code)) return;
  const metrics = eventMetrics('Throttled', { service: settings.prefix, at: ports.clock.now() });
  ports.log.info('turned away', { certificate: row.name, code, ...metrics });
};

/** What an error means: again at once, a wait, or the end of this attempt. */
export const judge = async (visit: Visit, error: EvercertError, tries: number): Promise<StepResult> => {
  const { ports, row } = visit;
  const work = workOf(visit);
  const fields = { certificate: row.name, attemptId: work.attemptId, code: error.code, phase: work.phase, error };
  delete visit.view;
  countTurnedAway(visit, error);
  if (mayGoOnAtOnce(visit, error, tries)) {
    ports.log.info('a step goes on from an earlier point', fields);
    if (error.endsWork) await takeBack(visit, work, 'abandoned');
    const next = again(visit, error);
    if (next.keyNumber !== work.keyNumber) delete visit.key;
    return { kind: 'next', progress: { ...visit.row.progress, work: next } };
  }
  if (error.class === 'wait') {
    const until = error.detail.retryAt ?? later(visit, 60_000);
    await report(visit, error);
    const { waitingForIssuer: _other, ...others } = workOf(visit);
    const far = until.getTime() - ports.clock.now().getTime() > FAR_MS;
    ports.log[far ? 'warn' : 'info']('an attempt waits', { ...fields, until: until.toISOString() });
    return {
      kind: 'wait',
      progress: {
        ...visit.row.progress,
        // What an earlier invocation may have sent without recording it stays open.
        work: { ...others, ...(visit.resumed ? {} : { waited: true }), waitingFor: error.message },
      },
      until,
      // A zone that fails would refuse the clean-up as well: what may stand there is taken back when it works again.
      letsGo: error.code === 'CIRCUIT_OPEN' && error.detail.zoneId !== undefined ? 'as it is' : 'cleaned',
    };
  }
  ports.log.warn('an attempt failed', fields);
  await report(visit, error);
  return { kind: 'next', ...concluded(visit, failedOutcome(visit, error)) };
};
