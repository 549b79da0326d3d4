// The ledger's table in memory, for the adapters themselves: as many rows as no emulator holds, sorted indexes, and only
// the requests that a sweep makes; any other throws. It must never answer what DynamoDB would not.
import type { GetCommandInput, QueryCommandInput, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Item, LedgerTable } from '#adapters/dynamodb/table.ts';
import { DUE_INDEX, FAILING_INDEX, LIFE_INDEX, TABLE_KEYS } from '#core/ledger-format.ts';
import { type Bound, condition } from './expression.ts';
import { SortedIndex } from './sorted-index.ts';

interface Table {
  readonly items: Map<string, Item>;
  /** Index name -> index; '' is the table itself. */
  readonly indexes: ReadonlyMap<string, SortedIndex>;
}

type Expressions = Pick<UpdateCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'>;

const keyOf = (key: Item): string => `${String(key.pk)} ${String(key.sk)}`;

const boundOf = ({ ExpressionAttributeNames = {}, ExpressionAttributeValues = {} }: Expressions): Bound => ({
  names: ExpressionAttributeNames,
  values: ExpressionAttributeValues,
});

const get = ({ items }: Table, { Key = {} }: Partial<GetCommandInput>): object => {
  const item = items.get(keyOf(Key));
  return item === undefined ? {} : { Item: item };
};

/** `#partition = :value`, and perhaps `#sort <= :last`, or `#sort > :last` and the first item alone. */
const KEY_CONDITION = /^#\w+ = (:\w+)(?: AND #\w+ (<=|>) (:\w+))?$/;

const one = (item: Item | undefined): object =>
  item === undefined ? { Items: [], ScannedCount: 0 } : { Items: [item], ScannedCount: 1 };

const query = ({ indexes }: Table, input: QueryCommandInput): object => {
  const bound = boundOf(input);
  const index = indexes.get(input.IndexName ?? '');
  const [, partition, compared, last] = KEY_CONDITION.exec(input.KeyConditionExpression ?? '') ?? [];
  if (index === undefined || partition === undefined || input.ExclusiveStartKey !== undefined)
    throw new Error(`not served: a query of ${input.IndexName} by ${input.KeyConditionExpression}`);
  const value = (mark: string): string => bound.values[mark] as string;
  if (compared === '>' && input.Limit === 1) return one(index.after(value(partition), value(last!)));
  const found = index.find(value(partition), last && value(last));
  if (found.length >= (input.Limit ?? Number.POSITIVE_INFINITY)) throw new Error('not served: a second page');
  const kept = input.FilterExpression === undefined ? found : found.filter(condition(input.FilterExpression, bound));
  const counts = { Count: kept.length, ScannedCount: found.length };
  return input.Select === 'COUNT' ? counts : { ...counts, Items: kept };
};

const conditionFailed = (): Error =>
  Object.assign(new Error('The conditional request failed'), { name: 'ConditionalCheckFailedException' });

/** `SET #a = :b, ... REMOVE #c, ...` */
const changed = (item: Item, text: string, { names, values }: Bound): Item => {
  const [, set = '', remove = ''] = /^(?:SET (.*?))? ?(?:REMOVE ([^:]*))?$/.exec(text) ?? [];
  if (set === '' && remove === '') throw new Error(`not served: ${text}`);
  const removed = new Set([...remove.matchAll(/#\w+/g)].map(([mark]) => names[mark]!));
  const kept = Object.entries(item).filter(([name]) => !removed.has(name));
  const assigned = [...set.matchAll(/(#\w+) = (:\w+)/g)].map(([, name, value]) => [names[name!]!, values[value!]]);
  return Object.fromEntries([...kept, ...assigned]);
};

const update = ({ items, indexes }: Table, input: UpdateCommandInput): object => {
  const bound = boundOf(input);
  const key = input.Key ?? {};
  const before = items.get(keyOf(key));
  const holds = condition(input.ConditionExpression ?? '', bound);
  if (!holds(before ?? {})) throw conditionFailed();
  const after = changed(before ?? key, input.UpdateExpression ?? '', bound);
  items.set(keyOf(key), after);
  for (const index of indexes.values()) index.replace(before, after);
  return { Attributes: after };
};

const SERVED: Readonly<Record<string, (table: Table, input: never) => object>> = {
  GetCommand: get,
  QueryCommand: query,
  UpdateCommand: update,
};

/** A table with these items, each under a key of its own; they are changed by replacement, never in place. */
export const tableInMemory = (all: readonly Item[]): LedgerTable => {
  const items = new Map(all.map((item) => [keyOf(item), item]));
  const indexes = new Map([
    ['', new SortedIndex(TABLE_KEYS, all)],
    [DUE_INDEX.name, new SortedIndex(DUE_INDEX, all)],
    [FAILING_INDEX.name, new SortedIndex(FAILING_INDEX, all)],
    [LIFE_INDEX.name, new SortedIndex(LIFE_INDEX, all)],
  ]);
  const send = async (command: { readonly input: object }): Promise<object> => {
    const { name } = command.constructor;
    const serve = SERVED[name];
    if (serve === undefined) throw new Error(`not served: ${name}`);
    return serve({ items, indexes }, command.input as never);
  };
  return { client: { send } as unknown as LedgerTable['client'], tableName: 'in-memory' };
};
