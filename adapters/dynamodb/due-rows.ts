// DueRows on DynamoDB: the sharded due index, and conditional bookings. It must never know why a row is due.
import type { DueRow } from '#core/journey/rows.ts';
import { DUE_INDEX, instant, rowKey } from '#core/ledger-format.ts';
import type { DueRows } from '#core/ports.ts';
import { dueItems } from './due-index.ts';
import { dueFields, pick } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const DUE_ROW = ['name', 'uid', 'run', 'endedRun', 'notAfter', 'failures', 'pastWindow', DUE_INDEX.sort];

/** A row whose earliest timer is another waits for it; one without `startAt` was written before there were timers. */
const TO_START = '(attribute_not_exists(#startAt) OR #startAt <= :now)';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbDueRows = (table: LedgerTable): DueRows => ({
  due: async (request) => {
    const items = await dueItems(table, { ...request, which: TO_START });
    return items.map((item) => pick(item, DUE_ROW) as unknown as DueRow);
  },
  book: async ({ row, now, lookAgainAt }) => {
    const outcome = await update(table, {
      key: rowKey(row.name),
      fields: { run: row.run + 1, ...dueFields(row.name, lookAgainAt) },
      when: '#uid = :uid AND #run = :run AND #nextActionAt <= :now',
      values: { uid: row.uid, run: row.run, now: instant(now) },
    });
    return outcome.met;
  },
  postpone: async ({ row, lookAgainAt }) => {
    // Unmet: the row has moved on since it was seen, and its newer time stands.
    await update(table, {
      key: rowKey(row.name),
      fields: dueFields(row.name, lookAgainAt),
      when: '#uid = :uid AND #run = :run AND #nextActionAt = :seen',
      values: { uid: row.uid, run: row.run, seen: row.nextActionAt },
    });
  },
});
