// Rows of the ledger taken out of the sweep's hands and given back: booked as the sweep books them, and made due by moving
// their own timers into the past, because the test cannot wait out a lease of four minutes. It must never write progress.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodbDueRows } from '#adapters/dynamodb/due-rows.ts';
import { rowKey } from '#core/ledger-format.ts';
import type { ExecutionInput } from '#core/ports.ts';
import type { Cloud } from '#local/cloud/options.ts';

const table = (cloud: Cloud) => ({ client: cloud.directClients.dynamodb, tableName: cloud.outputs.tableName });
const FAR_MS = 24 * 3_600_000;

/** Books a run of each due row that is named, as the sweep does before it starts an execution; gives their inputs by name. */
export const book = async (cloud: Cloud, names: readonly string[]): Promise<ReadonlyMap<string, ExecutionInput>> => {
  const rows = dynamodbDueRows(table(cloud));
  const now = new Date();
  const lookAgainAt = new Date(now.getTime() + FAR_MS);
  const due = (await rows.due({ now, limit: 1_000 })).filter(({ name }) => names.includes(name));
  const booked = await Promise.all(due.map(async (row) => ((await rows.book({ row, now, lookAgainAt })) ? [row] : [])));
  return new Map(booked.flat().map(({ name, uid, run }) => [name, { name, uid, run: run + 1 }]));
};

/** The only trick of these tests: lease and next look of a row are moved into the past, as if their time had passed. */
export const letTimePass = async (cloud: Cloud, names: readonly string[]): Promise<void> => {
  const { client, tableName } = table(cloud);
  const past = new Date(Date.now() - 1_000).toISOString();
  for (const name of names)
    await client.send(
      new UpdateCommand({
        TableName: tableName,
        Key: rowKey(name),
        UpdateExpression: 'SET leaseUntil = :past, startAt = :past, nextActionAt = :past',
        ConditionExpression: 'attribute_exists(nextActionAt)',
        ExpressionAttributeValues: { ':past': past },
      }),
    );
};
