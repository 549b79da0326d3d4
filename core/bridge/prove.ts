// The proof of one delivery: the public companion first, as a canary, then the Secret itself. What the operator fetches for
// the Secret after the canary has shown a version is not older (docs/decisions/0026). It must never read a private key.
import { atOnce } from '../at-once.ts';
import type { Sync } from './context.ts';
import { diagnose, type Evidence } from './diagnose.ts';
import type { Fault } from './fault.ts';
import { annotationOf, companionPlace, copiesOf, lookAtPair, mainPlace, type Pair, syncValue } from './look.ts';
import { type Delivery, type Held, publicName } from './model.ts';
import { gapMs, WAIT_MS } from './pace.ts';
import type { ExternalSecretState } from './ports.ts';

/** Copies of one ClusterExternalSecret that are read at once. */
const AT_ONCE = 10;

/** What was proven, or what is at fault. */
export type Proof = { readonly held: Held } | { readonly fault: Fault };

/** Looks with growing gaps until there is something to give; undefined: not in time. */
const within = async <T>({ ports }: Sync, look: () => Promise<T | undefined>): Promise<T | undefined> => {
  for (let waited = 0, n = 0; waited < WAIT_MS; n++) {
    const gap = gapMs(n);
    await ports.timer.sleep(gap);
    waited += gap;
    const found = await look();
    if (found !== undefined) return found;
  }
  return undefined;
};

type States = ReadonlyMap<string, ExternalSecretState | undefined>;

/** The ExternalSecrets of this name, one a copy. */
const statesOf = async ({ ports }: Sync, name: string, copies: readonly string[]): Promise<States> =>
  new Map(
    await atOnce(AT_ONCE, copies, async (namespace) => {
      const state = await ports.api.externalSecret({ kind: 'ExternalSecret', namespace, name });
      return [namespace, state] as const;
    }),
  );

/** Whether the operator has looked at each copy since, and each is in order. */
const isRefreshed = (before: States, after: States): boolean =>
  [...after].every(
    ([namespace, state]) =>
      state?.ready?.status === 'True' &&
      state.syncedResourceVersion !== undefined &&
      state.syncedResourceVersion !== before.get(namespace)?.syncedResourceVersion,
  );

const isWanted = (held: Held | undefined, { wanted }: Delivery): held is Held =>
  held !== undefined && held.versionId === wanted.versionId && held.fingerprint === wanted.fingerprint;

interface Canary {
  readonly name: string;
  readonly copies: readonly string[];
  readonly before: States;
}

/** What the canary has shown, and how the Secret's own ExternalSecrets stood after that. */
interface Shown {
  readonly held: Held;
  readonly mains: States;
}

/** What the companions hold, where all hold what is wanted, and were looked at since: what they had held before is no proof. */
const shown = async (sync: Sync, delivery: Delivery, canary: Canary): Promise<Shown | undefined> => {
  const { name, copies, before } = canary;
  const all = await atOnce(AT_ONCE, copies, (namespace) => sync.ports.api.held({ namespace, name }));
  const [held] = all;
  if (!isWanted(held, delivery) || !all.every((one) => isWanted(one, delivery))) return undefined;
  const [after, mains] = await Promise.all([
    statesOf(sync, name, copies),
    statesOf(sync, delivery.target.secret, copies),
  ]);
  return isRefreshed(before, after) ? { held, mains } : undefined;
};

/** Why it did not come, as both objects show it now. */
const unproven = async (sync: Sync, delivery: Delivery, asked: Pick<Evidence, 'before' | 'late'>): Promise<Proof> => {
  const { ports, settings } = sync;
  const { target } = delivery;
  const pair = await lookAtPair(ports.api, target);
  const [first = target.namespace] = copiesOf(target, pair.main);
  const held = await ports.api.held({ namespace: first, name: publicName(target.secret) });
  return { fault: diagnose({ delivery, pair, ...asked, settings, ...(held === undefined ? {} : { held }) }) };
};

const bumpOf = ({ target, wanted, bumps }: Delivery) => ({
  annotation: annotationOf(target),
  value: syncValue(wanted.versionId, bumps),
});

/** Where nothing can be proven the Secret itself is told all the same: the companion may be what is wrong. Errors: CLUSTER_*. */
export const nudge = async ({ ports }: Sync, delivery: Delivery, fault: Fault): Promise<Proof> => {
  await ports.api.annotate({ ...mainPlace(delivery.target), ...bumpOf(delivery) });
  return { fault };
};

/** Bumps the companion and waits for what it shows; undefined: it is not there, or it did not come in time. */
const shownByCompanion = async (
  sync: Sync,
  delivery: Delivery,
  { main, companion }: Pair,
): Promise<Shown | undefined> => {
  const { target } = delivery;
  if (companion === undefined) return undefined;
  const copies = copiesOf(target, main);
  const name = publicName(target.secret);
  // The look that came before the bump knows the state of a single one already.
  const before =
    target.kind === 'ExternalSecret' ? new Map([[target.namespace, companion]]) : await statesOf(sync, name, copies);
  const isThere = await sync.ports.api.annotate({ ...companionPlace(target), ...bumpOf(delivery) });
  return isThere ? within(sync, () => shown(sync, delivery, { name, copies, before })) : undefined;
};

/**
 * Makes the operator look, by one annotation of both objects, and waits for what it does. A companion that is late or lost does
 * not keep the Secret from its version; then nothing is proven. Errors: CLUSTER_*.
 */
export const prove = async (sync: Sync, delivery: Delivery, pair: Pair): Promise<Proof> => {
  const { ports } = sync;
  const { target } = delivery;
  const copies = copiesOf(target, pair.main);
  const canary = await shownByCompanion(sync, delivery, pair);
  const isThere = await ports.api.annotate({ ...mainPlace(target), ...bumpOf(delivery) });
  if (canary === undefined || !isThere) {
    // The operator's words about the Secret itself: for the diagnosis alone.
    await ports.timer.sleep(gapMs(Number.MAX_SAFE_INTEGER));
    return unproven(sync, delivery, { before: pair, late: 'companion' });
  }
  const done = await within(sync, async () =>
    isRefreshed(canary.mains, await statesOf(sync, target.secret, copies)) ? canary.held : undefined,
  );
  return done === undefined ? unproven(sync, delivery, { before: pair, late: 'main' }) : { held: done };
};
