// The contract of Lives and LastSweep: what is current by when it should be renewed, and the sweep that completed last.
import { describe, expect, it } from 'vitest';
import type { SweepRecord } from '#core/health/ports.ts';
import type { CurrentVersion, Progress } from '#core/journey/row.ts';
import { accepted, claim, claimed, minute, type OpenLedger } from './story.ts';

const current: CurrentVersion = {
  versionId: 'version-1',
  fingerprint: 'f'.repeat(64),
  serial: '01',
  notBefore: '2026-11-01T00:00:00.000Z',
  notAfter: '2027-01-30T00:00:00.000Z',
  generation: 1,
  revision: 1,
  asked: { issuer: 'ClusterIssuer/le', server: 's', dnsNames: [], key: 'k', encoding: 'PKCS1' },
};

export const issuedUntil = (renewAt: string | undefined, versionId = 'version-1'): Progress => ({
  revision: 1,
  endedRun: 1,
  current: { ...current, versionId },
  ...(renewAt === undefined ? {} : { renewAt }),
});

/** A ledger in which `names` are current, to be renewed so many minutes into the story. */
const living = async (open: OpenLedger, names: Readonly<Record<string, number>>) => {
  const ledger = await open();
  for (const [name, renewAt] of Object.entries(names)) {
    const row = await claimed(ledger, name);
    const progress = issuedUntil(minute(renewAt).toISOString());
    await ledger.claimedRows.release({ row, progress, timers: { startAt: minute(renewAt).toISOString() } });
  }
  const namesBefore = async (until: number, limit = 10) =>
    (await ledger.lives.dueBefore({ until: minute(until), limit })).lives.map(({ name }) => name);
  return { ledger, namesBefore };
};

const describeTold = (open: OpenLedger): void => {
  it('remembers what was told of a version, and nothing of one that is no longer current', async () => {
    const { ledger } = await living(open, { 'shop/web': 100 });
    const look = async () => (await ledger.lives.dueBefore({ until: minute(100), limit: 10 })).lives[0]!;
    const life = await look();
    await ledger.lives.tell({ life, lateness: 'overdue-warning' });
    await ledger.lives.tell({ life: { ...life, versionId: 'version-0' }, lateness: 'expired' });
    await ledger.lives.tell({ life: { ...life, uid: 'uid-other' }, lateness: 'expired' });
    await ledger.lives.tell({ life: { ...life, name: 'shop/none' }, lateness: 'expired' });
    expect(await look()).toEqual({ ...life, told: { versionId: 'version-1', lateness: 'overdue-warning' } });
    expect(await ledger.rowReader.read('shop/none')).toBeUndefined();
  });
};

/** Runs the contract of Lives. */
export const describeLives = (open: OpenLedger): void => {
  describe('Lives', () => {
    it('gives what should be renewed until then, the longest due first, with its dates', async () => {
      const { ledger, namesBefore } = await living(open, { 'shop/b': 200, 'shop/a': 100, 'shop/c': 300 });
      expect(await namesBefore(99)).toEqual([]);
      expect(await namesBefore(200)).toEqual(['shop/a', 'shop/b']);
      expect(await namesBefore(300, 2)).toEqual(['shop/a', 'shop/b']);
      const { lives, next } = await ledger.lives.dueBefore({ until: minute(100), limit: 10 });
      expect(next).toBeUndefined();
      expect(lives).toEqual([
        {
          name: 'shop/a',
          uid: 'uid-shop/a',
          notBefore: '2026-11-01T00:00:00.000Z',
          notAfter: '2027-01-30T00:00:00.000Z',
          renewAt: minute(100).toISOString(),
          versionId: 'version-1',
          issuer: 'ClusterIssuer/letsencrypt',
        },
      ]);
    });

    it('gives what is next where nothing is due, and nothing at all where nothing is current', async () => {
      const { ledger } = await living(open, { 'shop/b': 200, 'shop/a': 100 });
      const looked = await ledger.lives.dueBefore({ until: minute(50), limit: 10 });
      expect(looked).toMatchObject({ lives: [], next: { name: 'shop/a' } });
      const empty = await living(open, {});
      expect(await empty.ledger.lives.dueBefore({ until: minute(50), limit: 10 })).toEqual({ lives: [] });
    });

    it('counts a third of the lifetime where renewal is off', async () => {
      const ledger = await open();
      const row = await claimed(ledger, 'shop/web');
      await ledger.claimedRows.release({ row, progress: issuedUntil(undefined), timers: {} });
      const { next } = await ledger.lives.dueBefore({ until: minute(0), limit: 1 });
      expect(next).toMatchObject({ name: 'shop/web', renewAt: '2026-12-31T00:00:00.000Z' });
    });

    it('follows a renewal, and forgets what is retired until it has come back and is released', async () => {
      const { ledger, namesBefore } = await living(open, { 'shop/web': 100 });
      const row = await claim(ledger, { name: 'shop/web', run: 2, now: minute(100), until: minute(105) });
      if (typeof row === 'string') throw new Error(row);
      const renewed = issuedUntil(minute(500).toISOString(), 'version-2');
      const saved = await ledger.claimedRows.save({ row, progress: renewed, leaseUntil: minute(110) });
      expect(await namesBefore(499)).toEqual([]);
      expect(await namesBefore(500)).toEqual(['shop/web']);
      await ledger.claimedRows.release({
        row: saved,
        progress: renewed,
        timers: { startAt: minute(500).toISOString() },
      });
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, 'shop/web'))!, now: minute(120) });
      expect(await namesBefore(900)).toEqual([]);
    });

    describeTold(open);
  });

  describe('LastSweep', () => {
    it('remembers the sweep that completed last, whichever is written last', async () => {
      const ledger = await open();
      expect(await ledger.lastSweep.read()).toBeUndefined();
      const record = (completed: number): SweepRecord => ({
        completedAt: minute(completed).toISOString(),
        durationMs: 1_234,
        periodMs: 300_000,
        started: 2,
        waiting: 0,
        clusters: [{ cluster: 'blue', due: 0, unconfirmed: 1, oldestSeconds: 60 }],
      });
      await ledger.lastSweep.write(record(10));
      await ledger.lastSweep.write(record(5));
      expect(await ledger.lastSweep.read()).toEqual(record(10));
      await ledger.lastSweep.write(record(15));
      expect(await ledger.lastSweep.read()).toEqual(record(15));
    });
  });
};
