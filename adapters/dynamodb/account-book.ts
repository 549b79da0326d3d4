// AccountBook on DynamoDB: one item an account, with its lock. It must never hold a key.

import type { AccountBook, AccountRecord } from '#core/acme/ports.ts';
import { accountKey, instant, LEDGER_SCHEMA } from '#core/ledger-format.ts';
import { getItem } from './read.ts';
import { known, pick } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const ATTRIBUTES = ['url', 'keyVersionId', 'email', 'externalAccountKeyId', 'rolloverSince'] as const;

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbAccountBook = (table: LedgerTable): AccountBook => ({
  read: async (id) => {
    const item = await getItem(table, accountKey(id));
    const record: AccountRecord = item === undefined ? {} : pick(known(item), ATTRIBUTES);
    return Object.keys(record).length > 0 ? record : undefined;
  },
  lock: async ({ id, holder, now, until }) => {
    const outcome = await update(table, {
      key: accountKey(id),
      fields: { schema: LEDGER_SCHEMA, holder, lockedUntil: instant(until) },
      when: 'attribute_not_exists(#lockedUntil) OR #lockedUntil <= :now OR #holder = :holder',
      values: { now: instant(now), holder },
    });
    return outcome.met;
  },
  save: async ({ id, holder, record }) => {
    // What the record lacks is taken off.
    const written = record && Object.fromEntries(ATTRIBUTES.map((name) => [name, record[name]]));
    // Unmet: the lock has gone to somebody else, who will write what is true then.
    await update(table, {
      key: accountKey(id),
      fields: { schema: LEDGER_SCHEMA, holder: undefined, lockedUntil: undefined, ...written },
      when: 'attribute_not_exists(#holder) OR #holder = :holder',
      values: { holder },
    });
  },
});
