// What an ended issuance could not take back at once: kept in the row, tried again by the next runs, forgotten in the
// end. Pure. It must never hold more than a few things.
import type { Leftover, OpenSegment } from './row.ts';

/** A CA drops pending authorizations by itself after days; more than a few were a storm that nobody needs to repeat. */
const MOST_SEGMENTS = 5;
/** 1, 2, 4 … hours: about five days, after which the CA has dropped them (Let's Encrypt: 7 days). */
const MOST_TRIES = 7;
const HOUR = 60 * 60_000;

/** How long a leftover is let alone after so many tries. */
const gapMs = (tries: number): number => HOUR * 2 ** tries;

/** One more thing that is left over, to be tried in an hour, or at `tryAt`. */
export const leftOver = (
  before: Leftover | undefined,
  more: { readonly labels?: true; readonly segment?: OpenSegment; readonly tryAt?: Date },
  now: Date,
): Leftover => ({
  since: before?.since ?? now.toISOString(),
  tries: 0,
  tryAt: (more.tryAt ?? new Date(now.getTime() + gapMs(0))).toISOString(),
  ...(before?.labels === true || more.labels === true ? { labels: true as const } : {}),
  segments: [...(before?.segments ?? []), ...(more.segment === undefined ? [] : [more.segment])].slice(-MOST_SEGMENTS),
});

/** What a try could not take back either; undefined: nothing is left, or it is given up. */
export const triedAgain = (
  before: Leftover,
  kept: Pick<Leftover, 'labels' | 'segments'>,
  now: Date,
): Leftover | 'given up' | undefined => {
  if (kept.labels !== true && kept.segments.length === 0) return undefined;
  const tries = before.tries + 1;
  if (tries >= MOST_TRIES) return 'given up';
  return { since: before.since, tries, tryAt: new Date(now.getTime() + gapMs(tries)).toISOString(), ...kept };
};

/** The sooner of a row's next time and that of what is left over; also of a row that has no next time. */
export const withTidying = (leftover: Leftover | undefined, next: Date | undefined): Date | undefined => {
  if (leftover === undefined) return next;
  const at = new Date(leftover.tryAt);
  return next === undefined || at < next ? at : next;
};
