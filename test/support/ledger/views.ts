// What people look at in the fake ledger: names of what is not well, and histories. As strict as the real ones.
import { isDelivered } from '#core/bridge/model.ts';
import { instant } from '#core/ledger-format.ts';
import type { Histories, Troubles } from '#core/view/ports.ts';
import { copy, type LedgerStore } from './store.ts';

export const troubles = (store: LedgerStore): Troubles => ({
  failing: async () => [...store.rows.values()].flatMap(({ row, failing }) => (failing ? [row.name] : [])),
  undelivered: async ({ cluster, since, limit }) => {
    const waiting = [...store.deliveries.values()].filter(
      (one) =>
        one.target.cluster === cluster &&
        one.tryAt !== undefined &&
        !isDelivered(one) &&
        one.wanted.since < instant(since),
    );
    return [...new Set(waiting.map(({ target }) => target.certificate))].slice(0, limit);
  },
});

export const histories = (store: LedgerStore): Histories => ({
  newest: async ({ name, limit }) => {
    const records = [...store.history.values()].filter((record) => record.name === name);
    return copy(records.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limit));
  },
});
