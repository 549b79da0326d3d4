// Who keeps the totals: what wakes it, what becomes of what it cannot take, and what its role may do.
import { describe, expect, it } from 'vitest';
import { simulate } from '#test/support/simulate.ts';
import { synthesize } from '#test/support/synth.ts';
import { resourcesOf } from '#test/support/template.ts';

const template = synthesize();
const only = (type: string, part: string) => resourcesOf(template, type).find(([id]) => id.includes(part))!;
const [tableId, table] = only('AWS::DynamoDB::Table', 'Ledger');
const TABLE = `arn:aws:dynamodb:us-east-1:000000000000:table/${tableId}`;

describe('the tally', () => {
  it('follows changes of rows alone, from the first record on, and lays down what it cannot take', () => {
    expect(table.Properties).toMatchObject({ StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' } });
    const [, mapping] = only('AWS::Lambda::EventSourceMapping', 'Tally');
    expect(mapping.Properties).toMatchObject({
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 5,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 10,
      MaximumRecordAgeInSeconds: 3_600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringContaining('DeadLetters'), 'Arn'] } },
      },
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"cert#"}]}}}}' }] },
    });
  });

  it('is woken hourly to count anew what is a day old', () => {
    const [, schedule] = only('AWS::Scheduler::Schedule', 'Tally');
    expect(schedule.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 hour)',
      Target: { Input: '{"rebuild":true}', DeadLetterConfig: {} },
    });
  });
});

describe("the tally's role", () => {
  const leading = (pk: string) => ({ 'dynamodb:LeadingKeys': [pk] });
  const may = (action: string, resource: string, context?: Record<string, string | string[]>) =>
    simulate({ template, functionName: 'tally', action, resource, ...(context === undefined ? {} : { context }) });

  it.each([
    ['reads rows', 'dynamodb:Query', TABLE, leading('cert#3')],
    ['reads totals', 'dynamodb:GetItem', TABLE, leading('counters')],
    ['writes totals', 'dynamodb:UpdateItem', TABLE, leading('counters')],
    ['follows the stream', 'dynamodb:GetRecords', `${TABLE}/stream/2026-11-25T00:00:00.000`, {}],
    ['replaces totals', 'dynamodb:PutItem', TABLE, leading('counters')],
  ])('%s', async (_, action, resource, context) => {
    expect(await may(action, resource, context)).toBe('allowed');
  });

  it.each([
    ['writes rows', 'dynamodb:UpdateItem', TABLE, leading('cert#3')],
    ['replaces rows', 'dynamodb:PutItem', TABLE, leading('cert#3')],
    ['deletes anything', 'dynamodb:DeleteItem', TABLE, leading('counters')],
    ['scans', 'dynamodb:Scan', TABLE, {}],
    ['reads accounts', 'dynamodb:GetItem', TABLE, leading('account#a')],
    [
      'reads a secret',
      'secretsmanager:GetSecretValue',
      'arn:aws:secretsmanager:us-east-1:000000000000:secret:evercert/a/b-AbCdEf',
      {},
    ],
  ])('never %s', async (_, action, resource, context) => {
    expect(await may(action, resource, context)).not.toBe('allowed');
  });
});
