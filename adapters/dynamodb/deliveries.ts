// Deliveries on DynamoDB: the items of targets as a sync function reads and writes them. It must never know a cluster.
import { isDeepStrictEqual } from 'node:util';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Delivery, Target } from '#core/bridge/model.ts';
import type { Deliveries } from '#core/bridge/ports.ts';
import { instant, LAGGING_INDEX, lagCluster, targetKey } from '#core/ledger-format.ts';
import { deliveryFields, deliveryOf } from './delivery-item.ts';
import { getItem, queryItems } from './read.ts';
import { attempt, type LedgerTable } from './table.ts';

/** As the table holds it: undefined is dropped. */
const written = (delivery: Delivery): Delivery => JSON.parse(JSON.stringify(delivery)) as Delivery;

const write = async (table: LedgerTable, { delivery, seen }: Parameters<Deliveries['write']>[0]): Promise<boolean> => {
  const next = { ...delivery, target: seen.target, edit: seen.edit + 1 };
  const command = new PutCommand({
    TableName: table.tableName,
    Item: { ...targetKey(seen.target), ...deliveryFields(next) },
    ConditionExpression: '#edit = :seen',
    ExpressionAttributeNames: { '#edit': 'edit' },
    ExpressionAttributeValues: { ':seen': seen.edit },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  const outcome = await attempt('PutItem', () => table.client.send(command));
  if (outcome.met) return true;
  // The same write, whose answer was lost.
  return outcome.item !== undefined && isDeepStrictEqual(deliveryOf(outcome.item), written(next));
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbDeliveries = (table: LedgerTable): Deliveries => ({
  read: async (target) => {
    const item = await getItem(table, targetKey(target));
    return item === undefined ? undefined : deliveryOf(item);
  },
  write: (change) => write(table, change),
  due: async ({ cluster, now, limit }) => {
    const items = await queryItems(
      table,
      {
        IndexName: LAGGING_INDEX.name,
        KeyConditionExpression: '#partition = :cluster AND #at <= :now',
        ProjectionExpression: '#target',
        ExpressionAttributeNames: {
          '#partition': LAGGING_INDEX.partition,
          '#at': LAGGING_INDEX.sort,
          '#target': 'target',
        },
        ExpressionAttributeValues: { ':cluster': lagCluster(cluster), ':now': instant(now) },
      },
      { limit },
    );
    return items.map(({ target }) => target as Target);
  },
});
