// How often a watch looks, and a pause that an abort cuts short.
import { setTimeout as delay } from 'node:timers/promises';

export const POLL_MS = 500;

/** Resolves after the time, or at once when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<unknown> =>
  delay(ms, undefined, { signal }).catch(() => undefined);
