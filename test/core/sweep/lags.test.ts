// How far clusters are behind, as the sweep sees it: one event for those with something due, and never a sweep that stops.
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const lagging = (w: World) => w.bus.published().filter(({ detailType }) => detailType === 'Evercert Delivery Lagging');

const issued = async (...clusters: string[]): Promise<World> => {
  const w = world({ clusters });
  await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
  await w.tick();
  return w;
};

/** As its sync function does. */
const confirm = async (w: World, cluster: string): Promise<void> => {
  const seen = w.ledger.targets().find(({ target }) => target.cluster === cluster)!;
  const { versionId, fingerprint } = seen.wanted;
  const confirmed = { versionId, fingerprint, serial: '', notAfter: '', at: w.clock.now().toISOString(), afterMs: 1 };
  const { tryAt: _done, ...rest } = seen;
  await w.ledger.deliveries.write({ delivery: { ...rest, confirmed }, seen });
};

describe('a sweep', () => {
  it('wakes the clusters with something due by one event, and tells how far each is behind', async () => {
    const w = await issued('blue', 'green', 'red');
    await confirm(w, 'green');
    w.pass(5 * MINUTE);
    const { lags } = await w.invokeSweep();
    expect(lags).toEqual([
      { cluster: 'blue', due: 1, unconfirmed: 1, oldestSeconds: 300 },
      { cluster: 'green', due: 0, unconfirmed: 0, oldestSeconds: 0 },
      { cluster: 'red', due: 1, unconfirmed: 1, oldestSeconds: 300 },
    ]);
    expect(lagging(w)).toHaveLength(1);
    expect(lagging(w)[0]!.detail).toEqual({
      schema: 1,
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      at: w.clock.now().toISOString(),
      clusters: ['blue', 'red'],
    });
  });

  it('wakes nobody in the first minute, while the event of the result is under way', async () => {
    const w = await issued('blue');
    w.pass(30_000);
    expect((await w.invokeSweep()).lags).toEqual([{ cluster: 'blue', due: 0, unconfirmed: 1, oldestSeconds: 30 }]);
    expect(lagging(w)).toEqual([]);
  });

  it('looks at nothing where there is no cluster', async () => {
    const w = await issued();
    const asked: string[] = [];
    w.faults.hook = ({ port }) => void asked.push(port);
    w.pass(5 * MINUTE);
    expect((await w.invokeSweep()).lags).toEqual([]);
    expect(asked).not.toContain('deliveryLags');
  });

  it('has the same event again only at the same instant', async () => {
    const w = await issued('blue');
    w.pass(5 * MINUTE);
    await w.invokeSweep();
    await w.invokeSweep();
    w.pass(5 * MINUTE);
    await w.invokeSweep();
    const [first, again, later] = lagging(w).map(({ detail }) => detail.id);
    expect(again).toBe(first);
    expect(later).not.toBe(first);
  });

  it.each(['deliveryLags', 'eventBus'])('goes on when %s fails, and says so', async (port) => {
    const w = await issued('blue');
    w.faults.hook = (call) => {
      if (call.port === port) throw new Error('no answer');
    };
    w.pass(5 * MINUTE);
    const report = await w.invokeSweep();
    expect(report.lags).toHaveLength(port === 'deliveryLags' ? 0 : 1);
    expect(w.lines.filter(({ level }) => level === 'warn').at(-1)?.message).toMatch(/cluster/);
  });
});
