// Times of a row moved into the past, because a test cannot wait out a backoff or a poll of hours: what the sweep then does
// is its own. It must never write anything but times.
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { rowKey } from '#core/ledger-format.ts';
import type { Cloud } from '#local/cloud/options.ts';

const write = (cloud: Cloud, name: string, expression: string, when: string): Promise<unknown> =>
  cloud.directClients.dynamodb.send(
    new UpdateCommand({
      TableName: cloud.outputs.tableName,
      Key: rowKey(name),
      UpdateExpression: `SET nextActionAt = :past, ${expression}`,
      ConditionExpression: `attribute_not_exists(leaseUntil) AND attribute_exists(nextActionAt) AND ${when}`,
      ExpressionAttributeValues: { ':past': new Date(Date.now() - 1_000).toISOString() },
    }),
  );

/** As if the wait of each row, or the backoff of its failure, were over. Rows at rest only. */
export const letBackoffPass = async (cloud: Cloud, names: readonly string[]): Promise<void> => {
  const { rows } = await cloud.look();
  for (const name of names) {
    const failed = rows.get(name)?.progress.failure !== undefined;
    if (failed)
      await write(cloud, name, 'startAt = :past, progress.failure.retryAt = :past', 'attribute_exists(startAt)');
    else await write(cloud, name, 'startAt = :past', 'attribute_exists(startAt)');
  }
};

/** As if the CA were to be asked for each row's renewal window again. */
export const letPollPass = async (cloud: Cloud, names: readonly string[]): Promise<void> => {
  for (const name of names) await write(cloud, name, 'ariAt = :past', 'attribute_exists(ariAt)');
};
