// What an ended issuance could not take back at once: kept in the row, tried again by the next runs, forgotten in the
// end. Pure. It must never hold more than a few things.
import type { Leftover, OpenSegment } from './row.ts';

/** A CA drops pending authorizations by itself after days; more than a few were a storm that nobody needs to repeat. */
const MOST_SEGMENTS = 5;
/** 1, 2, 4 … hours: about five days, after which the CA has dropped them (Let's Encrypt: 7 days). */
export const MOST_TRIES = 7;
const HOUR = 60 * 60_000;

/** One more thing that is left over. */
export const leftOver = (
  before: Leftover | undefined,
  more: { readonly labels?: true; readonly segment?: OpenSegment },
  now: Date,
): Leftover => ({
  since: before?.since ?? now.toISOString(),
  tries: 0,
  ...(before?.labels === true || more.labels === true ? { labels: true as const } : {}),
  segments: [...(before?.segments ?? []), ...(more.segment === undefined ? [] : [more.segment])].slice(-MOST_SEGMENTS),
});

/** The sooner of a row's next time and that of what is left over; also of a row that has no next time. */
export const withTidying = (leftover: Leftover | undefined, next: Date | undefined, now: Date): Date | undefined => {
  if (leftover === undefined) return next;
  const at = new Date(now.getTime() + HOUR * 2 ** leftover.tries);
  return next === undefined || at < next ? at : next;
};
