// RowReader on DynamoDB: a look at one row, without a claim.
import { rowKey } from '#core/ledger-format.ts';
import type { RowReader } from '#core/ports.ts';
import { getItem } from './read.ts';
import { rowOf } from './row-item.ts';
import type { LedgerTable } from './table.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbRowReader = (table: LedgerTable): RowReader => ({
  async read(name) {
    const item = await getItem(table, rowKey(name));
    return item === undefined ? undefined : rowOf(item);
  },
});
