// The journey of one certificate: claims its row, does as many steps as it can without waiting long, writes the ledger
// after each, and says when to come back. The one journey: absent, changed and expiring are reasons, not other paths.
import { asEvercertError, type EvercertError } from '../errors.ts';
import { resultEvent } from '../events.ts';
import { certificateSecret } from '../names.ts';
import type { ExecutionInput } from '../ports.ts';
import { reissueReason, renewAtOf } from '../renewal/reasons.ts';
import { failedOutcome, retiredRecord } from './outcome.ts';
import type { JourneyPorts, JourneySettings } from './ports.ts';
import type { Phase, Progress, Work } from './row.ts';
import { STEPS, type StepResult } from './steps.ts';
import { type Visit, workOf } from './visit.ts';

/** What the state machine carries from round to round: no key, token or PEM (its history is readable for 90 days). */
export interface AdvanceResult extends ExecutionInput {
  readonly revision: number;
  readonly phase: Phase | 'due';
  readonly done: boolean;
  /** ISO 8601; only when not done. */
  readonly until?: string;
}

/** Longer than any invocation, so that a crash shows soon and a running one is never overtaken. */
const LEASE_MS = 4 * 60_000;
/** Waits up to here are slept through inside the invocation. */
const INSIDE_MS = 2_000;
const MAX_FAST_RETRIES = 3;

const later = (visit: Visit, ms: number): Date => new Date(visit.ports.clock.now().getTime() + ms);

const answer = (visit: Visit, input: ExecutionInput, until?: Date): AdvanceResult => ({
  ...input,
  revision: visit.row.progress.revision,
  phase: visit.row.progress.work?.phase ?? 'due',
  done: until === undefined,
  ...(until === undefined ? {} : { until: until.toISOString() }),
});

/** Ends the claim; a declaration that changed at the last moment makes the row due at once. */
const release = async (visit: Visit, input: ExecutionInput, progress: Progress, next: Date | undefined) => {
  const ended: Progress = { ...progress, endedRun: input.run };
  const result = await visit.ports.rows.release({ row: visit.row, progress: ended, nextActionAt: next });
  if (result === 'changed') {
    visit.row = await visit.ports.rows.save({ row: visit.row, progress, leaseUntil: later(visit, LEASE_MS) });
    return undefined;
  }
  visit.row = { ...visit.row, progress: ended };
  return answer(visit, input);
};

const save = async (visit: Visit, result: Extract<StepResult, { kind: 'next' }>): Promise<void> => {
  const record = result.record === undefined ? {} : { record: result.record };
  visit.row = await visit.ports.rows.save({
    row: visit.row,
    progress: result.progress,
    leaseUntil: later(visit, LEASE_MS),
    ...record,
  });
};

/** A removed declaration: told once, then never looked at again; the secret stays as it is. */
const retire = async (visit: Visit, input: ExecutionInput): Promise<AdvanceResult | undefined> => {
  const { row, ports, settings } = visit;
  if (row.progress.retiredGeneration === row.generation) return release(visit, input, row.progress, undefined);
  const record = retiredRecord(row);
  await save(visit, { kind: 'next', progress: row.progress, record });
  await ports.bus.publish(resultEvent(record, certificateSecret(settings.prefix, row.name)));
  const { failure: _moot, ...progress } = visit.row.progress;
  return release(visit, input, { ...progress, retiredGeneration: row.generation }, undefined);
};

/** No work in progress: begins an issuance when there is a reason (gives undefined), else lets go of the row. */
const begin = async (visit: Visit, input: ExecutionInput): Promise<AdvanceResult | undefined> => {
  const { row, ports, settings } = visit;
  const { progress } = row;
  if (row.retiredAt !== undefined) return retire(visit, input);
  const now = ports.clock.now();
  const renewAt = renewAtOf(row, settings.sweepPeriodMs);
  const known: Progress = renewAt === undefined ? progress : { ...progress, renewAt: renewAt.toISOString() };
  const { failure } = progress;
  if (failure !== undefined && failure.generation === row.generation && new Date(failure.retryAt) > now)
    return release(visit, input, known, new Date(failure.retryAt));
  const reason = reissueReason(row, now, settings.sweepPeriodMs);
  if (reason === undefined) {
    const { failure: _settled, ...fine } = known;
    return release(visit, input, fine, renewAt);
  }
  const revision = progress.revision + 1;
  const attemptId = ports.random.uuid();
  ports.log.info('issuance begins', {
    certificate: row.name,
    revision,
    attemptId,
    reason: reason.code,
    why: reason.message,
  });
  const work: Work = {
    revision,
    keyNumber: 1,
    generation: row.generation,
    attemptId,
    reason,
    startedAt: now.toISOString(),
    phase: 'key',
  };
  await save(visit, { kind: 'next', progress: { ...known, revision, work } });
  visit.resumed = false;
  return undefined;
};

