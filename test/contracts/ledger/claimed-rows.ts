// The contract of ClaimedRows.
import { describe, expect, it } from 'vitest';
import { declaredCertificate } from '#test/support/declared.ts';
import {
  accepted,
  bookNext,
  claim,
  claimed,
  declare,
  dueAt,
  failed,
  issued,
  minute,
  type OpenLedger,
  working,
} from './story.ts';

const NAME = 'shop/web';

const describeClaim = (open: OpenLedger): void => {
  describe('claim', () => {
    it('gives the row with a lease, and makes it due at the end of the lease', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      expect(row).toEqual({
        schema: 1,
        name: NAME,
        uid: 'uid-shop/web',
        origin: 'declared',
        declared: declaredCertificate({ name: NAME }),
        generation: 1,
        run: 1,
        fence: 1,
        leaseUntil: '2026-11-25T10:05:00.000Z',
        leaseRun: 1,
        startAt: '2026-11-25T10:05:00.000Z',
        nextActionAt: '2026-11-25T10:05:00.000Z',
        progress: { revision: 0 },
      });
      expect(await dueAt(ledger, minute(4))).toEqual([]);
      expect(await dueAt(ledger, minute(5))).toHaveLength(1);
    });

    it('lets one of two runs that race win', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      await bookNext(ledger, minute(0));
      const answers = await Promise.all([claim(ledger, { name: NAME, run: 1 }), claim(ledger, { name: NAME, run: 2 })]);
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
      expect(answers.filter((answer) => typeof answer === 'object')).toHaveLength(1);
    });

    it('lets the same run claim again and fences its first claim off', async () => {
      const ledger = await open();
      const first = await claimed(ledger, NAME);
      const second = await claim(ledger, { name: NAME, run: 1, now: minute(1) });
      expect(second).toMatchObject({ fence: 2, leaseRun: 1 });
      const late = ledger.claimedRows.save({ row: first, progress: working, leaseUntil: minute(9) });
      await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
    });

    it('gives an expired lease to the next run, and the loser can neither save nor release', async () => {
      const ledger = await open();
      const first = await claimed(ledger, NAME);
      await bookNext(ledger, minute(5));
      expect(await claim(ledger, { name: NAME, run: 2, now: minute(4), until: minute(9) })).toBe('held');
      expect(await claim(ledger, { name: NAME, run: 2, now: minute(5), until: minute(9) })).toMatchObject({ fence: 2 });
      const save = ledger.claimedRows.save({ row: first, progress: working, leaseUntil: minute(9) });
      await expect(save).rejects.toMatchObject({ code: 'LEASE_LOST' });
      const release = ledger.claimedRows.release({
        row: first,
        progress: working,
        timers: { startAt: minute(9).toISOString() },
      });
      await expect(release).rejects.toMatchObject({ code: 'LEASE_LOST' });
    });

    it('says gone for no row, another uid, and an older run', async () => {
      const ledger = await open();
      await claimed(ledger, NAME);
      const request = { name: NAME, uid: `uid-${NAME}`, run: 1, now: minute(1), leaseUntil: minute(6) };
      expect(await ledger.claimedRows.claim({ ...request, name: 'shop/other' })).toBe('gone');
      expect(await ledger.claimedRows.claim({ ...request, uid: 'uid-of-a-former-life' })).toBe('gone');
      expect(await ledger.claimedRows.claim({ ...request, run: 0 })).toBe('gone');
    });

    it('gives a retired row too, so that its retirement is told', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(1) });
      await bookNext(ledger, minute(1));
      const row = await claim(ledger, { name: NAME, run: 1, now: minute(1) });
      expect(row).toMatchObject({ generation: 2, retiredAt: '2026-11-25T10:01:00.000Z' });
    });
  });
};

const describeSave = (open: OpenLedger): void => {
  describe('save', () => {
    it('writes progress, prolongs the lease, and gives the newer declaration', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      const declared = declaredCertificate({ name: NAME, hash: 'h2' });
      const seen = await accepted(ledger, NAME);
      await ledger.declaredRows.declare({ declared, seen, uid: 'unused', now: minute(1) });
      const saved = await ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(7) });
      expect(saved).toMatchObject({ generation: 2, fence: 1, declared: { hash: 'h2' }, progress: working });
      expect(saved).toMatchObject({ leaseUntil: minute(7).toISOString(), nextActionAt: minute(7).toISOString() });
    });

    it('writes an outcome record together with the transition, and again without harm', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      const record = issued(NAME);
      const change = { row, progress: working, leaseUntil: minute(7), record };
      expect(await ledger.claimedRows.save(change)).toMatchObject({ progress: working, fence: 1, run: 1 });
      expect(await ledger.claimedRows.save(change)).toMatchObject({ progress: working, fence: 1, run: 1 });
      expect(await ledger.history(NAME)).toEqual([record]);
    });

    it('refuses a record of a claim that was lost', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await claim(ledger, { name: NAME, run: 1 });
      const record = issued(NAME);
      const late = ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(7), record });
      await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
      expect(await claim(ledger, { name: NAME, run: 1 })).toMatchObject({ progress: { revision: 0 } });
      expect(await ledger.history(NAME)).toEqual([]);
    });

    it('refuses a claim that was released', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.release({ row, progress: failed, timers: { startAt: minute(30).toISOString() } });
      const late = ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(7) });
      await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' });
    });

    it('keeps what it was given, whatever the caller does to it later', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      const progress = structuredClone(working) as { revision: number };
      const saved = await ledger.claimedRows.save({ row, progress, leaseUntil: minute(7) });
      progress.revision = 99;
      (saved.progress as { revision: number }).revision = 98;
      expect(await claim(ledger, { name: NAME, run: 1 })).toMatchObject({ progress: { revision: 1 } });
    });
  });
};

const describeRelease = (open: OpenLedger): void => {
  describe('release', () => {
    it('frees the lease, sets the next time, and shows its urgency in the due index', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      expect(
        await ledger.claimedRows.release({ row, progress: failed, timers: { startAt: minute(30).toISOString() } }),
      ).toBe('released');
      expect(await dueAt(ledger, minute(29))).toEqual([]);
      expect(await dueAt(ledger, minute(30))).toEqual([
        { name: NAME, uid: row.uid, run: 1, endedRun: 1, failures: 3, nextActionAt: minute(30).toISOString() },
      ]);
      const next = await claim(ledger, { name: NAME, run: 1 });
      expect(next).toMatchObject({ fence: 2, progress: failed });
    });

    it('takes a row without a next time out of the due index', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.release({ row, progress: failed, timers: {} });
      expect(await dueAt(ledger, minute(9999))).toEqual([]);
    });

    it('says changed and writes nothing when the declaration grew a generation', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      const declared = declaredCertificate({ name: NAME, hash: 'h2' });
      const seen = await accepted(ledger, NAME);
      await ledger.declaredRows.declare({ declared, seen, uid: 'unused', now: minute(1) });
      expect(
        await ledger.claimedRows.release({ row, progress: failed, timers: { startAt: minute(30).toISOString() } }),
      ).toBe('changed');
      const again = await claim(ledger, { name: NAME, run: 1, now: minute(1) });
      expect(again).toMatchObject({ generation: 2, fence: 2, progress: { revision: 0 } });
    });
  });
};

/** Runs the contract of ClaimedRows. */
export const describeClaimedRows = (open: OpenLedger): void => {
  describe('ClaimedRows', () => {
    describeClaim(open);
    describeSave(open);
    describeRelease(open);
  });
};
