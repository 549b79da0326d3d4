// A change to a row that makes it due, whoever holds it: free, it is due now; leased, its time stays the lease's end, and
// the holder sees the change as it lets go. It must never know what is changed.
import { EvercertError } from '#core/errors.ts';
import { instant, rowKey } from '#core/ledger-format.ts';
import { dueFields } from './row-item.ts';
import type { Item, LedgerTable } from './table.ts';
import { update } from './write.ts';

const FREE = '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now)';
const LEASED = '#leaseUntil > :now';
/** Flips between leased and free that one change outlives. */
const TRIES = 6;

export interface WakingChange {
  readonly name: string;
  readonly fields: Item;
  /** Beside the lease. */
  readonly when: string;
  readonly values: Item;
  readonly now: Date;
  /** Of the item as it is: the change is not to be made (any more). */
  readonly isMoot: (item: Item | undefined) => boolean;
  /** For the error: `declared`, `marked`. */
  readonly doing: string;
}

/** Whether the change was made; false: it is moot. Errors: LEDGER_UNAVAILABLE (its lease flips all the time), and those of `update`. */
export const changeAndWake = async (table: LedgerTable, change: WakingChange): Promise<boolean> => {
  const { name, fields, when, values, now, isMoot, doing } = change;
  let leased = false;
  for (let tries = 0; tries < TRIES; tries++) {
    const outcome = await update(table, {
      key: rowKey(name),
      fields: { ...fields, ...(leased ? {} : dueFields(name, now)) },
      when: `${when} AND ${leased ? LEASED : FREE}`,
      values: { ...values, now: instant(now) },
    });
    if (outcome.met) return true;
    if (isMoot(outcome.item)) return false;
    leased = !leased;
  }
  throw new EvercertError('LEDGER_UNAVAILABLE', `${name}: its lease changed ${TRIES} times while it was ${doing}`);
};
