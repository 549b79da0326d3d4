// The benchmark's table in memory counts as the emulator's table does.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { onEmulator, onFake } from '#local/bench/sweeps/sweeps.ts';
import { type RealMinistack, startRealMinistack } from '#test/support/real-ministack.ts';

let ministack: RealMinistack;
beforeAll(async () => {
  ministack = await startRealMinistack({ name: 'sweep-cost' });
});
afterAll(() => ministack?.stop());

describe('a sweep over the same fleet', () => {
  it('costs the same requests on the emulator and on the table in memory', async () => {
    const cost = { rows: 500, due: 10, reads: 54, itemsRead: 31, writes: 13, started: 10 };
    expect(await onEmulator(ministack, 500)).toMatchObject(cost);
    expect(await onFake(500)).toMatchObject(cost);
  });
});
