// Executions in memory: a name that was used once is used for ever. It must never run anything: a test says when one ends.
import { executionName } from '#core/names.ts';
import type { ExecutionInput, Executions } from '#core/ports.ts';
import { type Hook, hooked, noHook } from './hooks.ts';

export interface FakeExecutions extends Executions {
  /** Inputs in the order in which they were started, each once. */
  started(): readonly ExecutionInput[];
  /** Ends an execution, in whatever way; ending what does not run is a mistake of the test. */
  end(input: ExecutionInput): void;
}

const keyOf = ({ name, uid, run }: ExecutionInput): string => executionName(name, uid, run);

export const fakeExecutions = ({ hook = noHook }: { hook?: Hook } = {}): FakeExecutions => {
  const all = new Map<string, { input: ExecutionInput; running: boolean }>();
  const call = <T>(method: string, effect: () => T): Promise<T> => hooked(hook, { port: 'executions', method }, effect);
  return {
    start: (input) =>
      call('start', () => {
        const { name, uid, run } = input;
        if (!all.has(keyOf(input))) all.set(keyOf(input), { input: { name, uid, run }, running: true });
      }),
    isRunning: (input) => call('isRunning', () => all.get(keyOf(input))?.running ?? false),
    countRunning: () => call('countRunning', () => [...all.values()].filter(({ running }) => running).length),
    started: () => [...all.values()].map(({ input }) => ({ ...input })),
    end: (input) => {
      const execution = all.get(keyOf(input));
      if (!execution?.running) throw new Error(`${keyOf(input)} does not run`);
      execution.running = false;
    },
  };
};
