// The three moments of every function: before (once a container: settings, log, parts), run, and on error (recorded
// once, rethrown, so that Lambda, its retries and its alarms see the failure). The only reader of the environment here.
import type { Context } from 'aws-lambda';
import type { Surroundings } from '#adapters/compose/parts.ts';
import { structuredLog } from '#adapters/structured-log.ts';
import type { Log } from '#core/ports.ts';
import { runtimeSettings } from '#core/settings.ts';

/** Kept free at the end of an invocation: for the slowest single step and the write after it. */
const RESERVE_MS = 20_000;

export interface Moment {
  readonly log: Log;
  readonly now: Date;
  /** Before then a function must have returned. */
  readonly deadline: Date;
  /** As it was called. */
  readonly functionArn: string;
  readonly requestId: string;
}

type FunctionName = 'sweep' | 'advance' | 'deployed' | 'sync' | 'watchdog' | 'tally' | 'widget' | 'act' | 'digest';

const surroundings = (functionName: string): Surroundings => ({
  settings: runtimeSettings.parse(JSON.parse(process.env.EVERCERT_SETTINGS ?? '{}')),
  log: structuredLog({ functionName }),
});

/** Makes a handler: `before` composes the parts once, `run` handles each event. */
export const door = <Event, Result, Parts>(
  functionName: FunctionName,
  before: (given: Surroundings) => Parts,
  run: (parts: Parts, event: Event, moment: Moment) => Promise<Result>,
) => {
  const given = surroundings(functionName);
  const parts = before(given);
  return async (event: Event, context: Context): Promise<Result> => {
    const now = new Date();
    const deadline = new Date(now.getTime() + context.getRemainingTimeInMillis() - RESERVE_MS);
    try {
      const { invokedFunctionArn: functionArn, awsRequestId: requestId } = context;
      return await run(parts, event, { log: given.log, now, deadline, functionArn, requestId });
    } catch (error) {
      given.log.error(`${functionName} failed`, { error });
      throw error;
    }
  };
};
