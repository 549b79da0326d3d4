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

/** When what is left over is tried again. */
export const tidyAt = ({ tries }: Leftover, now: Date): Date => new Date(now.getTime() + HOUR * 2 ** tries);
