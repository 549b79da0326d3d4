// What the gateway may be told while it runs: Route53's pace and planned faults. It must never know about HTTP.
import type { CallIdentity } from './identify.ts';

export type FaultKind =
  /** The service's throttling error; the call does not reach the emulator. */
  | 'throttle'
  /** Route53's PriorRequestNotComplete; the call does not reach the emulator. */
  | 'prior-request'
  /** HTTP 500; the call does not reach the emulator. */
  | 'error500'
  /** The connection is reset before the call reaches the emulator. */
  | 'reset'
  /** The emulator applies the call, the caller's connection is reset. */
  | 'lost-answer'
  /** No answer; with `delayMs` the connection is reset after that time. */
  | 'hang'
  /** The emulator applies the call, the caller never hears of it. */
  | 'silence'
  /** Only late: by `delayMs`. */
  | 'delay';

/** Strikes the next `times` calls that match; every other kind waits `delayMs` first, where given. */
export interface Fault {
  match: { service?: string; action?: string; appId?: string };
  times: number;
  kind: FaultKind;
  delayMs?: number;
  /** Only each so-manieth of the calls that match is struck; default 1: all. */
  every?: number;
}

/** May be changed at any time. */
export interface GatewaySettings {
  /** From an accepted change to INSYNC (and to its being seen in DNS). */
  insyncAfterMs: number;
  /** Route53's request limit; undefined = none. AWS: 10 a second, burst 50 (2026-07-30). */
  route53CallsPerSecond: number | undefined;
  route53Burst: number;
  faults: Fault[];
}

export const defaultSettings = (): GatewaySettings => ({
  insyncAfterMs: 0,
  route53CallsPerSecond: undefined,
  route53Burst: 50,
  faults: [],
});

/** How many matching calls each fault has seen. */
const seen = new WeakMap<Fault, number>();

const strikes = (fault: Fault, call: CallIdentity): boolean => {
  const { match, times, every = 1 } = fault;
  const matches =
    times > 0 &&
    (match.service === undefined || match.service === call.service) &&
    (match.action === undefined || match.action === call.action) &&
    (match.appId === undefined || match.appId === call.appId);
  if (!matches) return false;
  const count = (seen.get(fault) ?? 0) + 1;
  seen.set(fault, count);
  return count % every === 0;
};

/** The fault that strikes this call, counted down; spent faults leave the list. */
export function takeFault(settings: GatewaySettings, call: CallIdentity): Fault | undefined {
  const fault = settings.faults.find((one) => strikes(one, call));
  if (fault) fault.times -= 1;
  settings.faults = settings.faults.filter(({ times }) => times > 0);
  return fault;
}

/** A token bucket that follows the settings as they change: true = let through. `nowMs` is any growing clock. */
export function route53Bucket(settings: GatewaySettings): (nowMs: number) => boolean {
  let tokens = Number.POSITIVE_INFINITY;
  let filledAtMs = 0;
  return (nowMs) => {
    const rate = settings.route53CallsPerSecond;
    if (rate === undefined) return true;
    tokens = Math.min(settings.route53Burst, tokens + ((nowMs - filledAtMs) / 1000) * rate);
    filledAtMs = nowMs;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
