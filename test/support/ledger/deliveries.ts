// The targets of the fake ledger. As strict as the real ones.
import { type Delivery, isDelivered, type Target } from '#core/bridge/model.ts';
import type { Deliveries, DeliveryAims, DeliveryLags } from '#core/bridge/ports.ts';
import { instant, targetKey } from '#core/ledger-format.ts';
import { copy, type LedgerStore } from './store.ts';

type Place = Pick<Target, 'certificate' | 'cluster' | 'namespace'>;

const keyOf = (target: Place): string => {
  const { pk, sk } = targetKey(target);
  return `${pk} ${sk}`;
};

const put = (store: LedgerStore, delivery: Delivery): void => {
  store.deliveries.set(keyOf(delivery.target), copy(delivery));
};

const aim = (store: LedgerStore, { target, wanted, tryAt, again }: Parameters<DeliveryAims['aim']>[0]): void => {
  const seen = store.deliveries.get(keyOf(target));
  const isSame = seen?.target.secret === target.secret && seen.target.kind === target.kind;
  if (seen !== undefined && seen.wanted.revision > wanted.revision) return;
  if (isSame && seen.wanted.revision === wanted.revision && again !== true) return;
  const { confirmed, restart } = isSame ? seen : {};
  const kept = { ...(confirmed === undefined ? {} : { confirmed }), ...(restart === undefined ? {} : { restart }) };
  put(store, { target, edit: (seen?.edit ?? 0) + 1, wanted, bumps: 0, ...kept, tryAt });
};

export const deliveryAims = (store: LedgerStore): DeliveryAims => ({
  ofCertificate: async (name) =>
    [...store.deliveries.values()]
      .filter(({ target }) => target.certificate === name)
      .sort((a, b) => (keyOf(a.target) < keyOf(b.target) ? -1 : 1)),
  aim: async (request) => aim(store, request),
  drop: async (target) => void store.deliveries.delete(keyOf(target)),
});

/** What stands in the index: the oldest first. */
const lagging = (store: LedgerStore, cluster: string): (Delivery & { readonly tryAt: string })[] =>
  [...store.deliveries.values()]
    .flatMap((one) => (one.target.cluster === cluster && one.tryAt !== undefined ? [{ ...one, tryAt: one.tryAt }] : []))
    .sort((a, b) => (a.tryAt < b.tryAt ? -1 : 1));

export const deliveries = (store: LedgerStore): Deliveries => ({
  read: async (target) => store.deliveries.get(keyOf(target)),
  write: async ({ delivery, seen }) => {
    const next = copy({ ...delivery, target: seen.target, edit: seen.edit + 1 });
    const there = store.deliveries.get(keyOf(seen.target));
    if (there === undefined || there.edit !== seen.edit) return JSON.stringify(there) === JSON.stringify(next);
    put(store, next);
    return true;
  },
  due: async ({ cluster, now, limit }) =>
    lagging(store, cluster)
      .filter(({ tryAt }) => tryAt <= instant(now))
      .slice(0, limit)
      .map(({ target }) => target),
});

export const deliveryLags = (store: LedgerStore): DeliveryLags => ({
  lag: async ({ cluster, now }) => {
    const found = lagging(store, cluster);
    const waiting = found.filter((one) => !isDelivered(one));
    const [oldest] = waiting.map(({ wanted }) => wanted.since).sort();
    return {
      due: found.filter(({ tryAt }) => tryAt <= instant(now)).length,
      unconfirmed: waiting.length,
      ...(oldest === undefined ? {} : { oldest }),
    };
  },
});
