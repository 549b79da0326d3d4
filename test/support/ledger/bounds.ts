// Limits, circuits and the sweep's turn of the fake ledger. As strict as the real ones.
import { type CircuitState, counted } from '#core/failure/circuit.ts';
import type { Circuits, OpenCircuit, Probes } from '#core/failure/ports.ts';
import { instant } from '#core/ledger-format.ts';
import { type BucketState, hasQueue, place, refusedUntil, restored, spent, type Take } from '#core/limits/bucket.ts';
import type { Limits, Taken } from '#core/limits/ports.ts';
import type { SweepTurn } from '#core/sweep/ports.ts';
import type { LedgerStore } from './store.ts';

const bucketOf = (store: LedgerStore, { bucket }: Take): BucketState => store.buckets.get(bucket.id) ?? {};

const refusal = (store: LedgerStore, take: Take, from: Date): Taken => {
  if (!hasQueue(take)) return { kind: 'refused', bucket: take.bucket, at: from, ahead: 0 };
  const state = bucketOf(store, take);
  const { at, ahead, queueUntil } = place(take, state, from);
  store.buckets.set(take.bucket.id, { ...state, queueUntil });
  return { kind: 'refused', bucket: take.bucket, at, ahead };
};

export const limits = (store: LedgerStore): Limits => ({
  take: async ({ takes, now }) => {
    const refused = takes
      .map((take) => ({ take, at: refusedUntil(take, bucketOf(store, take), now) }))
      .filter((one): one is { take: Take; at: Date } => one.at !== undefined)
      .sort((a, b) => b.at.getTime() - a.at.getTime())[0];
    if (refused !== undefined) return refusal(store, refused.take, refused.at);
    for (const take of takes.filter(hasQueue))
      store.buckets.set(take.bucket.id, spent(take, bucketOf(store, take), now));
    return { kind: 'taken' };
  },
  giveBack: async ({ takes, now }) => {
    for (const take of takes.filter(hasQueue)) {
      const state = bucketOf(store, take);
      if ((state.fullAt ?? 0) > now.getTime()) store.buckets.set(take.bucket.id, restored(take, state));
    }
  },
  learn: async ({ take, now, blockedUntil }) => {
    const state = hasQueue(take) ? spent(take, bucketOf(store, take), now) : bucketOf(store, take);
    const until = Math.max(state.blockedUntil ?? 0, blockedUntil?.getTime() ?? 0);
    store.buckets.set(take.bucket.id, until === 0 ? state : { ...state, blockedUntil: until });
  },
});

const openIn = (state: CircuitState | undefined): OpenCircuit[] =>
  state?.circuit === undefined ? [] : [state.circuit];

export const circuits = (store: LedgerStore): Circuits & Probes => ({
  look: async () => [...store.circuits.values()].flatMap(openIn),
  open: async (fault) => {
    store.circuits.set(fault.scope, counted(store.circuits.get(fault.scope), fault));
  },
  close: async ({ scope }) => {
    store.circuits.delete(scope);
  },
  begin: async ({ scope, now, until }) => {
    const state = store.circuits.get(scope);
    if (state?.circuit === undefined || state.circuit.nextProbeAt > instant(now)) return false;
    store.circuits.set(scope, { ...state, circuit: { ...state.circuit, nextProbeAt: instant(until) } });
    return true;
  },
});

export const sweepTurn = (store: LedgerStore): SweepTurn => ({
  take: async ({ holder, now, until }) => {
    const { turn } = store;
    if (turn !== undefined && turn.until > instant(now) && turn.holder !== holder) return false;
    store.turn = { holder, until: instant(until) };
    return true;
  },
  end: async ({ holder }) => {
    if (store.turn?.holder === holder) store.turn = undefined;
  },
});
