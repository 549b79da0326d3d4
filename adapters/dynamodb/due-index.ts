// The due index, read over all its shards. It must never know what is done with a due row.
import { ALL_SHARDS, DUE_INDEX, dueShard, instant } from '#core/ledger-format.ts';
import { queryItems } from './read.ts';
import type { Item, LedgerTable } from './table.ts';
import { namesIn } from './write.ts';

interface DueQuery {
  readonly now: Date;
  readonly limit: number;
  /** Filter on projected attributes; `:now` is bound. */
  readonly which: string;
}

const inShard = (table: LedgerTable, shard: number, { now, limit, which }: DueQuery): Promise<readonly Item[]> => {
  const due = '#dueShard = :shard AND #nextActionAt <= :now';
  return queryItems(
    table,
    {
      IndexName: DUE_INDEX.name,
      KeyConditionExpression: due,
      FilterExpression: which,
      ExpressionAttributeNames: namesIn(due, which),
      ExpressionAttributeValues: { ':shard': dueShard(shard), ':now': instant(now) },
    },
    { limit },
  );
};

/** The longest due over all shards; reads grow with what is due only. */
export const dueItems = async (table: LedgerTable, query: DueQuery): Promise<readonly Item[]> => {
  const found = await Promise.all(ALL_SHARDS.map((shard) => inShard(table, shard, query)));
  const at = (item: Item) => item[DUE_INDEX.sort] as string;
  return found
    .flat()
    .sort((a, b) => (at(a) < at(b) ? -1 : 1))
    .slice(0, query.limit);
};
