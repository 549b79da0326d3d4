// Histories on DynamoDB: the outcomes of one certificate. It must never write one.
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { historyPartition, TABLE_KEYS } from '#core/ledger-format.ts';
import type { Histories } from '#core/view/ports.ts';
import { queryItems } from './read.ts';
import { known } from './row-item.ts';
import type { LedgerTable } from './table.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbHistories = (table: LedgerTable): Histories => ({
  newest: async ({ name, limit }) => {
    const items = await queryItems(
      table,
      {
        KeyConditionExpression: '#partition = :partition',
        ExpressionAttributeNames: { '#partition': TABLE_KEYS.partition },
        ExpressionAttributeValues: { ':partition': historyPartition(name) },
        ScanIndexForward: false,
      },
      { limit },
    );
    return items.map((item) => {
      const { pk: _pk, sk: _sk, schema: _schema, ...record } = known(item);
      return record as unknown as OutcomeRecord;
    });
  },
});
