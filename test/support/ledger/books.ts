// The books of the fake ledger: TXT values, accounts, the catalogue. As strict as the real ones.

import type { AccountBook } from '#core/acme/ports.ts';
import { instant, MAX_TXT_VALUES, txtKey } from '#core/ledger-format.ts';
import type { CatalogueState, TxtBook, TxtClaim } from '#core/ports.ts';
import type { LedgerStore } from './store.ts';

const keyOf = ({ zone, name }: TxtClaim): string => txtKey(zone.id, name).sk;

/** Admits one claim when its value is the holder's already, or new with room for it. */
const admit = (store: LedgerStore, claim: TxtClaim): boolean => {
  const values = store.txt.get(keyOf(claim)) ?? new Map<string, TxtClaim>();
  const there = values.get(claim.value);
  if (there !== undefined) return there.holder === claim.holder;
  if (values.size >= MAX_TXT_VALUES) return false;
  store.txt.set(keyOf(claim), values.set(claim.value, claim));
  return true;
};

const remove = (store: LedgerStore, claim: TxtClaim): void => {
  const values = store.txt.get(keyOf(claim));
  if (values?.get(claim.value)?.holder === claim.holder) values.delete(claim.value);
  if (values?.size === 0) store.txt.delete(keyOf(claim));
};

export const txtBook = (store: LedgerStore): TxtBook => ({
  want: async (claims) => {
    const judged = claims.map((claim) => ({ claim, admitted: admit(store, claim) }));
    return {
      admitted: judged.filter(({ admitted }) => admitted).map(({ claim }) => claim),
      full: judged.filter(({ admitted }) => !admitted).map(({ claim }) => claim),
    };
  },
  forget: async (claims) => {
    for (const claim of claims) remove(store, claim);
  },
  olderThan: async ({ before, limit }) =>
    [...store.txt.values()]
      .flatMap((values) => [...values.values()])
      .filter(({ since }) => since < instant(before))
      .sort((a, b) => (a.since < b.since ? -1 : 1))
      .slice(0, limit),
});

export const accountBook = (store: LedgerStore): AccountBook => ({
  read: async (id) => {
    const record = store.accounts.get(id)?.record;
    return record === undefined || Object.keys(record).length === 0 ? undefined : record;
  },
  lock: async ({ id, holder, now, until }) => {
    const account = store.accounts.get(id) ?? { record: {} };
    const taken = account.lockedUntil !== undefined && account.lockedUntil > instant(now) && account.holder !== holder;
    if (!taken) store.accounts.set(id, { ...account, holder, lockedUntil: instant(until) });
    return !taken;
  },
  save: async ({ id, holder, record }) => {
    const account = store.accounts.get(id) ?? { record: {} };
    if (account.holder !== undefined && account.holder !== holder) return;
    store.accounts.set(id, { record: record ?? account.record });
  },
});

export const catalogueState = (store: LedgerStore): CatalogueState => ({
  read: async () => store.catalogue,
  want: async ({ hash }) => {
    store.catalogue = { wantedHash: hash, nextShard: 0 };
  },
  reached: async ({ hash, nextShard }) => {
    if (store.catalogue?.wantedHash !== hash) return false;
    store.catalogue =
      nextShard === undefined
        ? { ...store.catalogue, appliedHash: hash, nextShard: 0 }
        : { ...store.catalogue, nextShard };
    return true;
  },
});
