// The contract of WatchedRows: what the sweep looks at by itself, and what it may write about it.
import { describe, expect, it } from 'vitest';
import type { Timers } from '#core/journey/timers.ts';
import { accepted, bookNext, claim, claimed, dueAt, failed, minute, type OpenLedger } from './story.ts';

const NAME = 'shop/web';
const at = (n: number): string => minute(n).toISOString();

/** A row that was released at minute 1 with these timers. */
const released = async (open: OpenLedger, timers: Timers) => {
  const ledger = await open();
  const row = await claimed(ledger, NAME);
  await ledger.claimedRows.release({ row, progress: { revision: 1, endedRun: 1 }, timers });
  const watched = (n: number) => ledger.watchedRows.watched({ now: minute(n), limit: 10 });
  return { ledger, watched, read: async () => (await ledger.rowReader.read(NAME))! };
};

const describeTimers = (open: OpenLedger): void => {
  describe('a row with several timers', () => {
    it('is due for the sweep itself by the earlier of them, and to be started by startAt alone', async () => {
      const timers = { startAt: at(90), ariAt: at(60), checkAt: at(30) };
      const { ledger, watched, read } = await released(open, timers);
      expect(await read()).toMatchObject({ ...timers, nextActionAt: at(30) });
      expect(await watched(29)).toEqual([]);
      expect(await watched(30)).toEqual([{ name: NAME, uid: `uid-${NAME}`, ...timers }]);
      expect(await dueAt(ledger, minute(89))).toEqual([]);
      expect(await dueAt(ledger, minute(90))).toHaveLength(1);
      expect(await watched(90)).toEqual([]);
    });

    it('is not watched while it is leased, nor started early by a timer of the sweep', async () => {
      const { ledger, watched } = await released(open, { startAt: at(40), checkAt: at(30) });
      await bookNext(ledger, minute(45));
      expect(await watched(45)).toEqual([]);
      await claim(ledger, { name: NAME, run: 2, now: minute(45), until: minute(50) });
      expect(await watched(49)).toEqual([]);
      expect(await dueAt(ledger, minute(49))).toEqual([]);
      expect(await dueAt(ledger, minute(50))).toHaveLength(1);
    });

    it('is found beyond many others that wait for something else', async () => {
      const { ledger } = await released(open, { startAt: at(90), checkAt: at(30) });
      expect(await ledger.dueRows.due({ now: minute(31), limit: 1 })).toEqual([]);
      expect(await ledger.watchedRows.watched({ now: minute(31), limit: 1 })).toHaveLength(1);
    });
  });
};

/** Runs the contract of WatchedRows. */
export const describeWatchedRows = (open: OpenLedger): void => {
  describe('WatchedRows', () => {
    describeTimers(open);

    it('notes what was found, with the next times', async () => {
      const { ledger, watched, read } = await released(open, { startAt: at(90), checkAt: at(30) });
      const timers = { startAt: at(90), checkAt: at(60) };
      const progress = { ...(await read()).progress, renewAt: at(90) };
      expect(await ledger.watchedRows.note({ row: await read(), progress, timers })).toBe(true);
      expect(await read()).toMatchObject({ progress: { renewAt: at(90) }, ...timers, nextActionAt: at(60) });
      expect(await watched(59)).toEqual([]);
    });

    it('notes nothing over a run that was booked, a claim, or a declaration that came meanwhile', async () => {
      const { ledger, read } = await released(open, { startAt: at(30) });
      const seen = await read();
      const note = (row = seen) => ledger.watchedRows.note({ row, progress: failed, timers: { startAt: at(500) } });
      await bookNext(ledger, minute(30));
      expect(await note()).toBe(false);
      await claim(ledger, { name: NAME, run: 2, now: minute(30), until: minute(35) });
      expect(await note(await read())).toBe(false);
      const row = await read();
      await ledger.claimedRows.release({ row, progress: row.progress, timers: { startAt: at(90) } });
      const free = await read();
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(36) });
      expect(await note(free)).toBe(false);
      expect(await read()).toMatchObject({ nextActionAt: at(36), progress: { revision: 1 } });
      expect(await note(await read())).toBe(true);
    });

    it('notes nothing where there is no row', async () => {
      const { ledger, read } = await released(open, { startAt: at(30) });
      const row = { ...(await read()), name: 'shop/gone' };
      expect(await ledger.watchedRows.note({ row, progress: failed, timers: {} })).toBe(false);
      expect(await ledger.rowReader.read('shop/gone')).toBeUndefined();
    });
  });
};
