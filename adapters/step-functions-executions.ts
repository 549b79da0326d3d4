// Executions on Step Functions Standard: one execution a run, named so that it can never be started twice. It must never
// put more into an execution's input than name, uid and run: histories are readable for 90 days.
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ListExecutionsCommand,
  type SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { EvercertError } from '#core/errors.ts';
import { executionName } from '#core/names.ts';
import type { ExecutionInput, Executions } from '#core/ports.ts';

interface StateMachine {
  readonly client: SFNClient;
  /** arn:PARTITION:states:REGION:ACCOUNT:stateMachine:NAME */
  readonly stateMachineArn: string;
  /** Executions a page of ListExecutions, at most 1000 (API_ListExecutions). */
  readonly pageSize?: number;
}

/** AWS_DENIED, INTERNAL (a request that is wrong), else AWS_UNAVAILABLE. */
const executionsError = (thrown: unknown, action: string): EvercertError => {
  const error = thrown as Error & { $metadata?: unknown; code?: string };
  const told = { detail: { action }, cause: thrown };
  const message = `${action}: ${error.name}: ${error.message}`;
  if (error.name === 'AccessDeniedException') return new EvercertError('AWS_DENIED', message, told);
  const fromOutside = error.$metadata !== undefined || error.code !== undefined || error.name === 'TimeoutError';
  const wrong = /^(Invalid|StateMachineDoesNotExist|StateMachineDeleting|ValidationException)/.test(error.name);
  return new EvercertError(!fromOutside || wrong ? 'INTERNAL' : 'AWS_UNAVAILABLE', message, told);
};

/** The ARN of an execution follows from its state machine's. */
const executionArn = (stateMachineArn: string, name: string): string =>
  `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;

const nameOf = ({ name, uid, run }: ExecutionInput): string => executionName(name, uid, run);

const start = async ({ client, stateMachineArn }: StateMachine, input: ExecutionInput): Promise<void> => {
  const { name, uid, run } = input;
  try {
    await client.send(
      new StartExecutionCommand({
        stateMachineArn,
        name: nameOf(input),
        input: JSON.stringify({ name, uid, run }),
      }),
    );
  } catch (thrown) {
    if (thrown instanceof ExecutionAlreadyExists) return;
    throw executionsError(thrown, 'states:StartExecution');
  }
};

const isRunning = async ({ client, stateMachineArn }: StateMachine, input: ExecutionInput): Promise<boolean> => {
  try {
    const command = new DescribeExecutionCommand({ executionArn: executionArn(stateMachineArn, nameOf(input)) });
    return (await client.send(command)).status === 'RUNNING';
  } catch (thrown) {
    if (thrown instanceof ExecutionDoesNotExist) return false;
    throw executionsError(thrown, 'states:DescribeExecution');
  }
};

const countRunning = async ({ client, stateMachineArn, pageSize = 1000 }: StateMachine): Promise<number> => {
  let count = 0;
  let nextToken: string | undefined;
  do {
    const command = new ListExecutionsCommand({
      stateMachineArn,
      statusFilter: 'RUNNING',
      maxResults: pageSize,
      ...(nextToken === undefined ? {} : { nextToken }),
    });
    try {
      const page = await client.send(command);
      count += page.executions?.length ?? 0;
      nextToken = page.nextToken;
    } catch (thrown) {
      throw executionsError(thrown, 'states:ListExecutions');
    }
  } while (nextToken !== undefined);
  return count;
};

/** Errors: AWS_UNAVAILABLE, AWS_DENIED, INTERNAL. Safe to repeat. */
export const stepFunctionsExecutions = (machine: StateMachine): Executions => ({
  start: (input) => start(machine, input),
  isRunning: (input) => isRunning(machine, input),
  countRunning: () => countRunning(machine),
});
