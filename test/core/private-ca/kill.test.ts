// Killed before and after each call of an issuance from a Private CA, then resumed by a new composition: one certificate is
// current, none is thrown away, and at most one more was paid for, where the answer to the request got lost.
import { describe, expect, it } from 'vitest';
import { killAt } from '#test/support/kill.ts';
import { privateWorld } from '#test/support/private-ca-world.ts';
import type { World } from '#test/support/world.ts';

const MINUTE = 60_000;

const countCalls = async (): Promise<number> => {
  const { w } = await privateWorld();
  let calls = 0;
  w.faults.hook = ({ when }) => {
    if (when === 'before') calls++;
  };
  await w.tick();
  return calls;
};

const killed = async (call: number, when: 'before' | 'after'): Promise<{ w: World; at: string }> => {
  const { w } = await privateWorld();
  const kill = killAt(w, call, when);
  await w.tick().catch(() => undefined);
  w.faults.hook = () => undefined;
  const last = when === 'after' ? kill.killed() : kill.before();
  return { w, at: `${last?.port}.${last?.method}` };
};

const expectOne = (w: World, where: string): void => {
  const row = w.ledger.row('default/web')!;
  const version = w.current('default/web')['version-id'];
  expect([row.progress.current?.versionId, row.progress.work], where).toEqual([version, undefined]);
  expect(
    w.secrets.labels('evercert/default/web').filter((one) => one.startsWith('evercert')),
    where,
  ).toEqual([]);
  expect(
    w.ledger.history('default/web').filter(({ kind }) => kind === 'issued'),
    where,
  ).toHaveLength(1);
};

describe('an issuance from a Private CA that is killed before or after any of its calls', () => {
  it('ends the same when a later run goes on; one certificate more only where the answer was not yet written down', async () => {
    const calls = await countCalls();
    for (let call = 1; call <= calls; call++)
      for (const when of ['before', 'after'] as const) {
        const { w, at } = await killed(call, when);
        for (let sweeps = 0; sweeps < 4; sweeps++) {
          w.pass(11 * MINUTE);
          await w.tick();
        }
        const where = `${when} call ${call} of ${calls} (${at})`;
        expectOne(w, where);
        expect(w.privateCa.issued.size, where).toBe(at === 'PrivateCa.issue' ? 2 : 1);
      }
    expect(calls).toBeGreaterThan(10);
  }, 60_000);

  it('has asked for one certificate alone when the state machine tries the same run again', async () => {
    const calls = await countCalls();
    for (let call = 1; call <= calls; call++) {
      const { w, at } = await killed(call, 'after');
      const [input] = w.executions.started();
      if (input === undefined) continue;
      for (let result = await w.invokeAdvance(input); !result.done; result = await w.invokeAdvance(input))
        w.pass(new Date(result.until!).getTime() - w.clock.now().getTime());
      expectOne(w, `after call ${call} of ${calls} (${at})`);
      expect(w.privateCa.issued.size, at).toBe(1);
    }
  }, 60_000);
});
