// A token bucket as one instant: when it is full again if nothing more is taken (the generic cell rate algorithm, as
// Boulder counts). Pure. It must never know what a token stands for, nor where the instant is kept.

/** How many at once, and how long until one more may be. */
export interface Rate {
  readonly capacity: number;
  readonly msPerToken: number;
}

export interface Bucket {
  /** Its key in the ledger, like `orders#<account>`. */
  readonly id: string;
  /** What it bounds, for people. */
  readonly words: string;
  /** Absent: nobody has told us; only what the other side said (`blockedUntil`) is kept to. */
  readonly rate?: Rate;
}

/** `tokens` 0: nothing is taken, but one must be there. */
export interface Take {
  readonly bucket: Bucket;
  readonly tokens: number;
}

/** What the ledger holds of a bucket; absent attributes: full, not blocked, nobody waits. Milliseconds since 1970. */
export interface BucketState {
  readonly fullAt?: number;
  readonly blockedUntil?: number;
  /** Until when places in the queue are given away. */
  readonly queueUntil?: number;
}

/** The latest `fullAt` with which a take may still be met at `now`; undefined: no figures, no bound. */
export const latestFullAt = ({ bucket, tokens }: Take, now: Date): number | undefined =>
  bucket.rate === undefined
    ? undefined
    : now.getTime() + (bucket.rate.capacity - Math.max(1, tokens)) * bucket.rate.msPerToken;

/** How far a take moves `fullAt`. */
export const costMs = ({ bucket, tokens }: Take): number => tokens * (bucket.rate?.msPerToken ?? 0);

/** When a take that is refused now may be met at the earliest; undefined: it is met. */
export const refusedUntil = (take: Take, state: BucketState, now: Date): Date | undefined => {
  const blocked = state.blockedUntil ?? 0;
  const latest = latestFullAt(take, now);
  const short = latest === undefined || state.fullAt === undefined ? 0 : state.fullAt - latest;
  const at = Math.max(blocked, short > 0 ? now.getTime() + short : 0);
  return at > now.getTime() ? new Date(at) : undefined;
};

/** The state after a take; one that is empty already goes further below (a failure that has happened counts). */
export const spent = (take: Take, state: BucketState, now: Date): BucketState => ({
  ...state,
  fullAt: Math.max(state.fullAt ?? 0, now.getTime()) + costMs(take),
});

/** The state after a take was undone. */
export const restored = (take: Take, state: BucketState): BucketState =>
  state.fullAt === undefined ? state : { ...state, fullAt: state.fullAt - costMs(take) };

/** Whether those who are refused stand in a queue: only where tokens come one by one, and something is to be taken. */
export const hasQueue = ({ bucket, tokens }: Take): boolean => bucket.rate !== undefined && tokens > 0;

/** The place at the end of the queue: nobody comes back to a token that is already spoken for. */
export const place = (take: Take, state: BucketState, from: Date): { at: Date; ahead: number; queueUntil: number } => {
  const at = Math.max(state.queueUntil ?? 0, from.getTime());
  const cost = costMs(take);
  return { at: new Date(at), ahead: Math.round((at - from.getTime()) / cost), queueUntil: at + cost };
};
