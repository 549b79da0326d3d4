// Fault injection of the fakes, in one shape for all ports: a test is told of every call and may throw. It must never
// know what a fake holds.

/** One call of a port's method, before it had any effect or after it had all of it (an answer that gets lost). */
export interface HookedCall {
  readonly port: string;
  readonly method: string;
  readonly when: 'before' | 'after';
}

/** May throw: before, nothing happens; after, the effect stays and the caller sees the error. */
export type Hook = (call: HookedCall) => void;

/** The hook that does nothing. */
export const noHook: Hook = () => undefined;

/** Runs one method of a fake between its two hooked moments. */
export const hooked = async <T>(
  hook: Hook,
  call: Pick<HookedCall, 'port' | 'method'>,
  effect: () => T | Promise<T>,
): Promise<T> => {
  hook({ ...call, when: 'before' });
  const answer = await effect();
  hook({ ...call, when: 'after' });
  return answer;
};
