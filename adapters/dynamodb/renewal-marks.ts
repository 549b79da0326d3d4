// RenewalMarks on DynamoDB: one attribute that nobody else writes. It must never know why somebody wants a new certificate.
import { EvercertError } from '#core/errors.ts';
import { instant, rowKey } from '#core/ledger-format.ts';
import type { RenewalMarks } from '#core/renewal/ports.ts';
import { dueFields } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const FREE = '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now)';
const LEASED = '#leaseUntil > :now';
/** Flips between leased and free that one mark outlives. */
const TRIES = 6;

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Repeating a mark is one more mark. */
export const dynamodbRenewalMarks = (table: LedgerTable): RenewalMarks => ({
  request: async ({ name, now }) => {
    let leased = false;
    for (let tries = 0; tries < TRIES; tries++) {
      const outcome = await update(table, {
        key: rowKey(name),
        // A leased row keeps its time: its holder sees the mark as it lets go.
        fields: { renewRequestedAt: instant(now), ...(leased ? {} : dueFields(name, now)) },
        when: `attribute_exists(#uid) AND attribute_not_exists(#retiredAt) AND ${leased ? LEASED : FREE}`,
        values: { now: instant(now) },
      });
      if (outcome.met) return true;
      if (outcome.item?.uid === undefined || outcome.item.retiredAt !== undefined) return false;
      leased = !leased;
    }
    throw new EvercertError('LEDGER_UNAVAILABLE', `${name}: its lease changed ${TRIES} times while it was marked`);
  },
});