/** A changed or removed declaration ends the work that was begun for the old one; an outcome that stands already is told first. */
const supersede = async (visit: Visit): Promise<boolean> => {
  const work = workOf(visit);
  const stale = work.generation !== visit.row.generation || visit.row.retiredAt !== undefined;
  if (!stale || work.outcome !== undefined) return false;
  const outcome = { kind: 'superseded' as const, recordId: visit.ports.random.uuid() };
  await save(visit, { kind: 'next', progress: { ...visit.row.progress, work: { ...work, phase: 'clean', outcome } } });
  return true;
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

/** What an error means: again at once, a wait, or the end of this attempt. */
const judge = async (visit: Visit, error: EvercertError, tries: number): Promise<StepResult> => {
  const { ports, row } = visit;
  const work = workOf(visit);
  const fields = { certificate: row.name, attemptId: work.attemptId, code: error.code, phase: work.phase, error };
  delete visit.view;
  if (mayGoOnAtOnce(visit, error, tries)) {
    ports.log.info('a step goes on from an earlier point', fields);
    if (error.endsWork) await takeBack(visit, work, 'abandoned');
    const next = again(visit, error);
    if (next.keyNumber !== work.keyNumber) delete visit.key;
    return { kind: 'next', progress: { ...row.progress, work: next } };
  }
  if (error.class === 'wait') {
    const until = error.detail.retryAt ?? later(visit, 60_000);
    return { kind: 'wait', progress: { ...row.progress, work: { ...work, waitingFor: error.message } }, until };
  }
  ports.log.warn('an attempt failed', fields);
  const outcome = failedOutcome(visit, error);
  return { kind: 'next', progress: { ...row.progress, work: { ...work, phase: 'clean', outcome } } };
};

/** Takes the segment's traces back; what fails is the janitor's. */
const takeBack = async (visit: Visit, work: Work, ending: 'paused' | 'abandoned'): Promise<Work> => {
  if (work.segment === undefined) return work;
  const holder = `${visit.row.name}#${work.revision}`;
  const { declared } = visit.row;
  const [cleaned] = await Promise.allSettled([
    visit.ports.issuers.acme.clean({ declared, state: work.segment, holder, ending }),
  ]);
  if (cleaned.status === 'fulfilled') return { ...work, segment: cleaned.value };
  visit.ports.log.warn('clean left something for the janitor', { certificate: visit.row.name, error: cleaned.reason });
  return work;
};

/** A wait that ends the execution: values in DNS are not held meanwhile, and the due index is the timer. */
const sleepInLedger = async (visit: Visit, input: ExecutionInput, result: Extract<StepResult, { kind: 'wait' }>) => {
  const { work } = result.progress;
  const progress =
    work?.phase === 'issue' ? { ...result.progress, work: await takeBack(visit, work, 'paused') } : result.progress;
  return release(visit, input, progress, result.until);
};

/** undefined: go on inside this invocation. */
const wait = async (
  visit: Visit,
  input: ExecutionInput,
  result: Extract<StepResult, { kind: 'wait' }>,
  deadline: Date,
) => {
  const now = visit.ports.clock.now();
  const ms = result.until.getTime() - now.getTime();
  if (ms <= INSIDE_MS && result.until < deadline) {
    visit.row = { ...visit.row, progress: result.progress };
    await visit.ports.timer.sleep(Math.max(0, ms));
    return undefined;
  }
  if (ms > 2 * visit.settings.sweepPeriodMs) return sleepInLedger(visit, input, result);
  const leaseUntil = new Date(result.until.getTime() + LEASE_MS);
  visit.row = await visit.ports.rows.save({ row: visit.row, progress: result.progress, leaseUntil });
  return answer(visit, input, result.until);
};

const step = async (visit: Visit, tries: { fast: number }): Promise<StepResult> => {
  try {
    const result = await STEPS[workOf(visit).phase](visit);
    visit.resumed = false;
    return result;
  } catch (thrown) {
    const error = asEvercertError(thrown);
    if (error.code === 'LEASE_LOST') throw error;
    return judge(visit, error, tries.fast++);
  }
};

const walk = async (visit: Visit, input: ExecutionInput, deadline: Date): Promise<AdvanceResult> => {
  const tries = { fast: 0 };
  for (;;) {
    if (visit.ports.clock.now() >= deadline) return answer(visit, input, visit.ports.clock.now());
    if (visit.row.progress.work === undefined) {
      const ended = await begin(visit, input);
      if (ended !== undefined) return ended;
      continue;
    }
    if (await supersede(visit)) continue;
    const result = await step(visit, tries);
    if (result.kind === 'next') await save(visit, result);
    else if (result.kind === 'wait') {
      const ended = await wait(visit, input, result, deadline);
      if (ended !== undefined) return ended;
    } else {
      const ended = await settle(visit, input, result.progress);
      if (ended !== undefined) return ended;
    }
  }
};

/** An outcome is told: lets go of the row until it is due again; a failure with its order kept waits for its next try. */
const settle = async (visit: Visit, input: ExecutionInput, progress: Progress): Promise<AdvanceResult | undefined> => {
  const { failure, work } = progress;
  if (work !== undefined && failure !== undefined) return release(visit, input, progress, new Date(failure.retryAt));
  visit.row = { ...visit.row, progress };
  return begin(visit, input);
};

/**
 * Carries one certificate on until it must wait, is done, or `deadline` is near.
 * Never throws for what is expected: the failure lies in the row. LEASE_LOST (another run took over) ends quietly.
 */
export const advance = async (
  input: ExecutionInput,
  context: { ports: JourneyPorts; settings: JourneySettings; deadline: Date },
): Promise<AdvanceResult> => {
  const { ports, settings, deadline } = context;
  const now = ports.clock.now();
  const row = await ports.rows.claim({ ...input, now, leaseUntil: new Date(now.getTime() + LEASE_MS) });
  if (row === 'gone' || row === 'held') {
    ports.log.info('nothing to do here', { certificate: input.name, run: input.run, row });
    return { ...input, revision: 0, phase: 'due', done: true };
  }
  const visit: Visit = { ports, settings, row, resumed: row.progress.work !== undefined };
  try {
    return await walk(visit, input, deadline);
  } catch (thrown) {
    const error = asEvercertError(thrown);
    if (error.code !== 'LEASE_LOST') throw error;
    ports.log.info('another run has taken over', { certificate: input.name, run: input.run });
    return { ...input, revision: visit.row.progress.revision, phase: 'due', done: true };
  }
};
