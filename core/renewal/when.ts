// When a certificate is renewed. Pure: lifetimes in, an instant and its reason out. (ARI, RFC 9773, will be one more rule
// before these.)

export interface Lifetime {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

export interface RenewalWish {
  readonly renewBeforeMs?: number;
  readonly renewBeforePercentage?: number;
}

export type RenewalRule = 'RenewBefore' | 'RenewBeforePercentage' | 'DefaultFraction' | 'EmergencyMargin';

const MINUTE = 60_000;
const TEN_DAYS = 10 * 24 * 60 * MINUTE;

/** The latest moment that still leaves room for a failure: max(1/20 of the lifetime, 2 sweep periods + 10 min), at most a quarter of it. */
export const emergencyMarginMs = (lifetimeMs: number, sweepPeriodMs: number): number =>
  Math.min(Math.max(lifetimeMs / 20, 2 * sweepPeriodMs + 10 * MINUTE), lifetimeMs / 4);

const wished = (lifetimeMs: number, wish: RenewalWish): { remainingMs: number; rule: RenewalRule } => {
  const { renewBeforeMs, renewBeforePercentage } = wish;
  // A wish that the CA's actual lifetime makes absurd would renew for ever: cert-manager ignores it too.
  if (renewBeforeMs !== undefined && renewBeforeMs > 0 && renewBeforeMs < lifetimeMs)
    return { remainingMs: renewBeforeMs, rule: 'RenewBefore' };
  if (renewBeforePercentage !== undefined && renewBeforePercentage > 0 && renewBeforePercentage < 100)
    return { remainingMs: (lifetimeMs * renewBeforePercentage) / 100, rule: 'RenewBeforePercentage' };
  return { remainingMs: lifetimeMs < TEN_DAYS ? lifetimeMs / 2 : lifetimeMs / 3, rule: 'DefaultFraction' };
};

/** The instant of renewal by the actual lifetime; whole seconds. */
export const renewalTime = (
  lifetime: Lifetime,
  wish: RenewalWish,
  sweepPeriodMs: number,
): { renewAt: Date; rule: RenewalRule } => {
  const end = lifetime.notAfter.getTime();
  const lifetimeMs = end - lifetime.notBefore.getTime();
  const margin = emergencyMarginMs(lifetimeMs, sweepPeriodMs);
  const { remainingMs, rule } = wished(lifetimeMs, wish);
  const atSecond = (ms: number) => new Date(Math.floor(ms / 1000) * 1000);
  return remainingMs < margin
    ? { renewAt: atSecond(end - margin), rule: 'EmergencyMargin' }
    : { renewAt: atSecond(end - remainingMs), rule };
};
