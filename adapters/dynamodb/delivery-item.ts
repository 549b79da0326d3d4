// The item of one delivery target: its fields, and what the index `lagging` has of it. It must never know how a delivery is made.
import { type Delivery, isDelivered } from '#core/bridge/model.ts';
import { LAGGING_INDEX, LEDGER_SCHEMA, lagCluster } from '#core/ledger-format.ts';
import { known, pick } from './row-item.ts';
import type { Item } from './table.ts';

/** What the index needs beside `tryAt`; undefined where the item is not in it, or nothing is waited for. */
export const laggingFields = (delivery: Delivery): Item => {
  const { target, wanted, tryAt } = delivery;
  const waits = tryAt !== undefined && !isDelivered(delivery);
  return {
    [LAGGING_INDEX.partition]: tryAt === undefined ? undefined : lagCluster(target.cluster),
    waitingSince: waits ? wanted.since : undefined,
  };
};

/** All attributes but the keys. */
export const deliveryFields = (delivery: Delivery): Item => ({
  schema: LEDGER_SCHEMA,
  ...delivery,
  ...laggingFields(delivery),
});

const ATTRIBUTES = ['target', 'edit', 'wanted', 'confirmed', 'bumps', 'failure', 'restart', 'tryAt'];

/** INTERNAL: an item of another schema. */
export const deliveryOf = (item: Item): Delivery => pick(known(item), ATTRIBUTES) as unknown as Delivery;
