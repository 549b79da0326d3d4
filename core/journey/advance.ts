// The journey of one certificate: claims its row, does as many steps as it can without waiting long, writes the ledger
// after each, and says when to come back. The one journey: absent, changed and expiring are reasons, not other paths.
import { asEvercertError } from '../errors.ts';
import { begin, supersede } from './begin.ts';
import { type AdvanceResult, answer, LEASE_MS, type RoundInput, release, STATE_VERSION, save } from './claim.ts';
import { gate, reportSuccess } from './gate.ts';
import { judge, takeBack } from './judge.ts';
import type { JourneyPorts, JourneySettings } from './ports.ts';
import type { Progress } from './row.ts';
import type { StepResult } from './step.ts';
import { STEPS } from './steps.ts';
import { type Visit, workOf } from './visit.ts';

export type { AdvanceResult };

/** Waits up to here are slept through inside the invocation. */
const INSIDE_MS = 2_000;

/** What others decide on (a limit, a circuit, a Retry-After) is waited for in a place among those in flight only so long. */
const HOLD_MS = 2 * 60_000;

/** An execution has at most 25,000 events (Step Functions quotas), and a round about nine: long before, the due index goes on. */
const MAX_ROUNDS = 1_500;

/** A wait that ends the execution: values in DNS are not held meanwhile, and the due index is the timer. */
const sleepInLedger = async (visit: Visit, input: RoundInput, result: Extract<StepResult, { kind: 'wait' }>) => {
  const { work } = result.progress;
  const progress =
    work?.phase === 'issue' && result.letsGo !== 'as it is'
      ? { ...result.progress, work: await takeBack(visit, work, 'paused') }
      : result.progress;
  return release(visit, input, progress, result.until);
};

/** undefined: go on inside this invocation. */
const wait = async (visit: Visit, input: RoundInput, result: Extract<StepResult, { kind: 'wait' }>, deadline: Date) => {
  const now = visit.ports.clock.now();
  const ms = result.until.getTime() - now.getTime();
  if (ms <= INSIDE_MS && result.until < deadline) {
    visit.row = { ...visit.row, progress: result.progress };
    await visit.ports.timer.sleep(Math.max(0, ms));
    return undefined;
  }
  if ((input.rounds ?? 0) >= MAX_ROUNDS) return sleepInLedger(visit, input, { ...result, letsGo: 'as it is' });
  if (ms > (result.letsGo !== undefined ? HOLD_MS : 2 * visit.settings.sweepPeriodMs))
    return sleepInLedger(visit, input, result);
  const leaseUntil = new Date(result.until.getTime() + LEASE_MS);
  visit.row = await visit.ports.rows.save({ row: visit.row, progress: result.progress, leaseUntil });
  return answer(visit, input, result.until);
};

const step = async (visit: Visit, tries: { fast: number }): Promise<StepResult> => {
  try {
    await gate(visit);
    const result = await STEPS[workOf(visit).phase](visit);
    visit.resumed = false;
    return result;
  } catch (thrown) {
    const error = asEvercertError(thrown);
    if (error.code === 'LEASE_LOST') throw error;
    return judge(visit, error, tries.fast++);
  }
};

/** Every line of the log, the issuers' too, says which attempt it is about. */
const correlate = ({ ports, row }: Pick<Visit, 'ports' | 'row'>): void => {
  const { work } = row.progress;
  ports.correlation.about({ certificate: row.name, ...(work === undefined ? {} : { attemptId: work.attemptId }) });
};

const walk = async (visit: Visit, input: RoundInput, deadline: Date): Promise<AdvanceResult> => {
  const tries = { fast: 0 };
  for (;;) {
    if (visit.ports.clock.now() >= deadline) return answer(visit, input, visit.ports.clock.now());
    correlate(visit);
    if (visit.row.progress.work === undefined) {
      const ended = await begin(visit, input);
      if (ended !== undefined) return ended;
      continue;
    }
    if (await supersede(visit)) continue;
    const result = await step(visit, tries);
    if (result.kind === 'next') {
      await save(visit, result);
      if (result.record?.kind === 'issued') await reportSuccess(visit);
    } else if (result.kind === 'wait') {
      const ended = await wait(visit, input, result, deadline);
      if (ended !== undefined) return ended;
    } else {
      const ended = await settle(visit, input, result.progress);
      if (ended !== undefined) return ended;
    }
  }
};

/** An outcome is told: lets go of the row until it is due again; a failure with its order kept waits for its next try. */
const settle = async (visit: Visit, input: RoundInput, progress: Progress): Promise<AdvanceResult | undefined> => {
  const { failure, work } = progress;
  const { generation, retiredAt } = visit.row;
  const holds = failure?.generation === generation && retiredAt === undefined;
  if (work !== undefined && holds) return release(visit, input, progress, new Date(failure.retryAt));
  visit.row = { ...visit.row, progress };
  // Work of a declaration that changed while its failure was told is superseded by the next round.
  return work === undefined ? begin(visit, input) : undefined;
};

/**
 * Carries one certificate on until it must wait, is done, or `deadline` is near.
 * Never throws for what is expected: the failure lies in the row. LEASE_LOST (another run took over) ends quietly.
 */
export const advance = async (
  given: RoundInput,
  context: { ports: JourneyPorts; settings: JourneySettings; deadline: Date },
): Promise<AdvanceResult> => {
  const { ports, settings, deadline } = context;
  const now = ports.clock.now();
  const input = { ...given, version: STATE_VERSION, rounds: (given.rounds ?? 0) + 1 };
  if ((given.version ?? STATE_VERSION) > STATE_VERSION) {
    ports.log.warn('a state of newer code is left to it, or to the next run', {
      certificate: given.name,
      run: given.run,
    });
    return { ...given, revision: 0, phase: 'due', done: true };
  }
  ports.correlation.about({ certificate: given.name });
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
    // A value that went up after the other run's clean-up would stand for ever.
    if (visit.row.progress.work !== undefined) await takeBack(visit, visit.row.progress.work, 'overtaken');
    return { ...input, revision: visit.row.progress.revision, phase: 'due', done: true };
  }
};
