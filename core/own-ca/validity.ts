// From when until when a certificate of our own making is valid: inside its CA's validity. Pure.
import { EvercertError } from '../errors.ts';
import { emergencyMarginMs } from '../renewal/when.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** cert-manager's, where no duration is declared. */
export const DEFAULT_DURATION_MS = 90 * 24 * HOUR;
/** For clocks that run late. */
const BACK_DATED_MS = 5 * MINUTE;

export interface Validity {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly warnings: readonly string[];
}

const atSecond = (ms: number): Date => new Date(Math.floor(ms / 1000) * 1000);

/** Without a CA above it. */
export const ownValidity = (durationMs: number | undefined, now: Date): Validity => ({
  notBefore: atSecond(now.getTime() - BACK_DATED_MS),
  notAfter: atSecond(now.getTime() + (durationMs ?? DEFAULT_DURATION_MS)),
  warnings: [],
});

/** So long a CA must last at least: an hour, or the leaf's emergency margin twice, but no more than a quarter of its own life. */
const neededMs = (durationMs: number, caLifetimeMs: number, sweepPeriodMs: number): number =>
  Math.max(HOUR, Math.min(2 * emergencyMarginMs(durationMs, sweepPeriodMs), caLifetimeMs / 4));

export interface CaSpan {
  /** As people name it. */
  readonly name: string;
  readonly notBefore: Date;
  /** The earliest end in its chain. */
  readonly notAfter: Date;
}

/** Whether a CA is too near its end to sign for so long. */
export const endsTooSoon = (
  { notBefore, notAfter }: Pick<CaSpan, 'notBefore' | 'notAfter'>,
  { durationMs = DEFAULT_DURATION_MS, sweepPeriodMs, now }: NestingWish,
): boolean => {
  const left = notAfter.getTime() - now.getTime();
  return left <= neededMs(durationMs, notAfter.getTime() - notBefore.getTime(), sweepPeriodMs);
};

export interface NestingWish {
  readonly durationMs?: number | undefined;
  readonly sweepPeriodMs: number;
  readonly now: Date;
}

/** Nested in the CA's validity: clamped to its end, with a warning. Errors: CA_ENDS_FIRST (too little is left), SIGNER_UNFIT (not valid yet). */
export const nestedValidity = (ca: CaSpan, wish: NestingWish): Validity => {
  const { notBefore, notAfter } = ownValidity(wish.durationMs, wish.now);
  const end = ca.notAfter.toISOString();
  if (ca.notBefore > wish.now)
    throw new EvercertError('SIGNER_UNFIT', `${ca.name}: the CA is not valid before ${ca.notBefore.toISOString()}`);
  if (endsTooSoon(ca, wish) && notAfter > ca.notAfter)
    throw new EvercertError('CA_ENDS_FIRST', `${ca.name}: the CA ends at ${end}, too soon to sign anything more`, {
      detail: { offenders: [end] },
    });
  const isClamped = notAfter > ca.notAfter;
  return {
    notBefore: new Date(Math.max(ca.notBefore.getTime(), notBefore.getTime())),
    notAfter: isClamped ? ca.notAfter : notAfter,
    warnings: isClamped
      ? [`ends with its CA at ${end}, not at ${notAfter.toISOString()} as its duration asks: a CA must not be outlived`]
      : [],
  };
};
