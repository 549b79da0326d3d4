// Times of a row moved into the past, because a test cannot wait out a backoff or a poll of hours: what the sweep then does
// is its own. It must never write anything but times.
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { rowKey } from '#core/ledger-format.ts';
import type { Cloud } from '#local/cloud/options.ts';

/** A row that somebody is at work on needs no time to pass. */
const write = async (cloud: Cloud, name: string, times: { expression: string; when: string }): Promise<void> => {
  const request = new UpdateCommand({
    TableName: cloud.outputs.tableName,
    Key: rowKey(name),
    UpdateExpression: `SET nextActionAt = :past, ${times.expression}`,
    ConditionExpression: `attribute_not_exists(leaseUntil) AND attribute_exists(nextActionAt) AND ${times.when}`,
    ExpressionAttributeValues: { ':past': new Date(Date.now() - 1_000).toISOString() },
  });
  try {
    await cloud.directClients.dynamodb.send(request);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
};

const FAILED = {
  expression: 'startAt = :past, progress.failure.retryAt = :past',
  when: 'attribute_exists(progress.failure)',
};
const WAITING = { expression: 'startAt = :past', when: 'attribute_not_exists(progress.failure)' };
const POLLED = { expression: 'ariAt = :past', when: 'attribute_exists(ariAt)' };

/** As if the wait of each row, or the backoff of its failure, were over. */
export const letBackoffPass = async (cloud: Cloud, names: readonly string[]): Promise<void> => {
  for (const name of names) for (const times of [WAITING, FAILED]) await write(cloud, name, times);
};

/** As if the CA were to be asked for each row's renewal window again. */
export const letPollPass = async (cloud: Cloud, names: readonly string[]): Promise<void> => {
  for (const name of names) await write(cloud, name, POLLED);
};
