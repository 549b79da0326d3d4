// The contract of Executions: the same suite for Step Functions and for its fake.
import { describe, expect, it } from 'vitest';
import type { ExecutionInput, Executions } from '#core/ports.ts';

export interface ExecutionsUnderTest {
  readonly executions: Executions;
  /** Ends one that runs. */
  end(input: ExecutionInput): Promise<void>;
}

const run = (n: number): ExecutionInput => ({ name: 'shop/web', uid: 'uid-1', run: n });

/** Runs the contract; `open` gives an engine in which nothing has run yet. */
export const describeExecutions = (name: string, open: () => Promise<ExecutionsUnderTest>): void => {
  describe(`the executions: ${name}`, () => {
    it('starts an execution, which then runs', async () => {
      const { executions } = await open();
      expect(await executions.isRunning(run(1))).toBe(false);
      await executions.start(run(1));
      expect(await executions.isRunning(run(1))).toBe(true);
      expect(await executions.isRunning(run(2))).toBe(false);
    });

    it('counts one that is started twice as started once', async () => {
      const { executions } = await open();
      await Promise.all([executions.start(run(1)), executions.start(run(1))]);
      await executions.start(run(1));
      expect(await executions.countRunning()).toBe(1);
    });

    it('never runs an ended execution again', async () => {
      const { executions, end } = await open();
      await executions.start(run(1));
      await end(run(1));
      expect(await executions.isRunning(run(1))).toBe(false);
      await executions.start(run(1));
      expect(await executions.isRunning(run(1))).toBe(false);
      await executions.start(run(2));
      expect(await executions.isRunning(run(2))).toBe(true);
    });

    it('tells uids of one name apart', async () => {
      const { executions } = await open();
      await executions.start(run(1));
      expect(await executions.isRunning({ ...run(1), uid: 'uid-2' })).toBe(false);
    });

    it('counts what runs, over all pages', async () => {
      const { executions, end } = await open();
      expect(await executions.countRunning()).toBe(0);
      const inputs = Array.from({ length: 25 }, (_, i) => ({ ...run(1), name: `shop/site-${i}`, uid: `uid-${i}` }));
      await Promise.all(inputs.map((input) => executions.start(input)));
      await end(inputs[3]!);
      expect(await executions.countRunning()).toBe(24);
    });
  });
};
