// FleetCounts on DynamoDB: counts from the sparse index. It must never read rows.
import { ALL_SHARDS, FAILING_INDEX, failingShard, REPEATED_PREFIX } from '#core/ledger-format.ts';
import type { FleetCounts } from '#core/ports.ts';
import { countItems } from './read.ts';
import type { LedgerTable } from './table.ts';

const failingInShard = (table: LedgerTable, shard: number, prefix?: string): Promise<number> =>
  countItems(table, {
    IndexName: FAILING_INDEX.name,
    KeyConditionExpression: `#shard = :shard${prefix === undefined ? '' : ' AND begins_with(#at, :prefix)'}`,
    ExpressionAttributeNames: {
      '#shard': FAILING_INDEX.partition,
      ...(prefix === undefined ? {} : { '#at': FAILING_INDEX.sort }),
    },
    ExpressionAttributeValues: {
      ':shard': failingShard(shard),
      ...(prefix === undefined ? {} : { ':prefix': prefix }),
    },
  });

const failing = async (table: LedgerTable, prefix?: string): Promise<number> => {
  const counts = await Promise.all(ALL_SHARDS.map((shard) => failingInShard(table, shard, prefix)));
  return counts.reduce((sum, count) => sum + count, 0);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbFleetCounts = (table: LedgerTable): FleetCounts => ({
  failing: () => failing(table),
  failingRepeatedly: () => failing(table, REPEATED_PREFIX),
});
