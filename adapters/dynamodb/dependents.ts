// Dependents on DynamoDB: the index by signer, and one attribute that nobody else writes. It must never know what trust is.
import { SIGNER_INDEX } from '#core/ledger-format.ts';
import type { Dependents } from '#core/own-ca/ports.ts';
import { queryItems } from './read.ts';
import type { LedgerTable } from './table.ts';
import { changeAndWake } from './wake.ts';

const NEWS = '(attribute_not_exists(#signerTrust) OR #signerTrust <> :told)';

const page = async (table: LedgerTable, { signer, after, limit }: Parameters<Dependents['page']>[0]) => {
  const items = await queryItems(
    table,
    {
      IndexName: SIGNER_INDEX.name,
      KeyConditionExpression: `#signer = :signer${after === undefined ? '' : ' AND #name > :after'}`,
      ProjectionExpression: '#name, #uid',
      ExpressionAttributeNames: { '#signer': SIGNER_INDEX.partition, '#name': SIGNER_INDEX.sort, '#uid': 'uid' },
      ExpressionAttributeValues: { ':signer': signer, ...(after === undefined ? {} : { ':after': after }) },
    },
    { limit },
  );
  return items.map(({ name, uid }) => ({ name: name as string, uid: uid as string }));
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Repeating a telling changes nothing. */
export const dynamodbDependents = (table: LedgerTable): Dependents => ({
  page: (request) => page(table, request),
  wake: async ({ name, uid, signer, trust, now }) => {
    const told = { signer, trust };
    await changeAndWake(table, {
      name,
      fields: { signerTrust: told },
      when: `#uid = :uid AND attribute_not_exists(#retiredAt) AND ${NEWS}`,
      values: { uid, told },
      now,
      isMoot: (item) => {
        const before = item?.signerTrust as { signer: string; trust: string } | undefined;
        const isTold = before?.signer === signer && before.trust === trust;
        return item?.uid !== uid || item.retiredAt !== undefined || isTold;
      },
      doing: 'told',
    });
  },
});
