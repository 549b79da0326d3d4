// The contracts of DueRows, DeclaredRows, FleetCounts and CatalogueState.
import { describe, expect, it } from 'vitest';
import type { RowFailure } from '#core/journey/row.ts';
import { shardOf } from '#core/names.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import {
  accepted,
  allAccepted,
  bookNext,
  claim,
  claimed,
  declare,
  dueAt,
  failed,
  minute,
  type OpenLedger,
  working,
} from './story.ts';

const NAME = 'shop/web';

/** Runs the contract of DueRows. */
export const describeDueRows = (open: OpenLedger): void => {
  describe('DueRows', () => {
    it('finds 50 due rows over all shards, and no more than asked', async () => {
      const ledger = await open();
      const names = Array.from({ length: 50 }, (_, i) => `fleet/site-${i}`);
      expect(new Set(names.map(shardOf)).size).toBe(16);
      await Promise.all(names.map((name) => declare(ledger, name)));
      const due = await dueAt(ledger, minute(0));
      expect(due.map(({ name }) => name).sort()).toEqual([...names].sort());
      expect(await ledger.dueRows.due({ now: minute(0), limit: 7 })).toHaveLength(7);
      expect(await dueAt(ledger, minute(-1))).toEqual([]);
    });

    it('books a run once', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      const [row] = await dueAt(ledger, minute(0));
      const request = { row: row!, now: minute(0), lookAgainAt: minute(10) };
      const booked = await Promise.all([1, 2, 3].map(() => ledger.dueRows.book(request)));
      expect(booked.sort()).toEqual([false, false, true]);
      expect(await dueAt(ledger, minute(9))).toEqual([]);
      expect(await dueAt(ledger, minute(10))).toMatchObject([{ run: 1 }]);
    });

    it('does not book what is no longer due', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      const [row] = await dueAt(ledger, minute(0));
      await ledger.dueRows.postpone({ row: row!, lookAgainAt: minute(10) });
      expect(await ledger.dueRows.book({ row: row!, now: minute(9), lookAgainAt: minute(20) })).toBe(false);
    });

    it('postpones a look, but not over a time that was set meanwhile', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      const [row] = await dueAt(ledger, minute(0));
      await ledger.dueRows.postpone({ row: row!, lookAgainAt: minute(10) });
      await ledger.dueRows.postpone({ row: row!, lookAgainAt: minute(99) });
      expect(await dueAt(ledger, minute(10))).toHaveLength(1);
    });
  });
};

const describeGrowing = (open: OpenLedger): void => {
  describe('a row that changes', () => {
    it('grows a generation and is due now', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.release({ row, progress: failed, timers: { startAt: minute(500).toISOString() } });
      const declared = declaredCertificate({ name: NAME, hash: 'h2' });
      const seen = await accepted(ledger, NAME);
      await ledger.declaredRows.declare({ declared, seen, uid: 'unused', now: minute(7) });
      expect(await accepted(ledger, NAME)).toEqual({ name: NAME, uid: 'uid-shop/web', hash: 'h2', generation: 2 });
      expect(await dueAt(ledger, minute(7))).toMatchObject([{ run: 1, nextActionAt: minute(7).toISOString() }]);
    });

    it('loses a race without an error', async () => {
      const ledger = await open();
      await declare(ledger, NAME);
      const seen = (await accepted(ledger, NAME))!;
      const change = (hash: string) =>
        ledger.declaredRows.declare({
          declared: declaredCertificate({ name: NAME, hash }),
          seen,
          uid: 'unused',
          now: minute(1),
        });
      await Promise.all([change('h2'), change('h3'), ledger.declaredRows.retire({ seen, now: minute(1) })]);
      expect(await accepted(ledger, NAME)).toMatchObject({ generation: 2 });
    });

    it('keeps the end of a running lease as its time, for a change, a retirement and its return', async () => {
      const ledger = await open();
      await claimed(ledger, NAME);
      const declared = declaredCertificate({ name: NAME });
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(1) });
      expect(await accepted(ledger, NAME)).toMatchObject({ generation: 2, retiredAt: minute(1).toISOString() });
      const seen = await accepted(ledger, NAME);
      await ledger.declaredRows.declare({ declared, seen, uid: 'unused', now: minute(2) });
      expect(await accepted(ledger, NAME)).toEqual({ name: NAME, uid: 'uid-shop/web', hash: 'h1', generation: 3 });
      expect(await dueAt(ledger, minute(4))).toEqual([]);
      expect(await dueAt(ledger, minute(5))).toHaveLength(1);
    });

    it('is due now when its lease has expired', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      await ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(6) });
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(8) });
      await bookNext(ledger, minute(8));
      expect(await claim(ledger, { name: NAME, run: 2, now: minute(8), until: minute(13) })).toMatchObject({
        fence: 2,
      });
    });
  });
};

