// How often a certificate is looked for, and how long a CA that throttles is left alone. Pure. Every request is billed:
// none of these gaps may be short for long (aws-privateca-issuer issue 479: 14,400 requests an hour).

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const LOOK_GAPS_MS = [1, 2, 4, 8, 16, 30].map((seconds) => seconds * SECOND);

/** A certificate that has not come by then is looked for in the pace of failures; it is kept. */
export const LOOK_DEADLINE_MS = 10 * MINUTE;
/** One that has not come by then will not: it is asked for anew. */
export const GIVE_UP_MS = 24 * 60 * MINUTE;
/** How long an IdempotencyToken is remembered (API_IssueCertificate), less what a request may take. */
export const TOKEN_LIVES_MS = 4 * MINUTE;

export const lookGapMs = (looks: number): number => LOOK_GAPS_MS[Math.min(looks, LOOK_GAPS_MS.length - 1)]!;

/** Longer than an execution is held for: it ends, and the due index is the timer (journey/advance.ts). */
const SHORTEST_REST_MS = 3 * MINUTE;
const LONGEST_REST_MS = 60 * MINUTE;

/** As long again as it has been tried already: 3, 6, 12 ... minutes, an hour at most. */
export const restMs = (triedForMs: number): number => Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, triedForMs));
