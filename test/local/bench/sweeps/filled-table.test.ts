// Filling a table: batches, what DynamoDB hands back, and the bound that is told.
import { describe, expect, it } from 'vitest';
import type { LedgerTable } from '#adapters/dynamodb/table.ts';
import { fill } from '#local/bench/sweeps/filled-table.ts';

type Requests = Readonly<Record<string, readonly { PutRequest: { Item: { index: number } } }[]>>;

/** A table that takes what `takes` says of each batch, and hands the rest back. */
const taking = (takes: (size: number) => number) => {
  const sizes: number[] = [];
  const written: number[] = [];
  const send = async ({ input }: { input: { RequestItems: Requests } }) => {
    const requests = input.RequestItems.rows ?? [];
    const taken = takes(requests.length);
    sizes.push(requests.length);
    written.push(...requests.slice(0, taken).map(({ PutRequest }) => PutRequest.Item.index));
    return { UnprocessedItems: taken < requests.length ? { rows: requests.slice(taken) } : {} };
  };
  const table = { client: { send }, tableName: 'rows' } as unknown as LedgerTable;
  return { table, sizes, written };
};

const item = (index: number) => ({ index });
const numbers = (count: number): number[] => [...Array(count).keys()];

describe('filling a table', () => {
  it('writes each row once, twenty-five a request', async () => {
    const t = taking((size) => size);
    expect(await fill(t.table, { count: 130, item, enough: () => undefined })).toEqual({ written: 130 });
    expect(t.sizes).toEqual([25, 25, 25, 25, 25, 5]);
    expect(t.written).toEqual(numbers(130));
  });

  it('sends again what was handed back', async () => {
    const t = taking((size) => Math.min(size, 10));
    await fill(t.table, { count: 25, item, enough: () => undefined });
    expect(t.sizes).toEqual([25, 15, 5]);
    expect(t.written).toEqual(numbers(25));
  });

  it('fails where nothing is taken, time after time', async () => {
    const t = taking(() => 0);
    await expect(fill(t.table, { count: 1, item, enough: () => undefined })).rejects.toThrow(
      'the emulator left rows unwritten 5 times',
    );
  });

  it('stops at the bound, and says how many rows are there and why no more', async () => {
    const t = taking((size) => size);
    const enough = () => (t.written.length >= 200 ? 'no memory is left' : undefined);
    expect(await fill(t.table, { count: 1_000, item, enough })).toEqual({ written: 200, because: 'no memory is left' });
  });
});
