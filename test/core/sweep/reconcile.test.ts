// Declared against ledger: the difference as a table, and how it is carried out in chunks that can resume.
import { describe, expect, it } from 'vitest';
import type { Catalogue, DeclaredCertificate } from '#core/declaration/model.ts';
import type { AcceptedDeclarationRow } from '#core/journey/rows.ts';
import { shardOf } from '#core/names.ts';
import type { CatalogueState, Log } from '#core/ports.ts';
import { difference, type ReconcilePorts, reconcile } from '#core/sweep/reconcile.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';

const NOW = new Date('2026-11-25T12:00:00.000Z');
const LATER = new Date('2026-11-25T12:03:00.000Z');
const log: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const one = (short: string, hash = 'h1'): DeclaredCertificate =>
  declaredCertificate({ name: `default/${short}`, hash });
const row = (short: string, more: Partial<AcceptedDeclarationRow> = {}): AcceptedDeclarationRow => ({
  name: `default/${short}`,
  uid: `uid-${short}`,
  hash: 'h1',
  generation: 1,
  ...more,
});

describe('the difference', () => {
  it.each([
    { of: 'nothing and nothing', declared: [], rows: [], declare: [], retire: [] },
    { of: 'what is declared and not known', declared: [one('a')], rows: [], declare: ['default/a'], retire: [] },
    { of: 'what is known as declared', declared: [one('a')], rows: [row('a')], declare: [], retire: [] },
    {
      of: 'what is declared otherwise',
      declared: [one('a', 'h2')],
      rows: [row('a')],
      declare: ['default/a'],
      retire: [],
    },
    { of: 'what is no longer declared', declared: [], rows: [row('a')], declare: [], retire: ['default/a'] },
    {
      of: 'what was retired and stays away',
      declared: [],
      rows: [row('a', { retiredAt: '2026-11-01T00:00:00.000Z' })],
      declare: [],
      retire: [],
    },
    {
      of: 'what was retired and comes back unchanged',
      declared: [one('a')],
      rows: [row('a', { retiredAt: '2026-11-01T00:00:00.000Z' })],
      declare: ['default/a'],
      retire: [],
    },
    {
      of: 'several at once',
      declared: [one('same'), one('new'), one('other', 'h2')],
      rows: [row('same'), row('other'), row('gone')],
      declare: ['default/new', 'default/other'],
      retire: ['default/gone'],
    },
  ])('of $of', ({ declared, rows, declare, retire }) => {
    const found = difference(declared, rows);
    expect(found.declare.map((entry) => entry.declared.name)).toEqual(declare);
    expect(found.retire.map(({ name }) => name)).toEqual(retire);
  });

  it('carries the row that was seen, so that a write is conditional on it', () => {
    const seen = row('a');
    expect(difference([one('a', 'h2')], [seen]).declare).toEqual([{ declared: one('a', 'h2'), seen }]);
  });
});

const catalogueOf = (hash: string, shorts: readonly string[], declaredHash = 'h1'): Catalogue => ({
  hash,
  certificates: shorts.map((short) => one(short, declaredHash)),
});

const SHORTS = Array.from({ length: 40 }, (_, i) => `c${i}`);

const stage = async (wanted = 'first') => {
  const ledger = fakeLedger();
  let now = NOW;
  let ids = 0;
  const ports: ReconcilePorts = {
    clock: { now: () => now },
    random: { uuid: () => `uid-${++ids}` },
    declared: ledger.declaredRows,
    catalogue: ledger.catalogueState,
    log,
  };
  await ledger.catalogueState.want({ hash: wanted, now });
  return {
    ledger,
    ports,
    clock: {
      set: (to: Date) => {
        now = to;
      },
    },
    known: () => SHORTS.filter((short) => ledger.row(`default/${short}`) !== undefined),
  };
};

