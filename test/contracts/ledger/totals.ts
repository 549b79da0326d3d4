// The contract of the totals: shard by shard, added to once, counted anew under nobody's feet, and read in one go.
import { describe, expect, it } from 'vitest';
import type { Totals } from '#core/health/ports.ts';
import { ALL_SHARDS } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import type { LedgerPorts } from '#test/support/fake-ledger.ts';
import { issuedUntil } from './lives.ts';
import { accepted, claimed, declare, minute, type OpenLedger, working } from './story.ts';

const totals = (managed: number, issued = managed): Totals => ({
  managed,
  issued,
  byIssuer: managed === 0 ? {} : { 'ClusterIssuer/le': managed },
});

/** Counts shard 0 anew between minutes 10 and 11. */
const counted = async (ledger: LedgerPorts, count: Totals, edit = 0) =>
  ledger.shardTotals.replace({ shard: 0, totals: count, from: minute(10), to: minute(11), edit });

const countOthers = async (ledger: LedgerPorts): Promise<void> => {
  for (const shard of ALL_SHARDS.slice(1))
    await ledger.shardTotals.replace({ shard, totals: totals(0), from: minute(12), to: minute(12), edit: 0 });
};

const add = (ledger: LedgerPorts, more: Partial<Parameters<LedgerPorts['shardTotals']['add']>[0]>) =>
  ledger.shardTotals.add({ shard: 0, delta: totals(1), first: '1000', last: '1000', after: minute(12), ...more });

const describeShards = (open: OpenLedger): void => {
  it('are not known until each shard has been counted', async () => {
    const ledger = await open();
    expect(await ledger.counters.read()).toBeUndefined();
    expect(await add(ledger, {})).toEqual({ state: undefined });
    expect(await counted(ledger, totals(5, 3))).toBe(true);
    expect(await ledger.counters.read()).toBeUndefined();
    await countOthers(ledger);
    expect(await ledger.counters.read()).toEqual({ ...totals(5, 3), countedAt: minute(10).toISOString() });
  });

  it('take what came about after the count, each change once, in the order of their sequences', async () => {
    const ledger = await open();
    await counted(ledger, totals(5, 3));
    await countOthers(ledger);
    const own: Totals = { managed: 1, issued: -1, byIssuer: { 'Issuer/shop/own ca': 2, 'ClusterIssuer/le': -1 } };
    expect(await add(ledger, { first: '900', last: '1000' })).toBe('added');
    expect(await add(ledger, { delta: own, first: '10001', last: '10002' })).toBe('added');
    const added = { managed: 7, issued: 3, byIssuer: { 'ClusterIssuer/le': 5, 'Issuer/shop/own ca': 2 } };
    expect(await ledger.counters.read()).toMatchObject(added);
    const state = await ledger.shardTotals.read(0);
    expect(state).toMatchObject({
      edit: 3,
      countedFrom: minute(10).toISOString(),
      countedTo: minute(11).toISOString(),
    });
    expect(state!.sequence).toMatch(/^0{35}10002$/);
    expect(await add(ledger, { first: '10002', last: '10003' })).toEqual({ state });
    expect(await ledger.counters.read()).toMatchObject(added);
  });

  it('refuse what may be in the count already', async () => {
    const ledger = await open();
    await counted(ledger, totals(5));
    const state = { edit: 1, countedFrom: minute(10).toISOString(), countedTo: minute(11).toISOString() };
    expect(await add(ledger, { after: minute(11) })).toEqual({ state });
    expect(await ledger.shardTotals.read(0)).toEqual(state);
  });

  it('are counted anew only as they were seen, and forget the sequence', async () => {
    const ledger = await open();
    await counted(ledger, totals(5));
    await countOthers(ledger);
    await add(ledger, {});
    expect(await counted(ledger, totals(9), 1)).toBe(false);
    expect(await counted(ledger, totals(9))).toBe(false);
    expect(await ledger.counters.read()).toMatchObject(totals(6));
    expect(await counted(ledger, totals(9), 2)).toBe(true);
    expect(await ledger.counters.read()).toMatchObject(totals(9));
    expect(await ledger.shardTotals.read(0)).not.toHaveProperty('sequence');
  });
};

/** Runs the contracts of Counters, ShardTotals and CountedRows. */
export const describeTotals = (open: OpenLedger): void => {
  describe('Counters and ShardTotals', () => {
    describeShards(open);
  });

  describe('CountedRows', () => {
    it('are the rows of a shard that are not retired, with their issuer and whether they are current', async () => {
      const ledger = await open();
      const page = (name: string) => ledger.countedRows.page({ shard: shardOf(name) });
      expect(await page('shop/web')).toEqual({ rows: [] });
      const issuer = 'ClusterIssuer/letsencrypt';
      const row = await claimed(ledger, 'shop/web');
      await ledger.claimedRows.save({ row, progress: working, leaseUntil: minute(5) });
      expect(await page('shop/web')).toEqual({ rows: [{ issuer, isIssued: false }] });
      const progress = issuedUntil(minute(100).toISOString());
      await ledger.claimedRows.release({ row, progress, timers: {} });
      expect(await page('shop/web')).toEqual({ rows: [{ issuer, isIssued: true }] });
      await ledger.declaredRows.retire({ seen: (await accepted(ledger, 'shop/web'))!, now: minute(6) });
      expect(await page('shop/web')).toEqual({ rows: [] });
      await declare(ledger, 'shop/api');
      expect(await page('shop/api')).toEqual({ rows: [{ issuer, isIssued: false }] });
    });
  });
};
