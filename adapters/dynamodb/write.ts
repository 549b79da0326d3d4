// One conditional update, from plain fields to DynamoDB's expressions. It must never know what the fields mean.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { ItemKey } from '#core/ledger-format.ts';
import { attempt, type Item, type LedgerTable, type Unmet } from './table.ts';

/** In `when`, `#name` is the attribute of that name (`#a.#b`: nested) and `:value` one of `values`. */
export interface Write {
  readonly key: ItemKey;
  /** Attributes to set; undefined removes the attribute. */
  readonly fields: Item;
  /** Numbers to add; an absent attribute counts as 0. */
  readonly increase?: Readonly<Record<string, number>>;
  readonly when: string;
  readonly values?: Item;
}

const clause = (word: string, parts: readonly string[]): string =>
  parts.length > 0 ? `${word} ${parts.join(', ')}` : '';

/** `#name` -> `name`, for every `#name` in the texts. */
export const namesIn = (...texts: readonly string[]): Record<string, string> =>
  Object.fromEntries(texts.flatMap((text) => text.match(/#\w+/g) ?? []).map((mark) => [mark, mark.slice(1)]));

/** The parts that UpdateItem and the Update of a transaction have in common (API_UpdateItem, API_Update). */
export const updateParts = (table: LedgerTable, { key, fields, increase = {}, when, values = {} }: Write) => {
  const entries = Object.entries(fields);
  const set = entries.filter(([, value]) => value !== undefined);
  const text = [
    clause(
      'SET',
      set.map(([name]) => `#${name} = :set_${name}`),
    ),
    clause(
      'REMOVE',
      entries.filter(([, value]) => value === undefined).map(([name]) => `#${name}`),
    ),
    clause(
      'ADD',
      Object.keys(increase).map((name) => `#${name} :add_${name}`),
    ),
  ].join(' ');
  const marked = (prefix: string, record: Item | readonly (readonly [string, unknown])[]) =>
    (Array.isArray(record) ? record : Object.entries(record)).map(([name, value]) => [`:${prefix}${name}`, value]);
  const bound = [...marked('set_', set), ...marked('add_', increase), ...marked('', values)];
  return {
    TableName: table.tableName,
    Key: key,
    UpdateExpression: text.trim(),
    ConditionExpression: when,
    ExpressionAttributeNames: namesIn(text, when),
    ...(bound.length > 0 ? { ExpressionAttributeValues: Object.fromEntries(bound) } : {}),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
};

/** Writes when the condition holds and gives the item as it then is; else the item as it was found. */
export const update = async (
  table: LedgerTable,
  write: Write,
): Promise<{ readonly met: true; readonly item: Item } | Unmet> => {
  const command = new UpdateCommand({ ...updateParts(table, write), ReturnValues: 'ALL_NEW' });
  const outcome = await attempt('UpdateItem', () => table.client.send(command));
  return outcome.met ? { met: true, item: outcome.answer.Attributes ?? {} } : outcome;
};