describe('reconcile', () => {
  it('applies the wanted catalogue, and a second time does nothing', async () => {
    const s = await stage();
    const catalogue = catalogueOf('first', SHORTS);
    expect(await reconcile(s.ports, catalogue, LATER)).toEqual({ changed: 40, retired: 0, complete: true });
    expect(await reconcile(s.ports, catalogue, LATER)).toEqual({ changed: 0, retired: 0, complete: true });
    expect(s.known()).toHaveLength(40);
    expect(s.ledger.row('default/c0')).toMatchObject({
      generation: 1,
      run: 0,
      nextActionAt: '2026-11-25T12:00:00.000Z',
    });
  });

  it('reads no row once its catalogue is applied', async () => {
    const s = await stage();
    const catalogue = catalogueOf('first', ['c0']);
    await reconcile(s.ports, catalogue, LATER);
    const declared = {
      ...s.ports.declared,
      listShard: () => Promise.reject(new Error('a row was read')),
    };
    expect(await reconcile({ ...s.ports, declared }, catalogue, LATER)).toMatchObject({ complete: true });
  });

  it('leaves a catalogue that another deploy wants to the code of that deploy', async () => {
    const s = await stage('second');
    expect(await reconcile(s.ports, catalogueOf('first', SHORTS), LATER)).toEqual({
      changed: 0,
      retired: 0,
      complete: false,
    });
    expect(s.known()).toEqual([]);
  });

  it('does nothing before any deploy has said what it wants', async () => {
    const ledger = fakeLedger();
    const ports = { ...(await stage()).ports, declared: ledger.declaredRows, catalogue: ledger.catalogueState };
    expect(await reconcile(ports, catalogueOf('first', SHORTS), LATER)).toMatchObject({ changed: 0, complete: false });
  });

  it('stops when its time runs out, and the next one goes on at the shard that was left', async () => {
    const s = await stage();
    const catalogue = catalogueOf('first', SHORTS);
    let shards = 0;
    const listShard = (shard: number) => {
      if (++shards === 5) s.clock.set(LATER);
      return s.ledger.declaredRows.listShard(shard);
    };
    const cut = { ...s.ports, declared: { ...s.ports.declared, listShard } };
    const first = await reconcile(cut, catalogue, LATER);
    expect(first.complete).toBe(false);
    expect(await s.ledger.catalogueState.read()).toMatchObject({ nextShard: 5 });
    expect(s.known().every((short) => shardOf(`default/${short}`) < 5)).toBe(true);
    s.clock.set(NOW);
    const listed: number[] = [];
    const rest = {
      ...s.ports,
      declared: {
        ...s.ports.declared,
        listShard: (shard: number) => {
          listed.push(shard);
          return s.ledger.declaredRows.listShard(shard);
        },
      },
    };
    const second = await reconcile(rest, catalogue, LATER);
    expect(listed).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect(second.complete).toBe(true);
    expect(first.changed + second.changed).toBe(40);
  });

  it('stops as soon as a newer deploy has spoken, and what that one wants stands in the end', async () => {
    const s = await stage();
    const old = catalogueOf('first', SHORTS);
    const fresh = catalogueOf('second', ['c0', 'c1'], 'h2');
    const reached: CatalogueState['reached'] = async (request) => {
      if (request.nextShard === 8) await s.ledger.catalogueState.want({ hash: 'second', now: NOW });
      return s.ledger.catalogueState.reached(request);
    };
    const ports = { ...s.ports, catalogue: { ...s.ports.catalogue, reached } };
    expect(await reconcile(ports, old, LATER)).toMatchObject({ complete: false });
    expect(await reconcile(s.ports, old, LATER)).toMatchObject({ changed: 0, complete: false });
    expect(await reconcile(s.ports, fresh, LATER)).toMatchObject({ complete: true });
    const alive = s.known().filter((short) => s.ledger.row(`default/${short}`)?.retiredAt === undefined);
    expect(alive).toEqual(['c0', 'c1']);
    expect(s.ledger.row('default/c0')?.declared.hash).toBe('h2');
  });

  it('retires what is gone and takes back what returns, keeping its uid', async () => {
    const s = await stage();
    await reconcile(s.ports, catalogueOf('first', ['c0']), LATER);
    const { uid } = s.ledger.row('default/c0')!;
    await s.ledger.catalogueState.want({ hash: 'none', now: NOW });
    expect(await reconcile(s.ports, catalogueOf('none', []), LATER)).toMatchObject({ retired: 1 });
    expect(s.ledger.row('default/c0')).toMatchObject({ generation: 2, retiredAt: '2026-11-25T12:00:00.000Z' });
    await s.ledger.catalogueState.want({ hash: 'first', now: NOW });
    expect(await reconcile(s.ports, catalogueOf('first', ['c0']), LATER)).toMatchObject({ changed: 1 });
    expect(s.ledger.row('default/c0')).toMatchObject({ uid, generation: 3 });
    expect(s.ledger.row('default/c0')?.retiredAt).toBeUndefined();
  });

  it('makes each row once when two sweeps reconcile at the same time', async () => {
    const s = await stage();
    const catalogue = catalogueOf('first', SHORTS);
    await Promise.all([reconcile(s.ports, catalogue, LATER), reconcile(s.ports, catalogue, LATER)]);
    expect(s.known()).toHaveLength(40);
    expect(SHORTS.map((short) => s.ledger.row(`default/${short}`)?.generation)).toEqual(SHORTS.map(() => 1));
  });

  it('carries ten thousand certificates', async () => {
    const s = await stage('large');
    const shorts = Array.from({ length: 10_000 }, (_, i) => `many${i}`);
    let made = 0;
    const declare: ReconcilePorts['declared']['declare'] = async () => {
      made++;
    };
    const ports = { ...s.ports, declared: { ...s.ports.declared, declare } };
    expect(await reconcile(ports, catalogueOf('large', shorts), LATER)).toEqual({
      changed: 10_000,
      retired: 0,
      complete: true,
    });
    expect(made).toBe(10_000);
  });
});
