// Dependents on DynamoDB: the index by signer, and one attribute that nobody else writes. It must never know what trust is.
import { EvercertError } from '#core/errors.ts';
import { instant, rowKey, SIGNER_INDEX } from '#core/ledger-format.ts';
import type { Dependents } from '#core/own-ca/ports.ts';
import { queryItems } from './read.ts';
import { dueFields } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const FREE = '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now)';
const LEASED = '#leaseUntil > :now';
const NEWS = '(attribute_not_exists(#signerTrust) OR #signerTrust <> :told)';
/** Flips between leased and free that one telling outlives. */
const TRIES = 6;

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
    let leased = false;
    for (let tries = 0; tries < TRIES; tries++) {
      const outcome = await update(table, {
        key: rowKey(name),
        fields: { signerTrust: told, ...(leased ? {} : dueFields(name, now)) },
        when: `#uid = :uid AND attribute_not_exists(#retiredAt) AND ${NEWS} AND ${leased ? LEASED : FREE}`,
        values: { uid, told, now: instant(now) },
      });
      if (outcome.met) return;
      const { item } = outcome;
      const before = item?.signerTrust as { signer: string; trust: string } | undefined;
      const isTold = before?.signer === signer && before.trust === trust;
      if (item?.uid !== uid || item.retiredAt !== undefined || isTold) return;
      leased = !leased;
    }
    throw new EvercertError('LEDGER_UNAVAILABLE', `${name}: its lease changed ${TRIES} times while it was told`);
  },
});
