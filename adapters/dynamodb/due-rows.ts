// DueRows on DynamoDB: the sharded due index, and conditional bookings. It must never know why a row is due.
import type { DueRow } from '#core/journey/rows.ts';
import { ALL_SHARDS, DUE_INDEX, dueShard, instant, rowKey } from '#core/ledger-format.ts';
import type { DueRows } from '#core/ports.ts';
import { queryItems } from './read.ts';
import { dueFields, pick } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const DUE_ROW = [...DUE_INDEX.include, DUE_INDEX.sort];

const dueInShard = async (
  table: LedgerTable,
  { shard, now, limit }: { shard: number; now: Date; limit: number },
): Promise<readonly DueRow[]> => {
  const items = await queryItems(
    table,
    {
      IndexName: DUE_INDEX.name,
      KeyConditionExpression: '#shard = :shard AND #at <= :now',
      ExpressionAttributeNames: { '#shard': DUE_INDEX.partition, '#at': DUE_INDEX.sort },
      ExpressionAttributeValues: { ':shard': dueShard(shard), ':now': instant(now) },
    },
    { limit },
  );
  return items.map((item) => pick(item, DUE_ROW) as unknown as DueRow);
};

/** The longest due over all shards. */
const due: (table: LedgerTable, request: { now: Date; limit: number }) => Promise<readonly DueRow[]> = async (
  table,
  request,
) => {
  const found = await Promise.all(ALL_SHARDS.map((shard) => dueInShard(table, { shard, ...request })));
  return found
    .flat()
    .sort((a, b) => (a.nextActionAt < b.nextActionAt ? -1 : 1))
    .slice(0, request.limit);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbDueRows = (table: LedgerTable): DueRows => ({
  due: (request) => due(table, request),
  book: async ({ row, now, lookAgainAt }) => {
    const outcome = await update(table, {
      key: rowKey(row.name),
      fields: { run: row.run + 1, ...dueFields(row.name, lookAgainAt) },
      when: '#uid = :uid AND #run = :run AND #nextActionAt <= :now',
      values: { uid: row.uid, run: row.run, now: instant(now) },
    });
    return outcome.met;
  },
  postpone: async ({ row, lookAgainAt }) => {
    // Unmet: the row has moved on since it was seen, and its newer time stands.
    await update(table, {
      key: rowKey(row.name),
      fields: dueFields(row.name, lookAgainAt),
      when: '#uid = :uid AND #run = :run AND #nextActionAt = :seen',
      values: { uid: row.uid, run: row.run, seen: row.nextActionAt },
    });
  },
});
