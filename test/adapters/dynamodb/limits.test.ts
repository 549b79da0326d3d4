// What limits ask of DynamoDB: one transaction where nobody else writes, few where somebody does, and never too many.
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { dynamodbLimits } from '#adapters/dynamodb/limits.ts';
import type { Take } from '#core/limits/bucket.ts';
import { answering, awsError } from '#test/support/sdk-errors.ts';

const now = new Date('2026-11-25T12:00:00.000Z');
const rate = { capacity: 300, msPerToken: 36_000 };
const orders: Take = { bucket: { id: 'orders', words: 'orders', rate }, tokens: 1 };
const calls: Take = { bucket: { id: 'route53', words: 'calls', rate: { capacity: 50, msPerToken: 100 } }, tokens: 4 };
const failures: Take = {
  bucket: { id: 'failures', words: 'failures', rate: { capacity: 3, msPerToken: 1 } },
  tokens: 0,
};

const cancelled = (...codes: string[]) =>
  Object.assign(awsError('TransactionCanceledException'), { CancellationReasons: codes.map((Code) => ({ Code })) });
const limitsOver = (...answers: unknown[]) => {
  const { client, sent } = answering<DynamoDBDocumentClient>(...answers);
  return { limits: dynamodbLimits({ client, tableName: 't' }), sent };
};

describe('a take', () => {
  it('is one transaction: what is only asked first, then what is taken', async () => {
    const { limits, sent } = limitsOver({});
    expect(await limits.take({ takes: [orders, failures], now })).toEqual({ kind: 'taken' });
    expect(sent.map(({ action }) => action)).toEqual(['TransactWrite']);
    const items = sent[0]!.input.TransactItems as Record<string, unknown>[];
    expect(items.map((item) => Object.keys(item)[0])).toEqual(['ConditionCheck', 'Update']);
  });

  it('that meets others is tried four times, then waits in the queue of the quickest bucket', async () => {
    const conflict = cancelled('TransactionConflict', 'None');
    const { limits, sent } = limitsOver(conflict, conflict, conflict, conflict, { Attributes: {} });
    expect(await limits.take({ takes: [orders, calls], now })).toMatchObject({
      kind: 'refused',
      bucket: { id: 'route53' },
      at: new Date('2026-11-25T12:00:00.500Z'),
    });
    expect(sent.map(({ action }) => action)).toEqual([...Array(4).fill('TransactWrite'), 'Update']);
  });

  it('that fails for another reason is the ledger’s fault', async () => {
    const { limits } = limitsOver(cancelled('ThrottlingError', 'None'));
    await expect(limits.take({ takes: [orders, calls], now })).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
  });
});
