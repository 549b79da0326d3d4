// CatalogueState on DynamoDB: one item. It must never know what a catalogue holds.
import { CATALOGUE_KEY, instant, LEDGER_SCHEMA } from '#core/ledger-format.ts';
import type { CatalogueState } from '#core/ports.ts';
import { getItem } from './read.ts';
import { known, pick } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

type State = NonNullable<Awaited<ReturnType<CatalogueState['read']>>>;

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbCatalogueState = (table: LedgerTable): CatalogueState => ({
  read: async () => {
    const item = await getItem(table, CATALOGUE_KEY);
    return item && (pick(known(item), ['wantedHash', 'appliedHash', 'nextShard']) as unknown as State);
  },
  want: async ({ hash, now }) => {
    // The applied hash goes: a deploy back to it may find rows that a half-applied other one has changed.
    const fields = { schema: LEDGER_SCHEMA, wantedHash: hash, wantedAt: instant(now), nextShard: 0 };
    const outcome = await update(table, {
      key: CATALOGUE_KEY,
      fields: { ...fields, appliedHash: undefined, appliedAt: undefined },
      when: 'attribute_not_exists(#schema) OR #schema = :schema',
      values: { schema: LEDGER_SCHEMA },
    });
    if (!outcome.met) known(outcome.item ?? {});
  },
  reached: async ({ hash, nextShard, now }) => {
    const applied = { appliedHash: hash, appliedAt: instant(now), nextShard: 0 };
    const outcome = await update(table, {
      key: CATALOGUE_KEY,
      fields: nextShard === undefined ? applied : { nextShard },
      when: '#wantedHash = :hash',
      values: { hash },
    });
    return outcome.met;
  },
});
