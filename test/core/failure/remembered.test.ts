// A look at the circuits is remembered for seconds, and what this container does itself is seen at once.
import { describe, expect, it } from 'vitest';
import { remembered } from '#core/failure/remembered.ts';
import { fakeLedger } from '#test/support/fake-ledger.ts';

const fault = (certificate: string, now: Date) =>
  ({ scope: 'store', code: 'KMS_UNUSABLE', message: '', certificate, now, probing: false }) as const;

describe('a look', () => {
  it('is asked once in fifteen seconds, and again after a change of its own', async () => {
    let now = new Date('2026-11-25T12:00:00.000Z');
    let looks = 0;
    const ledger = fakeLedger({
      hook: ({ method, when }) => {
        if (method === 'look' && when === 'before') looks++;
      },
    });
    const circuits = remembered(ledger.circuits, { now: () => now });
    for (const _ of [1, 2, 3]) expect(await circuits.look()).toEqual([]);
    expect(looks).toBe(1);
    now = new Date(now.getTime() + 15_000);
    await circuits.look();
    expect(looks).toBe(2);
    for (const name of ['a/1', 'a/2', 'a/3']) await circuits.open(fault(name, now));
    expect(await circuits.look()).toHaveLength(1);
    await circuits.close({ scope: 'store' });
    expect(await circuits.look()).toEqual([]);
    expect(looks).toBe(4);
  });
});
