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

const isWanted = (held: Held | undefined, { wanted }: Delivery): held is Held =>
  held !== undefined && held.versionId === wanted.versionId && held.fingerprint === wanted.fingerprint;

/** What the companions hold, where all hold what is wanted. */
const shown = async ({ ports }: Sync, delivery: Delivery, copies: readonly string[]): Promise<Held | undefined> => {
  const name = publicName(delivery.target.secret);
  for (const namespace of copies) {
    const held = await ports.api.held({ namespace, name });
    if (!isWanted(held, delivery)) return undefined;
    if (namespace === copies.at(-1)) return held;
  }
  return undefined;
};

type States = ReadonlyMap<string, ExternalSecretState | undefined>;

const statesOf = async ({ ports }: Sync, { target }: Delivery, copies: readonly string[]): Promise<States> =>
  new Map(
    await atOnce(AT_ONCE, copies, async (namespace) => {
      const at = { kind: 'ExternalSecret', namespace, name: target.secret } as const;
      return [namespace, await ports.api.externalSecret(at)] as const;
    }),
  );

/** The operator has looked at each copy since, and each is in order. */
const refreshed = (before: States, after: States): true | undefined =>
  [...after].every(
    ([namespace, state]) =>
      state?.ready?.status === 'True' &&
      state.syncedResourceVersion !== undefined &&
      state.syncedResourceVersion !== before.get(namespace)?.syncedResourceVersion,
  )
    ? true
    : undefined;

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

/**
 * Makes the operator look, by one annotation of both objects, and waits for what it does. A companion that is late or lost does
 * not keep the Secret from its version; then nothing is proven. Errors: CLUSTER_*.
 */
export const prove = async (sync: Sync, delivery: Delivery, pair: Pair): Promise<Proof> => {
  const { ports } = sync;
  const { target } = delivery;
  const change = bumpOf(delivery);
  const copies = copiesOf(target, pair.main);
  const canary = pair.companion !== undefined && (await ports.api.annotate({ ...companionPlace(target), ...change }));
  const held = canary ? await within(sync, () => shown(sync, delivery, copies)) : undefined;
  const before = held === undefined ? undefined : await statesOf(sync, delivery, copies);
  const isThere = await ports.api.annotate({ ...mainPlace(target), ...change });
  if (held === undefined || before === undefined || !isThere) {
    // The operator's words about the Secret itself: for the diagnosis alone.
    await ports.timer.sleep(gapMs(Number.MAX_SAFE_INTEGER));
    return unproven(sync, delivery, { before: pair, late: 'companion' });
  }
  const done = await within(sync, async () => refreshed(before, await statesOf(sync, delivery, copies)));
  return done === undefined ? unproven(sync, delivery, { before: pair, late: 'main' }) : { held };
};
