// The warning of an order that nobody may know of: given where a request may have gone out unrecorded, not after a wait.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { Hook } from '#test/support/hooks.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;

const declared = async (): Promise<World> => {
  const w = world();
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  return w;
};
const orphans = (w: World): number => w.lines.filter(({ fields }) => fields.fact === 'OrphanOrder').length;
const progress = (w: World) => w.ledger.row('default/web')!.progress;

/** The next newOrder is refused until then. */
const refusedOnce = (w: World, retryAfterMs: number): void => {
  w.faults.hook = ({ port, method, when }) => {
    if (port !== 'AcmeOrders' || method !== 'open' || when !== 'before') return;
    w.faults.hook = () => undefined;
    const retryAt = new Date(w.clock.now().getTime() + retryAfterMs);
    throw new EvercertError('CA_RATE_LIMITED', 'too many new orders', { detail: { retryAt } });
  };
};

/** The process dies when newOrder has been answered, before that is written. */
const diesOnce = (w: World): void => {
  let dead = false;
  const die: Hook = ({ port, method, when }) => {
    if (port === 'AcmeOrders' && method === 'open' && when === 'after') dead = true;
    if (dead) throw new Error('the process is dead');
  };
  w.faults.hook = die;
};

describe('an order that may have been opened without being recorded', () => {
  it.each([
    { wait: 'inside the invocation', ms: 1_000 },
    { wait: 'in a place among those in flight', ms: 90_000 },
    { wait: 'in the ledger', ms: 60 * MINUTE },
  ])('is not told of after a wait $wait for the CA', async ({ ms }) => {
    const w = await declared();
    refusedOnce(w, ms);
    await w.tick();
    w.pass(61 * MINUTE);
    await w.tick();
    expect(progress(w).current?.revision).toBe(1);
    expect(w.ca.orders.size).toBe(1);
    expect(orphans(w)).toBe(0);
  });

  it('is not told of after a wait for a circuit that opened when the intent was written', async () => {
    const w = await declared();
    w.faults.hook = ({ port, method, when }) => {
      const isIntent = JSON.stringify(w.ledger.row('default/web') ?? {}).includes('"stage":"order"');
      if (port !== 'circuits' || method !== 'look' || when !== 'before' || !isIntent) return;
      w.faults.hook = () => undefined;
      for (const certificate of ['default/a', 'default/b', 'default/c'])
        void w.ledger.circuits.open({
          scope: 'issuer#ClusterIssuer/le',
          code: 'CA_UNREACHABLE',
          message: 'the CA is out',
          certificate,
          now: w.clock.now(),
          probing: false,
        });
    };
    await w.tick();
    expect(progress(w).work?.waitingFor).toContain('the CA is out');
    expect(w.ca.orders.size).toBe(0);
    w.pass(10 * MINUTE);
    await w.tick();
    expect(progress(w).current?.revision).toBe(1);
    expect(orphans(w)).toBe(0);
  });

  it('is told of once where the process died on the answer', async () => {
    const w = await declared();
    diesOnce(w);
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    w.pass(11 * MINUTE);
    await w.tick();
    expect(w.ca.orders.size).toBe(2);
    expect(orphans(w)).toBe(1);
  });

  it('is told of where the process died on the answer after a wait', async () => {
    const w = await declared();
    refusedOnce(w, 60 * MINUTE);
    await w.tick();
    w.pass(61 * MINUTE);
    diesOnce(w);
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    w.pass(11 * MINUTE);
    await w.tick();
    expect(w.ca.orders.size).toBe(2);
    expect(orphans(w)).toBe(1);
  });
});
