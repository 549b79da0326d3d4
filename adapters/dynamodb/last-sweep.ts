// LastSweep on DynamoDB: one item. It must never know what a sweep does.
import type { LastSweep, SweepRecord } from '#core/health/ports.ts';
import { LAST_SWEEP_KEY, LEDGER_SCHEMA } from '#core/ledger-format.ts';
import { getItem } from './read.ts';
import { known, pick } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const ATTRIBUTES = ['completedAt', 'durationMs', 'periodMs', 'started', 'waiting', 'figures', 'clusters'];

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbLastSweep = (table: LedgerTable): LastSweep => ({
  read: async () => {
    const item = await getItem(table, LAST_SWEEP_KEY);
    return item === undefined ? undefined : (pick(known(item), ATTRIBUTES) as unknown as SweepRecord);
  },
  write: async (record) => {
    const { figures, ...rest } = record;
    // Unmet: a sweep that completed later has written already.
    await update(table, {
      key: LAST_SWEEP_KEY,
      fields: { schema: LEDGER_SCHEMA, ...rest, figures },
      when: 'attribute_not_exists(#completedAt) OR #completedAt <= :completedAt',
      values: { completedAt: record.completedAt },
    });
  },
});
