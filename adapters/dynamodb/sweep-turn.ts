// SweepTurn on DynamoDB: one item. It must never know what a sweep does.
import { instant, LEDGER_SCHEMA, TURN_KEY } from '#core/ledger-format.ts';
import type { SweepTurn } from '#core/sweep/ports.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbSweepTurn = (table: LedgerTable): SweepTurn => ({
  take: async ({ holder, now, until }) => {
    const outcome = await update(table, {
      key: TURN_KEY,
      fields: { schema: LEDGER_SCHEMA, holder, turnUntil: instant(until) },
      when: 'attribute_not_exists(#turnUntil) OR #turnUntil <= :now OR #holder = :holder',
      values: { now: instant(now), holder },
    });
    return outcome.met;
  },
  end: async ({ holder }) => {
    // Unmet: the turn has passed on.
    await update(table, {
      key: TURN_KEY,
      fields: { holder: undefined, turnUntil: undefined },
      when: '#holder = :holder',
      values: { holder },
    });
  },
});
