// WatchedRows on DynamoDB: rows that the sweep looks at by itself. It must never know what is looked at.
import type { WatchedRow } from '#core/journey/rows.ts';
import { rowKey } from '#core/ledger-format.ts';
import type { WatchedRows } from '#core/sweep/ports.ts';
import { dueItems } from './due-index.ts';
import { pick, progressFields, timerFields } from './row-item.ts';
import type { LedgerTable } from './table.ts';
import { update } from './write.ts';

const TO_WATCH = 'attribute_exists(#startAt) AND #startAt > :now AND (#ariAt <= :now OR #checkAt <= :now)';
/** `nextActionAt` too: another sweep's note, or a renewal mark, moves it. */
const UNTOUCHED =
  '#uid = :uid AND #fence = :fence AND #run = :run AND #generation = :generation AND #nextActionAt = :seen';

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Repeating a note that was made gives the same row. */
export const dynamodbWatchedRows = (table: LedgerTable): WatchedRows => ({
  watched: async (request) => {
    const items = await dueItems(table, { ...request, which: TO_WATCH });
    return items.map((item) => pick(item, ['name', 'uid', 'startAt', 'ariAt', 'checkAt']) as unknown as WatchedRow);
  },
  note: async ({ row, progress, timers }) => {
    const outcome = await update(table, {
      key: rowKey(row.name),
      fields: { ...progressFields(row, progress), ...timerFields(row.name, timers) },
      when: `${UNTOUCHED} AND attribute_not_exists(#leaseRun)`,
      values: { uid: row.uid, fence: row.fence, run: row.run, generation: row.generation, seen: row.nextActionAt },
    });
    return outcome.met;
  },
});
