// DeclaredRows on DynamoDB: what reconcile adds, changes and retires. It must never touch progress, run or fence.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CertificateRow } from '#core/journey/row.ts';
import type { AcceptedDeclarationRow } from '#core/journey/rows.ts';
import { instant, LEDGER_SCHEMA, rowKey, rowPartition, TABLE_KEYS } from '#core/ledger-format.ts';
import type { DeclaredRows } from '#core/ports.ts';
import { queryItems } from './read.ts';
import { declaredFields, dueFields, pick, progressFields } from './row-item.ts';
import { attempt, type Item, type LedgerTable } from './table.ts';
import { changeAndWake } from './wake.ts';

const acceptedOf = (item: Item): AcceptedDeclarationRow => ({
  ...(pick(item, ['name', 'uid', 'generation', 'retiredAt']) as unknown as AcceptedDeclarationRow),
  hash: item.declaredHash as string,
});

const listShard = async (table: LedgerTable, shard: number): Promise<readonly AcceptedDeclarationRow[]> => {
  const items = await queryItems(table, {
    ConsistentRead: true,
    KeyConditionExpression: '#pk = :pk',
    ProjectionExpression: '#name, #uid, #declaredHash, #generation, #retiredAt',
    ExpressionAttributeNames: {
      '#pk': TABLE_KEYS.partition,
      '#name': 'name',
      '#uid': 'uid',
      '#declaredHash': 'declaredHash',
      '#generation': 'generation',
      '#retiredAt': 'retiredAt',
    },
    ExpressionAttributeValues: { ':pk': rowPartition(shard) },
  });
  return items.map(acceptedOf);
};

/** Makes the row; when somebody made it meanwhile, theirs stands. */
const create = async (
  table: LedgerTable,
  { declared, uid, now }: Parameters<DeclaredRows['declare']>[0],
): Promise<void> => {
  const row: CertificateRow = {
    schema: LEDGER_SCHEMA,
    name: declared.name,
    uid,
    origin: 'declared',
    declared,
    generation: 1,
    run: 0,
    fence: 0,
    progress: { revision: 0 },
  };
  const derived = { ...declaredFields(declared), ...progressFields(row, row.progress), ...dueFields(row.name, now) };
  const command = new PutCommand({
    TableName: table.tableName,
    Item: { ...rowKey(row.name), ...row, ...derived },
    ConditionExpression: `attribute_not_exists(${TABLE_KEYS.partition})`,
  });
  await attempt('PutItem', () => table.client.send(command));
};

/** One more generation, conditional on the one that was seen: a lost race is no error. */
const grow = async (
  table: LedgerTable,
  { seen, fields, now }: { seen: AcceptedDeclarationRow; fields: Item; now: Date },
): Promise<void> => {
  await changeAndWake(table, {
    name: seen.name,
    fields: { ...fields, generation: seen.generation + 1 },
    when: '#uid = :uid AND #declaredHash = :hash AND #generation = :generation',
    values: { uid: seen.uid, hash: seen.hash, generation: seen.generation },
    now,
    isMoot: (item) => item?.uid !== seen.uid || item.declaredHash !== seen.hash || item.generation !== seen.generation,
    doing: 'declared',
  });
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Repeating a change that was made is a lost race: no error. */
export const dynamodbDeclaredRows = (table: LedgerTable): DeclaredRows => ({
  listShard: (shard) => listShard(table, shard),
  declare: (request) => {
    const { declared, seen, now } = request;
    if (seen === undefined) return create(table, request);
    const fields = { ...declaredFields(declared), retiredAt: undefined };
    return grow(table, { seen, fields, now });
  },
  retire: ({ seen, now }) => {
    const off = { failingShard: undefined, failingAt: undefined, life: undefined, signer: undefined };
    return grow(table, { seen, fields: { retiredAt: instant(now), ...off }, now });
  },
});
