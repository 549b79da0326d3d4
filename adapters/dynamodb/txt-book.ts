// TxtBook on DynamoDB: one item a TXT name, so that its bound of eight values is one conditional write. It must never
// know whether the records stand in the zone.
import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { EvercertError } from '#core/errors.ts';
import { LEDGER_SCHEMA, MAX_TXT_VALUES, TABLE_KEYS, TXT_PARTITION, txtKey } from '#core/ledger-format.ts';
import type { TxtBook, TxtClaim } from '#core/ports.ts';
import { queryItems } from './read.ts';
import { attempt, type Item, type LedgerTable } from './table.ts';
import { byName, entryOf, roomFor, valuesOf } from './txt-item.ts';
import { namesIn } from './write.ts';

type Claims = readonly TxtClaim[];

/** Unmet conditions that one call outlives: each means that somebody else's write came first. */
const TRIES = 20;
const PAGE = 100;

const keyOf = ([first]: Claims) => txtKey(first!.zone.id, first!.name);

const contention = (claims: Claims): EvercertError =>
  new EvercertError('LEDGER_UNAVAILABLE', `${keyOf(claims).sk}: ${TRIES} writes of others came first`);

/** `#v0`, `#v1`...: the values' marks in expressions, with what they stand for. */
const marks = (claims: Claims) => ({
  each: claims.map((_, index) => index),
  names: Object.fromEntries(claims.map(({ value }, index) => [`#v${index}`, value])),
});

/** The first values of a name. */
const create = (table: LedgerTable, claims: Claims) => {
  const values = Object.fromEntries(claims.map((claim) => [claim.value, entryOf(claim)]));
  const command = new PutCommand({
    TableName: table.tableName,
    Item: { ...keyOf(claims), schema: LEDGER_SCHEMA, name: claims[0]!.name, values },
    ConditionExpression: `attribute_not_exists(${TABLE_KEYS.partition})`,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  return attempt('PutItem', () => table.client.send(command));
};

/** More values beside others: only while there is room for all of them, and none is there. */
const add = (table: LedgerTable, claims: Claims) => {
  const { each, names } = marks(claims);
  const text = `SET ${each.map((i) => `#values.#v${i} = :v${i}`).join(', ')}`;
  const absent = each.map((i) => `attribute_not_exists(#values.#v${i})`).join(' AND ');
  const when = `size(#values) <= :room AND ${absent}`;
  const command = new UpdateCommand({
    TableName: table.tableName,
    Key: keyOf(claims),
    UpdateExpression: text,
    ConditionExpression: when,
    ExpressionAttributeNames: { ...namesIn(text, when), ...names },
    ExpressionAttributeValues: {
      ...Object.fromEntries(claims.map((claim, i) => [`:v${i}`, entryOf(claim)])),
      ':room': MAX_TXT_VALUES - claims.length,
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  return attempt('UpdateItem', () => table.client.send(command));
};

/** Admits the claims of one name; the item of each unmet condition is where the next try begins. */
const wantAtName = async (table: LedgerTable, claims: Claims): Promise<{ admitted: Claims; full: Claims }> => {
  let item: Item | undefined;
  for (let tries = 0; tries < TRIES; tries++) {
    const { mine, fresh, full } = roomFor(claims, valuesOf(item));
    const answer = { admitted: [...mine, ...fresh], full };
    if (fresh.length === 0) return answer;
    const outcome = await (item === undefined ? create(table, fresh) : add(table, fresh));
    if (outcome.met) return answer;
    item = outcome.item;
  }
  throw contention(claims);
};

const remove = (table: LedgerTable, claims: Claims) => {
  const { each, names } = marks(claims);
  const text = `REMOVE ${each.map((i) => `#values.#v${i}`).join(', ')}`;
  const when = each.map((i) => `#values.#v${i}.#holder = :holder`).join(' AND ');
  const command = new UpdateCommand({
    TableName: table.tableName,
    Key: keyOf(claims),
    UpdateExpression: text,
    ConditionExpression: when,
    ExpressionAttributeNames: { ...namesIn(text, when), ...names },
    ExpressionAttributeValues: { ':holder': claims[0]!.holder },
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  return attempt('UpdateItem', () => table.client.send(command));
};

const removeEmpty = (table: LedgerTable, claims: Claims) => {
  const command = new DeleteCommand({
    TableName: table.tableName,
    Key: keyOf(claims),
    ConditionExpression: 'size(#values) = :none',
    ExpressionAttributeNames: { '#values': 'values' },
    ExpressionAttributeValues: { ':none': 0 },
  });
  // Unmet: somebody has put a value in again.
  return attempt('DeleteItem', () => table.client.send(command));
};

/** Takes the claims of one name and one holder out; those that are not (any more) there under that holder are passed over. */
const forgetAtName = async (table: LedgerTable, claims: Claims): Promise<void> => {
  let left: Claims = claims;
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await remove(table, left);
    const item = outcome.met ? outcome.answer.Attributes : outcome.item;
    // Also when an earlier call, whose answer was lost, has taken the last value out.
    if (item !== undefined && Object.keys(valuesOf(item)).length === 0) await removeEmpty(table, left);
    if (outcome.met) return;
    left = roomFor(left, valuesOf(item)).mine;
    if (left.length === 0) return;
  }
  throw contention(claims);
};

const claimsOf = (item: Item): Claims =>
  Object.entries(valuesOf(item)).map(([value, entry]) => ({ ...entry, name: item.name as string, value }));

const olderThan: (table: LedgerTable, request: { before: Date; limit: number }) => Promise<Claims> = async (
  table,
  { before, limit },
) => {
  const items = await queryItems(
    table,
    {
      ConsistentRead: true,
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':pk': TXT_PARTITION },
    },
    { pageSize: PAGE },
  );
  const old = items.flatMap(claimsOf).filter(({ since }) => since < before.toISOString());
  return old.sort((a, b) => (a.since < b.since ? -1 : 1)).slice(0, limit);
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Safe to repeat after any of them. */
export const dynamodbTxtBook = (table: LedgerTable): TxtBook => ({
  want: async (claims) => {
    const answers = await Promise.all(byName(claims).map((group) => wantAtName(table, group)));
    return { admitted: answers.flatMap(({ admitted }) => admitted), full: answers.flatMap(({ full }) => full) };
  },
  forget: async (claims) => {
    const byHolder = [...Map.groupBy(claims, ({ holder }) => holder).values()];
    await Promise.all(byHolder.flatMap(byName).map((group) => forgetAtName(table, group)));
  },
  olderThan: (request) => olderThan(table, request),
});
