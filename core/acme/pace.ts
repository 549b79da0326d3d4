// How often a stage looks again, and when it gives up. Pure. A CA's Retry-After is obeyed within sane bounds (RFC 8555
// section 7.5.1 leaves polling to the client; an answer in hours must not be slept for, nor one of zero be hammered).

const SECOND = 1_000;

/** Gaps between looks at Route53's GetChange: the first cheap, then as slow as the change is. */
const SETTLE_GAPS_MS = [250, 500, 1_000, 1_500, 5_000, 10_000];
export const SETTLE_DEADLINE_MS = 10 * 60 * SECOND;

/** Gaps between looks at an order when the CA does not say. */
const POLL_GAPS_MS = [250, 500, 1_000, 1_500, 3_000, 5_000, 10_000];
const RETRY_AFTER_FLOOR_MS = 250;
/** A CA that issues by hand is not asked more often than it says; an hour at most. */
const RETRY_AFTER_CEILING_MS = 60 * 60 * SECOND;
/** While it validates, TXT values stand in DNS: some CAs say a day there, and are done in a minute. */
export const VALIDATE_CEILING_MS = 10 * 60 * SECOND;
/** An order that the CA has not decided on by then is looked at in the pace of failures. */
export const VALIDATE_DEADLINE_MS = 60 * 60 * SECOND;
/** One that takes so long to issue tells of it, and is looked at in the pace of failures; the order is kept. */
export const ISSUE_DEADLINE_MS = 24 * 60 * 60 * SECOND;
/** An order that has been at the CA for so long is given up. */
export const ORDER_DEADLINE_MS = 7 * 24 * 60 * 60 * SECOND;

const gap = (gaps: readonly number[], looks: number): number => gaps[Math.min(looks, gaps.length - 1)]!;

export const settleGapMs = (looks: number): number => gap(SETTLE_GAPS_MS, looks);

/** Retry-After where given, clamped to 0.25 s … `ceilingMs` (default 1 h); else growing gaps. */
export const pollGapMs = (
  looks: number,
  retryAfterMs: number | undefined,
  ceilingMs: number = RETRY_AFTER_CEILING_MS,
): number =>
  retryAfterMs === undefined
    ? gap(POLL_GAPS_MS, looks)
    : Math.min(Math.max(retryAfterMs, RETRY_AFTER_FLOOR_MS), ceilingMs);

/** How long a CA may take to decide: an hour, or a day where it asks to be looked at less often than that. */
export const decisionDeadlineMs = (retryAfterMs: number | undefined): number =>
  (retryAfterMs ?? 0) > VALIDATE_DEADLINE_MS ? ISSUE_DEADLINE_MS : VALIDATE_DEADLINE_MS;
