// Executions on real state machines that only wait, at some endpoint. It must never start an emulator.
import { randomUUID } from 'node:crypto';
import {
  CreateStateMachineCommand,
  DeleteStateMachineCommand,
  ListExecutionsCommand,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { stepFunctionsExecutions } from '#adapters/step-functions-executions.ts';
import { executionName } from '#core/names.ts';
import type { ExecutionInput } from '#core/ports.ts';
import type { ExecutionsUnderTest } from '#test/contracts/executions.ts';
import { emulatorClient } from './real-ledger.ts';

const WAITS = JSON.stringify({ StartAt: 'Rest', States: { Rest: { Type: 'Wait', Seconds: 3600, End: true } } });

export interface RealExecutions {
  /** A new state machine, and the port over it with pages of ten. */
  open(): Promise<ExecutionsUnderTest>;
  /** Stops what runs, drops the state machines, ends the connections. */
  close(): Promise<void>;
}

const stopAll = async (client: SFNClient, stateMachineArn: string): Promise<void> => {
  const running = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: 'RUNNING' }));
  for (const { executionArn } of running.executions ?? [])
    await client.send(new StopExecutionCommand({ executionArn }));
  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
};

export const realExecutions = (endpoint: string): RealExecutions => {
  const client = new SFNClient(emulatorClient(endpoint));
  const machines: string[] = [];
  return {
    open: async () => {
      const made = await client.send(
        new CreateStateMachineCommand({
          name: `rest-${randomUUID()}`,
          definition: WAITS,
          roleArn: 'arn:aws:iam::000000000000:role/rest',
          type: 'STANDARD',
        }),
      );
      const stateMachineArn = made.stateMachineArn!;
      machines.push(stateMachineArn);
      const end = async ({ name, uid, run }: ExecutionInput): Promise<void> => {
        const machine = stateMachineArn.replace(':stateMachine:', ':execution:');
        await client.send(new StopExecutionCommand({ executionArn: `${machine}:${executionName(name, uid, run)}` }));
      };
      return { executions: stepFunctionsExecutions({ client, stateMachineArn, pageSize: 10 }), end };
    },
    close: async () => {
      for (const machine of machines) await stopAll(client, machine);
      client.destroy();
    },
  };
};