/** Runs the contract of DeclaredRows. */
export const describeDeclaredRows = (open: OpenLedger): void => {
  describe('DeclaredRows', () => {
    it('makes a row once, due at once, and lists it in its shard', async () => {
      const ledger = await open();
      await Promise.all([declare(ledger, NAME), declare(ledger, NAME)]);
      expect(await allAccepted(ledger)).toEqual([{ name: NAME, uid: 'uid-shop/web', hash: 'h1', generation: 1 }]);
      expect(await dueAt(ledger, minute(0))).toEqual([
        { name: NAME, uid: 'uid-shop/web', run: 0, failures: 0, nextActionAt: minute(0).toISOString() },
      ]);
    });

    it('lists a shard that is larger than a page of one megabyte', async () => {
      const ledger = await open();
      const names = Array.from({ length: 400 }, (_, i) => `big/site-${i}`).filter((name) => shardOf(name) === 3);
      expect(names.length).toBeGreaterThan(15);
      const dnsNames = Array.from(
        { length: 100 },
        (_, i) => `${'x'.repeat(60)}.${'y'.repeat(60)}.${'z'.repeat(50)}.n${i}.example.com`,
      );
      for (const name of names) {
        const plain = declaredCertificate({ name });
        const usages = Array.from({ length: 4 }, () => 'u'.repeat(15_000));
        const declared = { ...plain, certificate: { ...plain.certificate, dnsNames, usages } };
        await ledger.declaredRows.declare({ declared, seen: undefined, uid: 'u', now: minute(0) });
      }
      expect((await ledger.declaredRows.listShard(3)).map(({ name }) => name).sort()).toEqual([...names].sort());
    });

    describeGrowing(open);
  });
};

/** Runs the contract of RowReader. */
export const describeRowReader = (open: OpenLedger): void => {
  describe('RowReader', () => {
    it('reads a row as it is, and nothing where there is none', async () => {
      const ledger = await open();
      expect(await ledger.rowReader.read(NAME)).toBeUndefined();
      const row = await claimed(ledger, NAME);
      expect(await ledger.rowReader.read(NAME)).toEqual(row);
    });
  });
};

/** Runs the contract of FleetCounts. */
export const describeFleetCounts = (open: OpenLedger): void => {
  describe('FleetCounts', () => {
    it('counts a row as failing from its failure until its success, or until it is retired', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      expect(await ledger.fleetCounts.failing()).toBe(0);
      await ledger.claimedRows.save({ row, progress: failed, leaseUntil: minute(5) });
      expect(await ledger.fleetCounts.failing()).toBe(1);
      await ledger.claimedRows.save({ row, progress: { revision: 1 }, leaseUntil: minute(5) });
      expect(await ledger.fleetCounts.failing()).toBe(0);
      await ledger.claimedRows.release({ row, progress: failed, timers: { startAt: minute(30).toISOString() } });
      expect(await ledger.fleetCounts.failing()).toBe(1);
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, NAME))!, now: minute(6) });
      expect(await ledger.fleetCounts.failing()).toBe(0);
    });

    it('counts apart those that have failed three times, or that only a person can mend', async () => {
      const ledger = await open();
      const row = await claimed(ledger, NAME);
      const counts = async (failure: Partial<RowFailure>) => {
        const progress = { ...failed, failure: { ...failed.failure!, ...failure } };
        await ledger.claimedRows.save({ row, progress, leaseUntil: minute(5) });
        return [await ledger.fleetCounts.failing(), await ledger.fleetCounts.failingRepeatedly()];
      };
      expect(await counts({ class: 'step', count: 2 })).toEqual([1, 0]);
      expect(await counts({ class: 'step', count: 3 })).toEqual([1, 1]);
      expect(await counts({ class: 'human', count: 1 })).toEqual([1, 1]);
    });
  });
};

/** Runs the contract of CatalogueState. */
export const describeCatalogueState = (open: OpenLedger): void => {
  describe('CatalogueState', () => {
    it('begins with nothing, is reached shard by shard, and applied at the end', async () => {
      const { catalogueState } = await open();
      expect(await catalogueState.read()).toBeUndefined();
      await catalogueState.want({ hash: 'a', now: minute(0) });
      expect(await catalogueState.read()).toEqual({ wantedHash: 'a', nextShard: 0 });
      expect(await catalogueState.reached({ hash: 'a', nextShard: 5, now: minute(1) })).toBe(true);
      expect(await catalogueState.read()).toEqual({ wantedHash: 'a', nextShard: 5 });
      expect(await catalogueState.reached({ hash: 'a', nextShard: undefined, now: minute(2) })).toBe(true);
      expect(await catalogueState.read()).toEqual({ wantedHash: 'a', appliedHash: 'a', nextShard: 0 });
    });

    it('is not reached for a hash that is no longer wanted', async () => {
      const { catalogueState } = await open();
      expect(await catalogueState.reached({ hash: 'a', nextShard: 1, now: minute(0) })).toBe(false);
      await catalogueState.want({ hash: 'a', now: minute(0) });
      await catalogueState.want({ hash: 'b', now: minute(1) });
      expect(await catalogueState.reached({ hash: 'a', nextShard: undefined, now: minute(2) })).toBe(false);
      expect(await catalogueState.read()).toEqual({ wantedHash: 'b', nextShard: 0 });
    });

    it('starts over when a deploy goes back to what was applied before', async () => {
      const { catalogueState } = await open();
      await catalogueState.want({ hash: 'a', now: minute(0) });
      await catalogueState.reached({ hash: 'a', nextShard: undefined, now: minute(1) });
      await catalogueState.want({ hash: 'b', now: minute(2) });
      await catalogueState.reached({ hash: 'b', nextShard: 9, now: minute(3) });
      await catalogueState.want({ hash: 'a', now: minute(4) });
      expect(await catalogueState.read()).toEqual({ wantedHash: 'a', nextShard: 0 });
    });
  });
};
