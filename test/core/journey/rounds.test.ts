// What an execution carries from round to round, and how it ends before it grows too long or too old.
import { describe, expect, it } from 'vitest';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const MINUTE = 60_000;
/** Task, choice and wait: entered, scheduled, started, succeeded, exited. */
const EVENTS_A_ROUND = 9;

const begun = async () => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  await w.invokeSweep();
  return { w, input: w.executions.started()[0]! };
};

describe('an execution', () => {
  it('whose CA takes hours to issue ends long before 25,000 events; the next run goes on with the same order', async () => {
    const { w, input } = await begun();
    const honest = lying(w.ca, (session) => ({
      orders: {
        read: async (url: string) => {
          const order = await session.orders.read(url);
          return order.status === 'ready' ? { ...order, status: 'processing' as const } : order;
        },
      },
    }));
    let result = await w.invokeAdvance(input);
    let rounds = 1;
    for (; !result.done; rounds++) {
      w.pass(Math.max(0, new Date(result.until!).getTime() - w.clock.now().getTime()));
      result = await w.invokeAdvance(result);
    }
    w.end(input);
    expect(rounds).toBeGreaterThan(1_000);
    expect(rounds * EVENTS_A_ROUND).toBeLessThan(20_000);
    expect(w.ledger.row('default/web')).toMatchObject({ progress: { endedRun: 1, work: { phase: 'issue' } } });
    expect(w.ledger.row('default/web')!.leaseUntil).toBeUndefined();
    honest();
    w.pass(MINUTE);
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.current).toMatchObject({ revision: 1 });
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(1);
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued']);
  });

  it('that began under newer code is left alone, and its certificate is taken up by the next run', async () => {
    const { w, input } = await begun();
    const before = w.ledger.row('default/web');
    expect(await w.invokeAdvance({ ...input, version: 2 } as typeof input)).toMatchObject({ done: true, phase: 'due' });
    expect(w.ledger.row('default/web')).toEqual(before);
    w.end(input);
    w.pass(10 * MINUTE);
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.current).toMatchObject({ revision: 1 });
  });

  it('that began under older code, without version and count, goes on', async () => {
    const { w, input } = await begun();
    const { name, uid, run } = input;
    expect(await w.invokeAdvance({ name, uid, run })).toMatchObject({ done: true, version: 1, rounds: 1 });
    expect(w.ledger.row('default/web')!.progress.current).toMatchObject({ revision: 1 });
  });
});
