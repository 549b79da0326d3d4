// CountedRows on DynamoDB: a shard of rows, a page of a megabyte at a time. It must never be asked by a sweep.
import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { CountedRows } from '#core/health/ports.ts';
import { rowPartition, TABLE_KEYS } from '#core/ledger-format.ts';
import { COUNTING, countedRowOf } from './counted-row.ts';
import { ask, type LedgerTable } from './table.ts';
import { namesIn } from './write.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbCountedRows = (table: LedgerTable): CountedRows => ({
  page: async ({ shard, from }) => {
    const pk = rowPartition(shard);
    const condition = `#${TABLE_KEYS.partition} = :pk`;
    const command = new QueryCommand({
      TableName: table.tableName,
      ConsistentRead: true,
      KeyConditionExpression: condition,
      ProjectionExpression: COUNTING,
      ExpressionAttributeNames: namesIn(condition, COUNTING),
      ExpressionAttributeValues: { ':pk': pk },
      ...(from === undefined ? {} : { ExclusiveStartKey: { pk, sk: from } }),
    });
    const { Items = [], LastEvaluatedKey } = await ask('Query', () => table.client.send(command));
    const rows = Items.flatMap((item) => countedRowOf(item) ?? []);
    return LastEvaluatedKey === undefined ? { rows } : { rows, next: String(LastEvaluatedKey.sk) };
  },
});
