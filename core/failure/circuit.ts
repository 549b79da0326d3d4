// When a circuit opens, when it is probed, and when those who wait come back. Pure; instants are ISO 8601 in the state.
import { sha256Hex } from '../names.ts';
import type { OpenCircuit, ScopeFault } from './ports.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const DISTINCT_TO_OPEN = 3;
const WINDOW_MS = 30 * MINUTE;
/** Between probes: soon at first, an hour at most. */
const PROBE_GAPS_MS = [1, 2, 5, 10, 20, 40, 60].map((minutes) => minutes * MINUTE);

/** What the ledger holds of a scope: faults being counted, then the open circuit. */
export interface CircuitState {
  /** Certificates that have failed since `since`, at most as many as it takes. */
  readonly seen: readonly string[];
  readonly since: string;
  readonly circuit?: OpenCircuit;
}

const gapMs = (probes: number): number => PROBE_GAPS_MS[Math.min(probes, PROBE_GAPS_MS.length - 1)]!;

const probeAt = ({ now, retryAt }: ScopeFault, probes: number): string =>
  new Date(Math.max(now.getTime() + gapMs(probes), retryAt?.getTime() ?? 0)).toISOString();

/** The state after one more fault. One that was not a probe changes nothing of an open circuit. */
export const counted = (state: CircuitState | undefined, fault: ScopeFault): CircuitState => {
  const { scope, code, message, certificate, now, probing } = fault;
  const open = state?.circuit;
  if (state !== undefined && open !== undefined) {
    if (!probing) return state;
    const probes = open.probes + 1;
    return { ...state, circuit: { ...open, code, message, probes, nextProbeAt: probeAt(fault, probes) } };
  }
  const fresh = state !== undefined && now.getTime() - new Date(state.since).getTime() < WINDOW_MS;
  const before = fresh ? state : { seen: [], since: now.toISOString() };
  const seen = [...new Set([...before.seen, certificate])];
  if (seen.length < DISTINCT_TO_OPEN) return { seen, since: before.since };
  const circuit = { scope, code, message, openedAt: now.toISOString(), nextProbeAt: probeAt(fault, 0), probes: 0 };
  return { seen, since: before.since, circuit };
};

/** A number in [0, 1) that is the row's own. */
const fraction = (name: string): number => Number.parseInt(sha256Hex(name).slice(0, 8), 16) / 2 ** 32;

/**
 * When a certificate that waits comes back: after the next probe, spread over the gap that follows, so that a scope that
 * works again is not stormed; the less is left the sooner, and never later than an eighth of what is left.
 */
export const comeBackAt = (circuit: OpenCircuit, waiting: { name: string; now: Date; notAfter?: Date }): Date => {
  const { name, now, notAfter } = waiting;
  const from = Math.max(new Date(circuit.nextProbeAt).getTime(), now.getTime()) + 5_000;
  const spread = gapMs(circuit.probes) + MINUTE;
  if (notAfter === undefined) return new Date(from + Math.floor(spread * (0.5 + fraction(name) / 2)));
  const left = Math.max(0, notAfter.getTime() - now.getTime());
  const share = Math.min(1, left / (30 * DAY)) * fraction(name);
  const latest = Math.max(now.getTime() + left / 8, now.getTime() + 10 * MINUTE);
  return new Date(Math.floor(Math.min(from + spread * share, latest)));
};
