// Killed before and after each external call of a sync, then resumed by a new invocation, and two at once: the same end.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pair, type SyncStage, syncStage } from '#test/support/bridge/sync-stage.ts';
import { clusterExternalSecret, companion } from '#test/support/cluster/manifests.ts';
import type { HookedCall } from '#test/support/hooks.ts';

const MINUTE = 60_000;
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop' },
  spec: { template: { metadata: {} } },
};

/** A renewal with a restart to come: all that a visit can have to do. */
const renewal = async (): Promise<SyncStage> => {
  const s = syncStage();
  s.cluster.apply(DEPLOYMENT);
  await s.settled('shop/web', { restart: [{ kind: 'Deployment', name: 'web' }] });
  await s.store('shop/web', 1);
  return s;
};

const copies = async (): Promise<SyncStage> => {
  const s = syncStage();
  const delivery = { namespaces: [], namespaceSelector: { team: 'web' } };
  await s.declare('ops/wild', delivery);
  const at = { name: 'wild-tls', key: 'evercert/ops/wild', labels: { team: 'web' } };
  const both = clusterExternalSecret(at);
  const publicSpec = companion({ ...at, namespace: '' }).spec as object;
  const open = clusterExternalSecret({ ...at, name: 'wild-tls-public' });
  s.cluster.apply(both, { ...open, spec: { ...(open.spec as object), externalSecretSpec: publicSpec } });
  await s.store('ops/wild', 1);
  return s;
};

const dieAt = (s: SyncStage, k: number, when: HookedCall['when']) => {
  let seen = 0;
  let killed: HookedCall | undefined;
  s.faults.hook = (call) => {
    if (killed !== undefined) throw new Error('the process is dead');
    if (call.when === when && ++seen === k) {
      killed = call;
      throw new Error('killed');
    }
  };
  return () => killed;
};

const countCalls = async (s: SyncStage, certificate: string): Promise<number> => {
  let calls = 0;
  s.faults.hook = ({ when }) => {
    if (when === 'before') calls++;
  };
  await s.invoke({ certificates: [certificate] });
  return calls;
};

const idsOf = (s: SyncStage, detailType: string): Set<string> =>
  new Set(s.told(detailType).map(({ detail }) => detail.id));

const expectDelivered = async (s: SyncStage, certificate: string, versions: number): Promise<void> => {
  const { versionId, fingerprint } = await pair(1);
  const item = await s.item(certificate);
  expect(item.confirmed).toMatchObject({ versionId, fingerprint });
  expect([item.tryAt, item.failure, item.restart]).toEqual([undefined, undefined, undefined]);
  expect(item.bumps).toBeLessThanOrEqual(2);
  expect(idsOf(s, 'Evercert Certificate Delivered').size).toBe(versions);
  expect(s.told('Evercert Certificate Not Delivered')).toEqual([]);
};

const restartedFor = (s: SyncStage): string | undefined =>
  s.cluster.objects.get({ kind: 'Deployment', namespace: 'shop', name: 'web' })?.spec.template.metadata.annotations?.[
    'evercert.dev/restarted-for'
  ];

const killed = async (
  scenario: () => Promise<SyncStage>,
  certificate: string,
  expectEnd: (s: SyncStage) => Promise<void>,
  resume: { certificates?: readonly string[]; wake?: boolean },
): Promise<number> => {
  const calls = await countCalls(await scenario(), certificate);
  for (let k = 1; k <= calls; k++) {
    for (const when of ['before', 'after'] as const) {
      const s = await scenario();
      const call = dieAt(s, k, when);
      await s.invoke({ certificates: [certificate] }).catch(() => undefined);
      s.faults.hook = () => undefined;
      s.pass(2 * MINUTE);
      await s.invoke(resume);
      try {
        await expectEnd(s);
      } catch (error) {
        const at = `killed ${when} ${call()?.port}.${call()?.method} (call ${k} of ${calls})`;
        throw new Error(`${at}: ${(error as Error).message}`, { cause: error });
      }
    }
  }
  return 2 * calls;
};

describe('a sync that is killed before or after any of its calls', () => {
  it('ends the same when its message comes again: delivered, told by one id, restarted once', async () => {
    const kills = await killed(
      renewal,
      'shop/web',
      async (s) => {
        await expectDelivered(s, 'shop/web', 2);
        expect(restartedFor(s)).toBe((await pair(1)).versionId);
      },
      { certificates: ['shop/web'] },
    );
    console.info(`${kills} kills of a renewal with a restart, resumed by the message`);
    expect(kills).toBeGreaterThan(30);
  });

  it('ends the same when its message is lost, and the sweep wakes the cluster', async () => {
    const kills = await killed(
      renewal,
      'shop/web',
      async (s) => {
        await expectDelivered(s, 'shop/web', 2);
        expect(restartedFor(s)).toBe((await pair(1)).versionId);
      },
      { wake: true },
    );
    console.info(`${kills} kills of a renewal with a restart, resumed by the ledger's timer`);
  });

  it('ends the same for a copy in each namespace with a label', async () => {
    const kills = await killed(copies, 'ops/wild', (s) => expectDelivered(s, 'ops/wild', 1), { wake: true });
    console.info(`${kills} kills of a ClusterExternalSecret's delivery`);
  });
});

