// WatchdogMemory on DynamoDB: one item, of the watchdog alone. It must never know what a finding is.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { LEDGER_SCHEMA, WATCHDOG_KEY } from '#core/ledger-format.ts';
import type { WatchdogMemory, WatchdogState } from '#core/watchdog/ports.ts';
import { getItem } from './read.ts';
import { pick } from './row-item.ts';
import { attempt, type LedgerTable } from './table.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbWatchdogMemory = (table: LedgerTable): WatchdogMemory => ({
  /** One of another version's shape is as good as none: what it held is told once more. */
  read: async () => {
    const item = await getItem(table, WATCHDOG_KEY);
    return item?.schema === LEDGER_SCHEMA ? (pick(item, ['since', 'told']) as unknown as WatchdogState) : undefined;
  },
  write: async ({ since, told }) => {
    const Item = { ...WATCHDOG_KEY, schema: LEDGER_SCHEMA, since, told };
    await attempt('PutItem', () => table.client.send(new PutCommand({ TableName: table.tableName, Item })));
  },
});
