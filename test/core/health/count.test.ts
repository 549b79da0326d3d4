// The totals follow what changes, whatever is delivered twice, late or in pieces, and whenever somebody counts anew.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CountPorts, follow, rebuild } from '#core/health/count.ts';
import type { CountedRow, RowChange } from '#core/health/ports.ts';
import { changesByShard, totalsOf } from '#core/health/tally.ts';
import { ALL_SHARDS } from '#core/ledger-format.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';

const LE = 'ClusterIssuer/le';
const OWN = 'Issuer/shop/own';
const waiting: CountedRow = { issuer: LE, isIssued: false };
const issued: CountedRow = { issuer: LE, isIssued: true };

/** Rows of one shard, of which each change is written down as the stream will tell it. */
const table = () => {
  let now = new Date('2026-11-25T12:00:00.000Z').getTime();
  let sequence = 0;
  const rows = new Map<string, CountedRow>();
  const ledger = fakeLedger();
  const warnings: string[] = [];
  const faults = { read: false };
  let pages = 0;
  const ports: CountPorts = {
    clock: { now: () => new Date(now) },
    timer: {
      sleep: async (ms) => {
        now += ms;
      },
    },
    totals: ledger.shardTotals,
    rows: {
      page: async ({ shard, from }) => {
        if (faults.read) throw new Error('the table does not answer');
        pages += 1;
        const names = shard === 0 ? [...rows.keys()].sort().filter((name) => name > (from ?? '')) : [];
        const page = names.slice(0, 2);
        now += 40;
        const found = page.map((name) => rows.get(name)!);
        return page.length < names.length ? { rows: found, next: page.at(-1)! } : { rows: found };
      },
    },
    log: { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined },
  };
  const change = (name: string, after: CountedRow | undefined): RowChange => {
    const before = rows.get(name);
    if (after === undefined) rows.delete(name);
    else rows.set(name, after);
    sequence += 7;
    // The stream cuts its times to the second.
    const at = new Date(Math.floor(now / 1_000) * 1_000);
    const sides = { ...(before && { before }), ...(after && { after }) };
    return { shard: 0, sequence: String(100 + sequence), at, ...sides };
  };
  const pass = (ms: number) => {
    now += ms;
  };
  const rebuilt = () => rebuild(ports, new Date(now + 600_000));
  return { ports, ledger, rows, change, pass, rebuilt, faults, warnings, pages: () => pages };
};

const told = async ({ ledger }: ReturnType<typeof table>) => {
  const { countedAt: _at, ...totals } = (await ledger.counters.read()) ?? { countedAt: '' };
  return totals;
};

