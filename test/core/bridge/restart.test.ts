// Workloads that are restarted for a new version: after the proof, once, inside the maintenance windows.
import { describe, expect, it } from 'vitest';
import { pair, type SyncStage, syncStage } from '#test/support/bridge/sync-stage.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RESTART = { restart: [{ kind: 'Deployment', name: 'web' }] } as const;

const deployment = (name: string, namespace = 'shop') => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name, namespace },
  spec: { template: { metadata: {} } },
});

const restartedFor = (s: SyncStage, name = 'web'): string | undefined =>
  s.cluster.objects.get({ kind: 'Deployment', namespace: 'shop', name })?.spec.template.metadata.annotations?.[
    'evercert.dev/restarted-for'
  ];
const restarts = (s: SyncStage): number =>
  s.cluster.requests.filter((request) => request.startsWith('patch deployments')).length;

const settled = async (more: Parameters<SyncStage['declare']>[2] = {}): Promise<SyncStage> => {
  const s = syncStage();
  s.cluster.apply(deployment('web'));
  await s.settled('shop/web', RESTART, more);
  return s;
};

/** The stage's clock begins at noon, UTC. */
const nightly = {
  renewal: { policy: 'RenewBefore', windows: [{ cron: '0 22 * * *', durationMs: 2 * HOUR, timeZone: 'UTC' }] },
} as const;

describe('a workload that is named for a restart', () => {
  it('is not restarted for the first version that ever arrives: it has loaded none before', async () => {
    expect(restarts(await settled())).toBe(0);
  });

  it('is restarted once for the next version, after that was proven', async () => {
    const s = await settled();
    const { versionId } = await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1, restarted: 1 });
    expect(restartedFor(s)).toBe(versionId);
    const { requests } = s.cluster;
    expect(requests.at(-1)).toBe('patch deployments shop/web');
    s.pass(HOUR);
    await s.invoke({ certificates: ['shop/web'], wake: true });
    expect(restarts(s)).toBe(1);
  });

  it('is not restarted for a version that did not arrive', async () => {
    const s = await settled();
    s.cluster.operator.running = false;
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    expect(restarts(s)).toBe(0);
  });

  it('is not restarted for a repair: the version is the same', async () => {
    const s = await settled();
    const item = await s.item('shop/web');
    s.pass(MINUTE);
    const now = s.clock.now().toISOString();
    await s.ledger.deliveryAims.aim({
      target: item.target,
      wanted: { ...item.wanted, since: now },
      tryAt: now,
      again: true,
    });
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 1, restarted: 0 });
  });

  it('waits for the maintenance window of its certificate, and the target is confirmed meanwhile', async () => {
    const s = await settled(nightly);
    const { versionId } = await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1, restarted: 0 });
    const item = await s.item('shop/web');
    expect(item.confirmed?.versionId).toBe(versionId);
    const opens = new Date(item.restart!.notBefore);
    expect(opens.getTime()).toBeGreaterThanOrEqual(Date.UTC(2026, 10, 25, 22));
    expect(opens.getTime()).toBeLessThan(Date.UTC(2026, 10, 25, 23));
    expect(item.tryAt).toBe(item.restart!.notBefore);
    s.pass(9 * HOUR);
    expect(await s.invoke({ certificates: ['shop/web'], wake: true })).toMatchObject({ restarted: 0 });
    s.pass(2 * HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 1, delivered: 0 });
    expect(restartedFor(s)).toBe(versionId);
    const { restart, tryAt } = await s.item('shop/web');
    expect([restart, tryAt]).toEqual([undefined, undefined]);
  });

  it('is restarted for the newer one only, when that comes while the window is closed', async () => {
    const s = await settled(nightly);
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    const { versionId } = await s.store('shop/web', 2);
    await s.invoke({ certificates: ['shop/web'] });
    s.pass(11 * HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 1 });
    expect(restartedFor(s)).toBe(versionId);
    expect(restarts(s)).toBe(1);
  });

  it('that is not there is said in words and tried again; the delivery stands, and is not told as failed', async () => {
    const s = syncStage();
    await s.settled('shop/web', RESTART);
    await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1, restarted: 0 });
    const { versionId } = await pair(1);
    expect(await s.item('shop/web')).toMatchObject({
      confirmed: { versionId },
      failure: { code: 'CLUSTER_REFUSED', message: expect.stringContaining('web'), count: 1 },
      restart: { versionId },
    });
    expect(s.told('Evercert Certificate Not Delivered')).toEqual([]);
    s.cluster.apply(deployment('web'));
    s.pass(MINUTE);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 1 });
    expect((await s.item('shop/web')).failure).toBeUndefined();
  });

  it('that is not declared for it any more is left alone', async () => {
    const s = await settled(nightly);
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    await s.declare('shop/web', {}, nightly);
    s.pass(11 * HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 0 });
    expect((await s.item('shop/web')).tryAt).toBeUndefined();
  });
});

describe('a restart that is still to come', () => {
  it('waits for the next window when this one went by: nobody was woken, or the cluster was down', async () => {
    const s = await settled(nightly);
    const { versionId } = await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    s.pass(12 * HOUR + MINUTE);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 0 });
    expect(restarts(s)).toBe(0);
    const { restart, tryAt } = await s.item('shop/web');
    expect(restart).toMatchObject({ versionId, notBefore: tryAt });
    expect(new Date(tryAt!).getTime()).toBeGreaterThanOrEqual(Date.UTC(2026, 10, 26, 22));
    expect(new Date(tryAt!).getTime()).toBeLessThan(Date.UTC(2026, 10, 26, 23));
    s.pass(23 * HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 1 });
    expect(restartedFor(s)).toBe(versionId);
  });

  it('that fails until its window closes is tried again in the next one', async () => {
    const s = syncStage();
    await s.settled('shop/web', RESTART, nightly);
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    s.pass(11.5 * HOUR);
    await s.invoke({ wake: true });
    expect((await s.item('shop/web')).failure).toMatchObject({ code: 'CLUSTER_REFUSED' });
    s.cluster.apply(deployment('web'));
    s.pass(HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 0 });
    expect(restarts(s)).toBe(1);
    s.pass(22.5 * HOUR);
    expect(await s.invoke({ wake: true })).toMatchObject({ restarted: 1 });
  });

  it('is kept over a repair of the secret: the version is proven again, and the window still waited for', async () => {
    const s = await settled(nightly);
    const { versionId } = await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    const { target, wanted, restart } = await s.item('shop/web');
    s.pass(MINUTE);
    const now = s.clock.now().toISOString();
    await s.ledger.deliveryAims.aim({ target, wanted: { ...wanted, since: now }, tryAt: now, again: true });
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 1, restarted: 0 });
    expect((await s.item('shop/web')).restart).toEqual(restart);
    s.pass(11 * HOUR);
    await s.invoke({ wake: true });
    expect(restartedFor(s)).toBe(versionId);
  });
});
