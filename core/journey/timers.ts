// The timers of a row: what the sweep has to do with it, and when. Pure. It must never know why a time was chosen.

/**
 * ISO 8601, UTC, milliseconds. `startAt`: an execution is started (renewal, retry, or the end of a lease whose holder
 * crashed). The others are acted on by the sweep itself, without an execution: `ariAt` asks the CA for the renewal
 * window, `checkAt` looks at the secret.
 */
export interface Timers {
  readonly startAt?: string;
  readonly ariAt?: string;
  readonly checkAt?: string;
}

export type TimerName = keyof Timers;

const NAMES: readonly TimerName[] = ['startAt', 'ariAt', 'checkAt'];

/** When the sweep must look at the row: the earliest timer; undefined: never. */
export const nextActionAt = (timers: Timers): string | undefined =>
  NAMES.flatMap((name) => timers[name] ?? []).sort()[0];

/** Which timers are due, the execution first. */
export const dueTimers = (timers: Timers, now: Date): readonly TimerName[] =>
  NAMES.filter((name) => (timers[name] ?? '9') <= now.toISOString());
