// FleetCounts on DynamoDB: counts from the sparse index. It must never read rows.
import { ALL_SHARDS, FAILING_INDEX, failingShard } from '#core/ledger-format.ts';
import type { FleetCounts } from '#core/ports.ts';
import { countItems } from './read.ts';
import type { LedgerTable } from './table.ts';

const failingInShard = (table: LedgerTable, shard: number): Promise<number> =>
  countItems(table, {
    IndexName: FAILING_INDEX.name,
    KeyConditionExpression: '#shard = :shard',
    ExpressionAttributeNames: { '#shard': FAILING_INDEX.partition },
    ExpressionAttributeValues: { ':shard': failingShard(shard) },
  });

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbFleetCounts = (table: LedgerTable): FleetCounts => ({
  failing: async () => {
    const counts = await Promise.all(ALL_SHARDS.map((shard) => failingInShard(table, shard)));
    return counts.reduce((sum, count) => sum + count, 0);
  },
});