/** Lets a port's calls of two invocations through in a given order. */
const interleaved = (s: SyncStage, order: readonly boolean[]) => {
  const waiting: [(() => void)[], (() => void)[]] = [[], []];
  let turn = 0;
  const through = (who: 0 | 1): Promise<void> => new Promise((go) => waiting[who].push(go));
  const gate = <T extends object>(port: T, who: 0 | 1): T =>
    new Proxy(port, {
      get: (target, method) => {
        const call = (target as Record<string | symbol, unknown>)[method];
        if (typeof call !== 'function') return call;
        return async (...given: unknown[]) => {
          await through(who);
          return (call as (...all: unknown[]) => unknown).apply(target, given);
        };
      },
    });
  const portsOf = (who: 0 | 1) => {
    const ports = s.ports();
    return { ...ports, deliveries: gate(ports.deliveries, who), api: gate(ports.api, who), bus: gate(ports.bus, who) };
  };
  /** Runs until both are done. */
  const drive = async (runs: readonly Promise<unknown>[]): Promise<void> => {
    const state = { done: false };
    void Promise.allSettled(runs).then(() => {
      state.done = true;
    });
    while (!state.done) {
      await new Promise((next) => setImmediate(next));
      const first = order[turn++ % order.length] === true ? 0 : 1;
      const go = waiting[first].shift() ?? waiting[first === 0 ? 1 : 0].shift();
      go?.();
    }
  };
  return { portsOf, drive };
};

describe('two syncs of the same target at once', () => {
  const both = async (s: SyncStage, order: readonly boolean[]): Promise<void> => {
    const { portsOf, drive } = interleaved(s, order);
    await drive([0, 1].map((who) => s.invoke({ certificates: ['shop/web'] }, 600_000, portsOf(who as 0 | 1))));
  };

  it('deliver it, whatever their order: the loser of a write leaves quietly', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 24 }), async (order) => {
        const s = await renewal();
        await both(s, order);
        s.pass(2 * MINUTE);
        await s.invoke({ wake: true });
        await expectDelivered(s, 'shop/web', 2);
        expect(restartedFor(s)).toBe((await pair(1)).versionId);
        expect(s.lines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });
});

describe('whatever happens to a target in whatever order', () => {
  type Step = 'renew' | 'sync' | 'wake' | 'down' | 'up' | 'stop' | 'run' | 'tamper' | 'delete' | 'kill' | 'hour';
  const steps = fc.array(
    fc.constantFrom<Step>('renew', 'sync', 'wake', 'down', 'up', 'stop', 'run', 'tamper', 'delete', 'kill', 'hour'),
    { minLength: 3, maxLength: 14 },
  );

  it('a confirmed version was really there, and in the end the newest one is', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (all) => {
        const s = syncStage();
        await s.settled('shop/web');
        let newest = 0;
        const act: Readonly<Record<Step, () => unknown>> = {
          renew: () => s.store('shop/web', ++newest % 6),
          sync: () => s.invoke({ certificates: ['shop/web'] }),
          wake: () => s.invoke({ wake: true }),
          down: () => {
            s.cluster.mode = 'down';
          },
          up: () => {
            s.cluster.mode = 'up';
          },
          stop: () => {
            s.cluster.operator.running = false;
          },
          run: () => {
            s.cluster.operator.running = true;
          },
          tamper: () => s.cluster.tamper({ namespace: 'shop', name: 'web-tls' }, { 'tls.crt': 'by hand' }),
          delete: () => s.cluster.remove({ kind: 'Secret', metadata: { namespace: 'shop', name: 'web-tls' } }),
          kill: async () => {
            dieAt(s, 1 + (newest % 9), 'after');
            await s.invoke({ certificates: ['shop/web'] }).catch(() => undefined);
            s.faults.hook = () => undefined;
          },
          hour: () => s.pass(60 * MINUTE),
        };
        for (const step of all) await act[step]();
        s.cluster.mode = 'up';
        s.cluster.operator.running = true;
        s.pass(61 * MINUTE);
        await s.invoke({ certificates: ['shop/web'], wake: true });
        const { versionId, fingerprint, chainPem } = await pair(newest % 6);
        const item = await s.item('shop/web');
        expect(item.confirmed).toMatchObject({ versionId, fingerprint });
        expect([item.failure, item.tryAt]).toEqual([undefined, undefined]);
        s.pass(60 * MINUTE);
        expect(s.cluster.secretIn({ namespace: 'shop', name: 'web-tls' })?.data['tls.crt']).toBe(chainPem);
      }),
      { numRuns: 60 },
    );
  });
});
