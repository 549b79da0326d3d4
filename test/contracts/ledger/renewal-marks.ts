// The contract of RenewalMarks: a person's wish for one more certificate, beside whoever is at work.
import { describe, expect, it } from 'vitest';
import { accepted, claimed, declare, dueAt, minute, type OpenLedger } from './story.ts';

const NAME = 'shop/web';
const at = (n: number): string => minute(n).toISOString();

/** Runs the contract of RenewalMarks. */
export const describeRenewalMarks = (open: OpenLedger): void => {
  describe('RenewalMarks', () => {
    it('marks a row and makes it due now', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.release({
        row,
        progress: { revision: 1 },
        timers: { startAt: at(500), checkAt: at(90) },
      });
      expect(await ledger.renewalMarks.request({ name: NAME, now: minute(7) })).toBe(true);
      expect(await dueAt(ledger, minute(7))).toHaveLength(1);
      expect(await ledger.rowReader.read(NAME)).toMatchObject({ renewRequestedAt: at(7), generation: 1 });
    });

    it('leaves a running lease its time; its holder learns of the mark as it lets go', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      expect(await ledger.renewalMarks.request({ name: NAME, now: minute(2) })).toBe(true);
      expect(await dueAt(ledger, minute(4))).toEqual([]);
      const timers = { startAt: at(500) };
      expect(await ledger.claimedRows.release({ row, progress: { revision: 1 }, timers })).toBe('changed');
      const seen = await ledger.claimedRows.save({ row, progress: { revision: 1 }, leaseUntil: minute(6) });
      expect(seen.renewRequestedAt).toBe(at(2));
      expect(await ledger.claimedRows.release({ row: seen, progress: { revision: 1 }, timers })).toBe('released');
    });

    it('is not overwritten by a look that began before it', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.release({ row, progress: { revision: 1 }, timers: { startAt: at(500), ariAt: at(6) } });
      const seen = (await ledger.rowReader.read(NAME))!;
      await ledger.renewalMarks.request({ name: NAME, now: minute(7) });
      const late = { row: seen, progress: { revision: 1 }, timers: { startAt: at(500) } };
      expect(await ledger.watchedRows.note(late)).toBe(false);
      expect(await dueAt(ledger, minute(7))).toHaveLength(1);
    });

    it('marks nothing that is not there or retired', async () => {
      const ledger = await open();
      expect(await ledger.renewalMarks.request({ name: NAME, now: minute(1) })).toBe(false);
      await declare(ledger, NAME);
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(1) });
      expect(await ledger.renewalMarks.request({ name: NAME, now: minute(2) })).toBe(false);
      expect(await ledger.rowReader.read('shop/other')).toBeUndefined();
    });
  });
};
