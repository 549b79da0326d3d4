// The contract of Executions, run on the fake and on the real part.
import { afterAll, beforeAll } from 'vitest';
import { type Emulator, startMinistack } from '#test/support/emulators.ts';
import { fakeExecutions } from '#test/support/fake-executions.ts';
import { type RealExecutions, realExecutions } from '#test/support/real-executions.ts';
import { describeExecutions } from './executions.ts';

describeExecutions('fake', async () => {
  const executions = fakeExecutions();
  return { executions, end: async (input) => executions.end(input) };
});

let emulator: Emulator;
let real: RealExecutions;
beforeAll(async () => {
  emulator = await startMinistack();
  real = realExecutions(emulator.url);
});
afterAll(async () => {
  await real.close();
  await emulator.stop();
});
describeExecutions('ministack', () => real.open());
