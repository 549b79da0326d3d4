// Reads of the ledger: one item, or all pages of one query. It must never know what an item means.
import { GetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '#core/ledger-format.ts';
import { ask, type Item, type LedgerTable } from './table.ts';

/** One item, strongly consistent. */
export const getItem = async (table: LedgerTable, key: ItemKey): Promise<Item | undefined> => {
  const command = new GetCommand({ TableName: table.tableName, Key: key, ConsistentRead: true });
  return (await ask('GetItem', () => table.client.send(command))).Item;
};

type Query = Omit<QueryCommandInput, 'TableName' | 'ExclusiveStartKey' | 'Limit'>;

/** Page after page, until there is no more, or the reader has enough. */
async function* pages(table: LedgerTable, query: Query, pageSize: number | undefined) {
  let from: QueryCommandInput['ExclusiveStartKey'];
  do {
    const command = new QueryCommand({
      ...query,
      TableName: table.tableName,
      ...(pageSize === undefined ? {} : { Limit: pageSize }),
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const page = await ask('Query', () => table.client.send(command));
    yield page;
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** All items of a query, or the first `limit` of them. */
export const queryItems = async (
  table: LedgerTable,
  query: Query,
  { limit, pageSize = limit }: { limit?: number; pageSize?: number } = {},
): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of pages(table, query, pageSize)) {
    items.push(...(page.Items ?? []));
    if (limit !== undefined && items.length >= limit) return items.slice(0, limit);
  }
  return items;
};

/** How many items a query finds, over all pages. */
export const countItems = async (table: LedgerTable, query: Query): Promise<number> => {
  let count = 0;
  for await (const page of pages(table, { ...query, Select: 'COUNT' }, undefined)) count += page.Count ?? 0;
  return count;
};
