// How long a delivery is waited for, and when it is tried again. Pure.

/** Gaps between two looks (milliseconds); the last goes on. */
const GAPS_MS = [50, 50, 100, 100, 200, 200, 400] as const;
/** The operator needs 77 ms at the median and 1.1 s at the worst (measured on 0.20.4). */
export const WAIT_MS = 4_000;
/** A target is not begun when less is left: two waits, and the requests between them. */
export const ONE_TARGET_MS = 12_000;
/** What was begun is looked at again after so long, should this invocation die. */
export const BEGUN_MS = 60_000;
/** A target that is not declared any more: its journey drops it. */
export const UNDECLARED_MS = 60 * 60_000;

/** What may pass by itself, as in a burst or while an API server restarts: told when the second visit finds it, too. */
const MAY_PASS: readonly string[] = ['TARGET_NOT_LOOKED', 'TARGET_STALE', 'CLUSTER_UNREACHABLE'];

/** Whether the `count`th failure in a row is worth telling. */
export const isTold = ({ code, count }: { readonly code: string; readonly count: number }): boolean =>
  count > 1 || !MAY_PASS.includes(code);

const BACKOFF_MINUTES = [1, 2, 5, 15] as const;

/** The gap before the look with this number, counted from 0. */
export const gapMs = (look: number): number => GAPS_MS[Math.min(look, GAPS_MS.length - 1)]!;

/** When a target is tried again after its `count`th failure in a row: 1, 2, 5, 15 minutes, then hourly. */
export const tryAgainAt = (now: Date, count: number): Date =>
  new Date(now.getTime() + (BACKOFF_MINUTES[count - 1] ?? 60) * 60_000);
