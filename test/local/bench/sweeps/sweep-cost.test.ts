// What the benchmark's sweep costs on the table in memory, and what its rows are like.
import { describe, expect, it } from 'vitest';
import { dynamodbDueRows } from '#adapters/dynamodb/due-rows.ts';
import { rowOf } from '#adapters/dynamodb/row-item.ts';
import { fleetItem } from '#local/bench/sweeps/settled-fleet.ts';
import { onFake } from '#local/bench/sweeps/sweeps.ts';
import { tableInMemory } from '#local/bench/sweeps/table-in-memory.ts';

const now = new Date('2026-11-25T12:00:00.000Z');

describe('a row of the fleet at rest', () => {
  it('is read by the adapters as current, with nothing to do for a day', () => {
    expect(rowOf(fleetItem({ index: 7, due: false, now }))).toMatchObject({
      name: 'bench/c7',
      run: 1,
      startAt: '2026-12-25T12:00:07.000Z',
      checkAt: '2026-11-26T12:00:07.000Z',
      nextActionAt: '2026-11-26T12:00:07.000Z',
      progress: { revision: 1, endedRun: 1, current: { notAfter: '2027-01-24T12:00:00.000Z' } },
    });
  });

  it('that is due waits since some seconds, with a third of its life left', () => {
    expect(fleetItem({ index: 7, due: true, now })).toMatchObject({
      startAt: '2026-11-25T11:59:52.000Z',
      nextActionAt: '2026-11-25T11:59:52.000Z',
      notAfter: '2026-12-25T12:00:00.000Z',
      failures: 0,
    });
  });

  it('is not in the index of what fails', () => {
    expect(fleetItem({ index: 7, due: true, now })).toMatchObject({ failingShard: undefined, failingAt: undefined });
  });
});

describe('the table in memory', () => {
  const opened = () => {
    const rows = Array.from({ length: 40 }, (_, index) => fleetItem({ index, due: index < 3, now }));
    return dynamodbDueRows(tableInMemory(rows));
  };
  const lookAgainAt = new Date(now.getTime() + 600_000);

  it('gives what is due in its order, and not again what was booked', async () => {
    const port = opened();
    const due = await port.due({ now, limit: 100 });
    expect(due.map(({ name }) => name)).toEqual(['bench/c2', 'bench/c1', 'bench/c0']);
    expect(await port.book({ row: due[0]!, now, lookAgainAt })).toBe(true);
    expect((await port.due({ now, limit: 100 })).map(({ name }) => name)).toEqual(['bench/c1', 'bench/c0']);
    expect(await port.due({ now: lookAgainAt, limit: 100 })).toContainEqual(
      expect.objectContaining({ name: 'bench/c2', run: 2, nextActionAt: lookAgainAt.toISOString() }),
    );
  });

  it('refuses a second booking of one run', async () => {
    const port = opened();
    const [row] = await port.due({ now, limit: 100 });
    await port.book({ row: row!, now, lookAgainAt });
    expect(await port.book({ row: row!, now, lookAgainAt })).toBe(false);
  });

  it('throws where DynamoDB would begin a second page', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => fleetItem({ index, due: true, now }));
    await expect(dynamodbDueRows(tableInMemory(rows)).due({ now, limit: 2 })).rejects.toThrow('a second page');
  });
});

describe('a sweep', () => {
  it('reads and writes the same over a hundred rows and over twenty thousand, ten of them due', async () => {
    const expected = { due: 10, on: 'fake', reads: 54, itemsRead: 31, writes: 13, started: 10 };
    expect(await onFake(100)).toMatchObject({ rows: 100, ...expected });
    expect(await onFake(20_000)).toMatchObject({ rows: 20_000, ...expected });
  });
});
