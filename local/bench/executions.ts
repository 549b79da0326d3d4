// What Step Functions did for a run: states entered and calls made, from the executions' own histories. It must never
// start or stop one.
import { type HistoryEvent, paginateGetExecutionHistory, type SFNClient } from '@aws-sdk/client-sfn';
import type { CertificateRow } from '#core/journey/row.ts';
import { executionName } from '#core/names.ts';

/** AWS writes LambdaFunctionScheduled for a task whose resource is a function; the emulator TaskScheduled. */
const SCHEDULED = new Set(['LambdaFunctionScheduled', 'TaskScheduled']);

export interface Steps {
  readonly transitions: number;
  readonly invocations: number;
}

/** Billed are states entered, each retry again (https://aws.amazon.com/step-functions/pricing/): a retried task is scheduled again. */
export const stepsOf = (events: readonly Pick<HistoryEvent, 'type'>[]): Steps => {
  const types = events.map(({ type = '' }) => type as string);
  const entered = types.filter((type) => type.endsWith('StateEntered'));
  const tasks = entered.filter((type) => type === 'TaskStateEntered').length;
  const invocations = types.filter((type) => SCHEDULED.has(type)).length;
  return { transitions: entered.length + Math.max(0, invocations - tasks), invocations };
};

const eventsOf = async (client: SFNClient, executionArn: string): Promise<HistoryEvent[]> => {
  const events: HistoryEvent[] = [];
  const pages = paginateGetExecutionHistory({ client }, { executionArn, maxResults: 1000 });
  for await (const page of pages) events.push(...(page.events ?? []));
  return events;
};

/** Every run of these rows, summed. */
export const stepsOfRows = async (
  { client, stateMachineArn }: { client: SFNClient; stateMachineArn: string },
  rows: readonly CertificateRow[],
): Promise<Steps> => {
  const prefix = stateMachineArn.replace(':stateMachine:', ':execution:');
  let [transitions, invocations] = [0, 0];
  for (const { name, uid, run: last } of rows)
    for (let run = 1; run <= last; run++) {
      const steps = stepsOf(await eventsOf(client, `${prefix}:${executionName(name, uid, run)}`));
      transitions += steps.transitions;
      invocations += steps.invocations;
    }
  return { transitions, invocations };
};
