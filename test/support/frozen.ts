// A gate in which one call waits until the test lets it go: what a process that freezes and wakes looks like.
// It must never use the real time.

export interface Gate {
  /** Resolves once the call has arrived. */
  readonly arrived: Promise<void>;
  /** Lets the call go on. */
  open(): void;
  /** What the call must await. */
  pass(): Promise<void>;
}

export const gate = (): Gate => {
  const arrival = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  return {
    arrived: arrival.promise,
    open: () => release.resolve(),
    pass: () => {
      arrival.resolve();
      return release.promise;
    },
  };
};
