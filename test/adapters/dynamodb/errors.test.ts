// What the ledger's adapters make of errors of the SDK.
import { describe, expect, it } from 'vitest';
import { dynamodbCatalogueState } from '#adapters/dynamodb/catalogue-state.ts';
import { dynamodbClaimedRows } from '#adapters/dynamodb/claimed-rows.ts';
import type { LedgerTable } from '#adapters/dynamodb/table.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import { declaredCertificate } from '#test/support/declared.ts';

/** A table whose every answer is this error, or this item. */
const answering = (answer: Error | object): LedgerTable => {
  const send = async () => {
    if (answer instanceof Error) throw answer;
    return answer;
  };
  return { client: { send } as unknown as LedgerTable['client'], tableName: 'ledger' };
};

const aws = (name: string, more: object = {}): Error =>
  Object.assign(new Error('words of AWS'), { name, $metadata: { httpStatusCode: 400 }, ...more });

const cancelled = (...codes: string[]): Error =>
  aws('TransactionCanceledException', { CancellationReasons: codes.map((Code) => ({ Code })) });

const row: CertificateRow = {
  schema: 1,
  name: 'shop/web',
  uid: 'u',
  origin: 'declared',
  declared: declaredCertificate({ name: 'shop/web' }),
  generation: 1,
  run: 1,
  fence: 1,
  progress: { revision: 0 },
};

describe('the ledger, when DynamoDB refuses', () => {
  it.each([
    ['a throttled call is LEDGER_UNAVAILABLE', aws('ThrottlingException'), 'LEDGER_UNAVAILABLE'],
    ['a hot partition is LEDGER_UNAVAILABLE', aws('ProvisionedThroughputExceededException'), 'LEDGER_UNAVAILABLE'],
    ['a fault inside AWS is LEDGER_UNAVAILABLE', aws('InternalServerError'), 'LEDGER_UNAVAILABLE'],
    [
      'a connection that was cut is LEDGER_UNAVAILABLE',
      Object.assign(new Error('cut'), { code: 'ECONNRESET' }),
      'LEDGER_UNAVAILABLE',
    ],
    [
      'a time-out is LEDGER_UNAVAILABLE',
      Object.assign(new Error('slow'), { name: 'TimeoutError' }),
      'LEDGER_UNAVAILABLE',
    ],
    ['a missing permission is AWS_DENIED', aws('AccessDeniedException'), 'AWS_DENIED'],
    ['a request that is wrong is INTERNAL', aws('ValidationException'), 'INTERNAL'],
    ['a fault of our own is INTERNAL', new TypeError('undefined is not a function'), 'INTERNAL'],
  ])('%s', async (_sentence, thrown, code) => {
    const read = dynamodbCatalogueState(answering(thrown)).read();
    await expect(read).rejects.toMatchObject({ code, cause: thrown, detail: { action: 'dynamodb:GetItem' } });
  });

  it.each([
    ['a lost fence is LEASE_LOST', cancelled('ConditionalCheckFailed', 'None'), 'LEASE_LOST'],
    [
      'a conflict of transactions is LEDGER_UNAVAILABLE',
      cancelled('TransactionConflict', 'None'),
      'LEDGER_UNAVAILABLE',
    ],
    ['a refused part is INTERNAL', cancelled('None', 'ValidationError'), 'INTERNAL'],
  ])('a cancelled transaction: %s', async (_sentence, thrown, code) => {
    const at = '2026-11-25T10:00:00.000Z';
    const record = { id: 'r', name: row.name, uid: 'u', at, kind: 'issued', generation: 1, revision: 1 } as const;
    const change = { row, progress: row.progress, leaseUntil: new Date(at), record };
    await expect(dynamodbClaimedRows(answering(thrown)).save(change)).rejects.toMatchObject({ code });
  });

  it('refuses an item that a newer version wrote', async () => {
    const read = dynamodbCatalogueState(answering({ Item: { pk: 'catalogue', sk: 'catalogue', schema: 2 } })).read();
    await expect(read).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'ledger item catalogue catalogue has schema 2, this version reads 1',
    });
  });
});
