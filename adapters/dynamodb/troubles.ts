// Troubles on DynamoDB: names from the sparse indexes `failing` and `lagging`. It must never read a row.
import {
  ALL_SHARDS,
  FAILING_INDEX,
  failingShard,
  instant,
  LAGGING_INDEX,
  lagCluster,
  TABLE_KEYS,
} from '#core/ledger-format.ts';
import type { Troubles } from '#core/view/ports.ts';
import { queryItems } from './read.ts';
import type { LedgerTable } from './table.ts';

const failingOf = async (table: LedgerTable, shard: number, limit: number): Promise<readonly string[]> => {
  const items = await queryItems(
    table,
    {
      IndexName: FAILING_INDEX.name,
      KeyConditionExpression: '#shard = :shard',
      ExpressionAttributeNames: { '#shard': FAILING_INDEX.partition },
      ExpressionAttributeValues: { ':shard': failingShard(shard) },
      // REPEATED_PREFIX sorts last.
      ScanIndexForward: false,
    },
    { limit },
  );
  // The table's sort key is the certificate's name.
  return items.map((item) => item[TABLE_KEYS.sort] as string);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbTroubles = (table: LedgerTable): Troubles => ({
  failing: async ({ limit }) => {
    const found = await Promise.all(ALL_SHARDS.map((shard) => failingOf(table, shard, limit)));
    return found.flat();
  },
  undelivered: async ({ cluster, since, limit }) => {
    const items = await queryItems(
      table,
      {
        IndexName: LAGGING_INDEX.name,
        KeyConditionExpression: '#cluster = :cluster',
        // A restart that is still to come waits in the index too.
        FilterExpression: 'attribute_exists(#since) AND #since < :since',
        ExpressionAttributeNames: { '#cluster': LAGGING_INDEX.partition, '#since': 'waitingSince' },
        ExpressionAttributeValues: { ':cluster': lagCluster(cluster), ':since': instant(since) },
      },
      { limit },
    );
    return [...new Set(items.map(({ target }) => (target as { certificate: string }).certificate))];
  },
});
