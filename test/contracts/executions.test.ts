// The contract of Executions, run on the fake and on the real part.
import { afterAll } from 'vitest';
import { fakeExecutions } from '#test/support/fake-executions.ts';
import { realExecutions } from '#test/support/real-executions.ts';
import { describeExecutions } from './executions.ts';

describeExecutions('fake', async () => {
  const executions = fakeExecutions();
  return { executions, end: async (input) => executions.end(input) };
});

const real = realExecutions('http://127.0.0.1:24566');
afterAll(() => real.close());
describeExecutions('ministack', () => real.open());
