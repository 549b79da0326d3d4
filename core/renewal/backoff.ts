// When a failed attempt is tried again, by its class. Pure.
import type { FailureClass } from '../codes.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Let's Encrypt's integration guide: 1 min, 10 min, 100 min, then daily. */
const FIRST_STEPS_MS = [1 * MINUTE, 10 * MINUTE, 100 * MINUTE];
const FLOOR_MS = 10 * MINUTE;

export interface Failed {
  readonly class: Exclude<FailureClass, 'delivery'>;
  /** Failures in a row, this one included. */
  readonly count: number;
  readonly now: Date;
  /** End of what is current; absent: first issue. */
  readonly notAfter?: Date;
  /** When the other side allows it (Retry-After). */
  readonly allowedAt?: Date;
}

const laterMs = ({ now, notAfter }: Failed): number => {
  if (notAfter === undefined) return DAY;
  const eighth = (notAfter.getTime() - now.getTime()) / 8;
  return Math.max(FLOOR_MS, Math.min(DAY, eighth));
};

/** step: 1, 10, 100 min, then daily or an eighth of what is left; human: a probe a day (sooner when little is left); never before `allowedAt`. */
export const retryAt = (failed: Failed): Date => {
  const step = failed.class === 'human' ? undefined : FIRST_STEPS_MS[failed.count - 1];
  const own = failed.now.getTime() + Math.min(step ?? laterMs(failed), laterMs(failed));
  return new Date(Math.max(own, failed.allowedAt?.getTime() ?? 0));
};
