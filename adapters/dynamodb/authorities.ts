// Authorities on DynamoDB: one item an issuer, all in one partition. It must never know what a CA is to be looked at for.
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Authorities, AuthorityLife } from '#core/health/ports.ts';
import { AUTHORITY_PARTITION, authorityKey, LEDGER_SCHEMA, TABLE_KEYS } from '#core/ledger-format.ts';
import { queryItems } from './read.ts';
import { pick } from './row-item.ts';
import { attempt, type LedgerTable } from './table.ts';

const ATTRIBUTES = ['id', 'issuer', 'notBefore', 'notAfter'];

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbAuthorities = (table: LedgerTable): Authorities => ({
  saw: async (authority) => {
    const Item = { ...authorityKey(authority), schema: LEDGER_SCHEMA, ...authority };
    await attempt('PutItem', () => table.client.send(new PutCommand({ TableName: table.tableName, Item })));
  },
  /** An item of another version's shape is as good as none: it is written anew with the next certificate. */
  all: async () => {
    const items = await queryItems(table, {
      KeyConditionExpression: '#pk = :pk',
      ExpressionAttributeNames: { '#pk': TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':pk': AUTHORITY_PARTITION },
    });
    return items
      .filter((item) => item.schema === LEDGER_SCHEMA)
      .map((item) => pick(item, ATTRIBUTES) as unknown as AuthorityLife);
  },
});
