// A table of its own on an emulator, filled with rows as fast as the emulator takes them, and no further than a bound.
// It must never touch a table that it did not make.
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, type BatchWriteCommandInput, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Item, LedgerTable } from '#adapters/dynamodb/table.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../cloud/clients.ts';
import { createTableInput } from '../../cloud/ledger-table.ts';
import { BenchFailed } from '../run.ts';

/** As many as one BatchWriteItem takes (API_BatchWriteItem), and requests at once. */
const BATCH = 25;
const AT_ONCE = 4;
const TRIES = 5;

type Requests = NonNullable<BatchWriteCommandInput['RequestItems']>;

const writeBatch = async ({ client, tableName }: LedgerTable, items: readonly Item[]): Promise<void> => {
  let left: Requests = { [tableName]: items.map((item) => ({ PutRequest: { Item: item } })) };
  for (let tries = 0; tries < TRIES; tries++) {
    const { UnprocessedItems } = await client.send(new BatchWriteCommand({ RequestItems: left }));
    if (UnprocessedItems === undefined || Object.keys(UnprocessedItems).length === 0) return;
    left = UnprocessedItems;
  }
  throw new BenchFailed(`the emulator left rows unwritten ${TRIES} times`);
};

/** Writes `count` rows, until `enough` gives a reason to stop; gives how many are there, and that reason. */
export const fill = async (
  table: LedgerTable,
  rows: { readonly count: number; item(index: number): Item; enough(): string | undefined },
): Promise<{ readonly written: number; readonly because?: string }> => {
  for (let from = 0; from < rows.count; from += BATCH * AT_ONCE) {
    const because = rows.enough();
    if (because !== undefined) return { written: from, because };
    const batches = Array.from({ length: AT_ONCE }, (_, batch) => from + batch * BATCH)
      .map((first) => Array.from({ length: Math.min(BATCH, rows.count - first) }, (_, i) => rows.item(first + i)))
      .filter((items) => items.length > 0);
    await Promise.all(batches.map((items) => writeBatch(table, items)));
  }
  return { written: rows.count };
};

/** Makes an empty table, hands it out, and drops it whatever happens. */
export const withTable = async <T>(
  { endpoint, tableName }: { readonly endpoint: string; readonly tableName: string },
  use: (table: LedgerTable) => Promise<T>,
): Promise<T> => {
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  const marshallOptions = { removeUndefinedValues: true };
  try {
    await client.send(new CreateTableCommand(createTableInput(tableName)));
    try {
      return await use({ client: DynamoDBDocumentClient.from(client, { marshallOptions }), tableName });
    } finally {
      await client.send(new DeleteTableCommand({ TableName: tableName }));
    }
  } finally {
    client.destroy();
  }
};
