// The TXT book when the answer to taking out the last value was lost: no empty item may stay for ever.
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import type { LedgerTable } from '#adapters/dynamodb/table.ts';
import { dynamodbTxtBook } from '#adapters/dynamodb/txt-book.ts';
import type { TxtClaim } from '#core/ports.ts';

const claim: TxtClaim = {
  zone: { id: 'Z1', name: 'example.com', access: {} },
  name: '_acme-challenge.example.com',
  value: 'v',
  holder: 'shop/web#1',
  since: '2026-11-25T00:00:00.000Z',
};
const values = (held: object) => ({
  pk: { S: 'txt' },
  sk: { S: 'Z1#_acme-challenge.example.com' },
  values: { M: held },
});

/** A table whose conditional update is unmet, because the item is as told. */
const unmet = (Item: object | undefined): { table: LedgerTable; sent: object[] } => {
  const sent: object[] = [];
  const send = async (command: object) => {
    sent.push(command);
    if (!(command instanceof UpdateCommand)) return {};
    const more = { name: 'ConditionalCheckFailedException', $metadata: {}, Item };
    throw Object.assign(new Error('words of AWS'), more);
  };
  return { table: { client: { send } as unknown as LedgerTable['client'], tableName: 'ledger' }, sent };
};

describe('a value that is taken out a second time', () => {
  it('takes the empty item away', async () => {
    const { table, sent } = unmet(values({}));
    await dynamodbTxtBook(table).forget([claim]);
    expect(sent).toHaveLength(2);
    expect(sent[1]).toBeInstanceOf(DeleteCommand);
    expect((sent[1] as DeleteCommand).input).toMatchObject({
      Key: { pk: 'txt', sk: 'Z1#_acme-challenge.example.com' },
      ConditionExpression: 'size(#values) = :none',
    });
  });

  it.each([
    ['an item with values of others stays', values({ w: { M: { holder: { S: 'shop/other#1' } } } })],
    ['an item that is gone is left alone', undefined],
  ])('%s', async (_, item) => {
    const { table, sent } = unmet(item);
    await dynamodbTxtBook(table).forget([claim]);
    expect(sent).toHaveLength(1);
  });
});