describe('the totals', () => {
  it('are there with the first row, for all shards', async () => {
    const t = table();
    expect(await follow(t.ports, [t.change('a', waiting)])).toBeUndefined();
    expect(await told(t)).toEqual({ managed: 1, issued: 0, byIssuer: { [LE]: 1 } });
  });

  it('follow a first issuance, another issuer and a retirement', async () => {
    const t = table();
    await t.rebuilt();
    t.pass(60_000);
    await follow(t.ports, [t.change('a', waiting), t.change('b', waiting)]);
    t.pass(60_000);
    await follow(t.ports, [t.change('a', issued), t.change('b', { issuer: OWN, isIssued: false })]);
    expect(await told(t)).toEqual({ managed: 2, issued: 1, byIssuer: { [LE]: 1, [OWN]: 1 } });
    await follow(t.ports, [t.change('a', undefined)]);
    expect(await told(t)).toEqual({ managed: 1, issued: 0, byIssuer: { [OWN]: 1 } });
  });

  it('are not written by changes that do not count, such as claims, steps and renewals', async () => {
    const t = table();
    await t.rebuilt();
    t.pass(60_000);
    await follow(t.ports, [t.change('a', issued)]);
    const before = await t.ledger.shardTotals.read(0);
    const read = t.pages();
    expect(changesByShard([t.change('a', issued)]).size).toBe(0);
    await follow(t.ports, [t.change('a', issued), t.change('a', issued)]);
    expect(await t.ledger.shardTotals.read(0)).toEqual(before);
    expect(t.pages()).toBe(read);
  });

  it('take a batch that is delivered again, whole or in pieces, once', async () => {
    const t = table();
    await t.rebuilt();
    t.pass(60_000);
    const batch = [t.change('a', waiting), t.change('b', issued), t.change('c', waiting)];
    for (const again of [batch, batch, batch.slice(0, 1), batch.slice(1), [...batch, t.change('d', issued)]])
      await follow(t.ports, again);
    expect(await told(t)).toEqual({ managed: 4, issued: 2, byIssuer: { [LE]: 4 } });
  });

  it('do not take what a count has in it already, however late it is delivered', async () => {
    const t = table();
    const late = [t.change('a', issued), t.change('b', waiting)];
    t.pass(60_000);
    await t.rebuilt();
    const counted = t.pages();
    await follow(t.ports, late);
    expect(await told(t)).toEqual({ managed: 2, issued: 1, byIssuer: { [LE]: 2 } });
    expect(t.pages()).toBe(counted);
  });

  it('are counted anew where a change came about as they were counted', async () => {
    const t = table();
    await t.rebuilt();
    t.pass(500);
    await follow(t.ports, [t.change('a', issued)]);
    expect(await told(t)).toEqual({ managed: 1, issued: 1, byIssuer: { [LE]: 1 } });
  });

  it('that cannot be added to are asked for again, from the first change of theirs', async () => {
    const t = table();
    const batch = [t.change('a', waiting), t.change('a', waiting), t.change('b', issued)];
    t.faults.read = true;
    expect(await follow(t.ports, batch)).toBe('107');
    expect(t.warnings).toEqual(['the totals of a shard could not be added to']);
    t.faults.read = false;
    expect(await follow(t.ports, batch)).toBeUndefined();
    expect(await told(t)).toEqual({ managed: 2, issued: 1, byIssuer: { [LE]: 2 } });
  });

  it('equal a recount after any changes, counts and deliveries, none of them lost and some of them repeated', async () => {
    const row = fc.constantFrom(undefined, waiting, issued, { issuer: OWN, isIssued: true });
    const step = fc.oneof(
      {
        weight: 5,
        arbitrary: fc.record({
          does: fc.constant('change' as const),
          name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
          row,
        }),
      },
      {
        weight: 3,
        arbitrary: fc.record({
          does: fc.constant('deliver' as const),
          count: fc.integer({ min: 1, max: 4 }),
          again: fc.integer({ min: 0, max: 3 }),
        }),
      },
      {
        weight: 2,
        arbitrary: fc.record({ does: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 9_000 }) }),
      },
      { weight: 1, arbitrary: fc.record({ does: fc.constant('day' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const t = table();
        const stream: RowChange[] = [];
        let from = 0;
        const deliver = async (count: number, again: number) => {
          await follow(t.ports, stream.slice(Math.max(0, from - again), from + count));
          from = Math.min(stream.length, from + count);
        };
        for (const one of steps) {
          if (one.does === 'change') stream.push(t.change(one.name, one.row));
          if (one.does === 'deliver') await deliver(one.count, one.again);
          if (one.does === 'pass') t.pass(one.ms);
          if (one.does === 'day') {
            // Whoever is behind by more than a day has lost what the stream keeps; here it is behind by less.
            t.pass(24 * 3_600_000);
            await t.rebuilt();
          }
        }
        stream.push(t.change('z', issued));
        await deliver(stream.length, 2);
        expect(await told(t)).toEqual(totalsOf([...t.rows.values()]));
      }),
      { numRuns: 300 },
    );
  });
});

describe('the daily count', () => {
  it('mends what has drifted, and leaves alone what is younger than a day', async () => {
    const t = table();
    t.change('a', issued);
    await t.rebuilt();
    t.pass(60_000);
    t.change('b', issued); // never delivered
    expect(await t.rebuilt()).toEqual({ counted: 0, left: 0 });
    expect(await told(t)).toMatchObject({ managed: 1 });
    t.pass(24 * 3_600_000);
    expect(await t.rebuilt()).toEqual({ counted: ALL_SHARDS.length, left: 0 });
    expect(await told(t)).toMatchObject({ managed: 2 });
  });

  it('stops before its time is over, and goes on where it stopped', async () => {
    const t = table();
    const soon = () => new Date(t.ports.clock.now().getTime() + 200);
    expect(await rebuild(t.ports, soon())).toEqual({ counted: 5, left: 11 });
    expect(await t.ledger.counters.read()).toBeUndefined();
    expect(await rebuild(t.ports, soon())).toEqual({ counted: 5, left: 6 });
    expect(await rebuild(t.ports, new Date(t.ports.clock.now().getTime() + 60_000))).toEqual({ counted: 6, left: 0 });
    expect(await told(t)).toEqual({ managed: 0, issued: 0, byIssuer: {} });
  });

  it('counts again where totals were written meanwhile', async () => {
    const t = table();
    await t.rebuilt();
    t.pass(24 * 3_600_000);
    const { page } = t.ports.rows;
    let meanwhile = 1;
    const rows: CountPorts['rows'] = {
      page: async (request) => {
        const found = await page(request);
        if (request.shard === 0 && meanwhile-- > 0) await follow(t.ports, [t.change('a', issued)]);
        return found;
      },
    };
    await rebuild({ ...t.ports, rows }, new Date(t.ports.clock.now().getTime() + 60_000));
    expect(await told(t)).toMatchObject({ managed: 1, issued: 1 });
  });
});
