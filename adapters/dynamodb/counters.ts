// Counters and ShardTotals on DynamoDB: an item a shard, all in one partition. Issuers are attributes of their own, because
// ADD takes no nested ones (API_UpdateItem). It must never know a row.
import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Counters, ShardState, ShardTotals, Totals } from '#core/health/ports.ts';
import { NOTHING, plus, sortable } from '#core/health/tally.ts';
import {
  ALL_SHARDS,
  COUNTERS_PARTITION,
  countersKey,
  instant,
  LEDGER_SCHEMA,
  TABLE_KEYS,
} from '#core/ledger-format.ts';
import { getItem, queryItems } from './read.ts';
import { known, pick } from './row-item.ts';
import { attempt, type Item, type LedgerTable } from './table.ts';
import { namesIn } from './write.ts';

/** An issuer's attribute begins so. */
const ISSUER = 'issuer:';

const totalsOf = (item: Item): Totals => ({
  managed: item.managed as number,
  issued: item.issued as number,
  byIssuer: Object.fromEntries(
    Object.entries(item).flatMap(([name, count]) =>
      name.startsWith(ISSUER) ? [[name.slice(ISSUER.length), count as number]] : [],
    ),
  ),
});

const stateOf = (item: Item | undefined): ShardState | undefined =>
  item === undefined
    ? undefined
    : (pick(known(item), ['edit', 'countedFrom', 'countedTo', 'sequence']) as unknown as ShardState);

const issuerFields = ({ byIssuer }: Totals): Item =>
  Object.fromEntries(Object.entries(byIssuer).map(([issuer, count]) => [`${ISSUER}${issuer}`, count]));

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbCounters = (table: LedgerTable): Counters => ({
  read: async () => {
    const items = await queryItems(table, {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':pk': COUNTERS_PARTITION },
    });
    if (items.length < ALL_SHARDS.length) return undefined;
    const countedAt = items.map(({ countedFrom }) => countedFrom as string).sort()[0]!;
    return { ...items.map((item) => totalsOf(known(item))).reduce(plus, NOTHING), countedAt };
  },
});

const CAN_ADD = '#schema = :schema AND #countedTo < :after AND (attribute_not_exists(#sequence) OR #sequence < :first)';

type Added = Parameters<ShardTotals['add']>[0];

const addCommand = (table: LedgerTable, { shard, delta, first, last, after }: Added): UpdateCommand => {
  const issuers = Object.entries(delta.byIssuer).map(([issuer, count], at) => ({ at, name: ISSUER + issuer, count }));
  const added = [
    '#managed :managed',
    '#issued :issued',
    '#edit :one',
    ...issuers.map(({ at }) => `#issuer${at} :issuer${at}`),
  ];
  const text = `SET #sequence = :last ADD ${added.join(', ')}`;
  return new UpdateCommand({
    TableName: table.tableName,
    Key: countersKey(shard),
    UpdateExpression: text,
    ConditionExpression: CAN_ADD,
    ExpressionAttributeNames: {
      ...namesIn(text, CAN_ADD),
      ...Object.fromEntries(issuers.map(({ at, name }) => [`#issuer${at}`, name])),
    },
    ExpressionAttributeValues: {
      ':schema': LEDGER_SCHEMA,
      ':after': instant(after),
      ':first': sortable(first),
      ':last': sortable(last),
      ':managed': delta.managed,
      ':issued': delta.issued,
      ':one': 1,
      ...Object.fromEntries(issuers.map(({ at, count }) => [`:issuer${at}`, count])),
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbShardTotals = (table: LedgerTable): ShardTotals => ({
  read: async (shard) => stateOf(await getItem(table, countersKey(shard))),
  add: async (request) => {
    const command = addCommand(table, request);
    const outcome = await attempt('UpdateItem', () => table.client.send(command));
    return outcome.met ? 'added' : { state: stateOf(outcome.item) };
  },
  replace: async ({ shard, totals, from, to, edit }) => {
    const counted = { managed: totals.managed, issued: totals.issued, ...issuerFields(totals) };
    const times = { countedFrom: instant(from), countedTo: instant(to) };
    const command = new PutCommand({
      TableName: table.tableName,
      Item: { ...countersKey(shard), schema: LEDGER_SCHEMA, edit: edit + 1, ...times, ...counted },
      ConditionExpression: edit === 0 ? 'attribute_not_exists(#pk)' : '#edit = :edit',
      ExpressionAttributeNames: edit === 0 ? { '#pk': TABLE_KEYS.partition } : { '#edit': 'edit' },
      ...(edit === 0 ? {} : { ExpressionAttributeValues: { ':edit': edit } }),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return (await attempt('PutItem', () => table.client.send(command))).met;
  },
});
