// A ClusterExternalSecret: one target that stands for a copy in each namespace with the labels. Only one annotation of it is
// handed down (trap 8 of the bridge).
import { describe, expect, it } from 'vitest';
import { type SyncStage, syncStage } from '#test/support/bridge/sync-stage.ts';
import { clusterExternalSecret, companion } from '#test/support/cluster/manifests.ts';

const AT = { name: 'wild-tls', key: 'evercert/ops/wild' };

const applied = async (labels: Readonly<Record<string, string>> = { team: 'web' }): Promise<SyncStage> => {
  const s = syncStage();
  await s.declare('ops/wild', { namespaces: [], namespaceSelector: labels });
  const open = clusterExternalSecret({ ...AT, name: 'wild-tls-public', labels });
  const externalSecretSpec = companion({ ...AT, namespace: '' }).spec as object;
  s.cluster.apply(clusterExternalSecret({ ...AT, labels }), {
    ...open,
    spec: { ...(open.spec as object), externalSecretSpec },
  });
  return s;
};

describe('a copy in each namespace with a label', () => {
  it('is bumped by the one annotation that is handed down, on both objects, and proven in each namespace', async () => {
    const s = await applied();
    const { versionId, chainPem } = await s.store('ops/wild', 1);
    expect(await s.invoke({ certificates: ['ops/wild'] })).toMatchObject({ delivered: 1, lagging: 0 });
    for (const name of ['wild-tls', 'wild-tls-public'])
      expect(s.annotation(name, undefined, 'external-secrets.io/force-sync')).toBe(`${versionId}.1`);
    for (const namespace of ['pay', 'shop'])
      expect(s.cluster.secretIn({ namespace, name: 'wild-tls' })?.data['tls.crt']).toBe(chainPem);
    expect((await s.item('ops/wild', '*')).confirmed?.versionId).toBe(versionId);
  });

  it('is renewed in each of them', async () => {
    const s = await applied();
    await s.store('ops/wild', 0);
    await s.invoke({ certificates: ['ops/wild'] });
    const { versionId } = await s.store('ops/wild', 1);
    expect(await s.invoke({ certificates: ['ops/wild'] })).toMatchObject({ delivered: 1 });
    expect((await s.item('ops/wild', '*')).confirmed?.versionId).toBe(versionId);
  });

  it('is not confirmed while one namespace has an ExternalSecret of that name that is not a copy', async () => {
    const s = await applied({ team: 'none' });
    s.cluster.apply({
      ...companion({ namespace: 'shop', name: 'wild-tls', key: 'x' }),
      metadata: { name: 'wild-tls', namespace: 'shop' },
    });
    s.cluster.apply(clusterExternalSecret({ ...AT, labels: { team: 'web' } }));
    await s.store('ops/wild', 1);
    expect(await s.invoke({ certificates: ['ops/wild'] })).toMatchObject({ delivered: 0, lagging: 1 });
    expect((await s.item('ops/wild', '*')).failure).toMatchObject({
      code: 'TARGET_REFUSED',
      message: expect.stringContaining('shop: external secret already exists in namespace'),
    });
  });

  it('in no namespace at all is a fault in words: nothing was delivered', async () => {
    const s = await applied({ team: 'nobody' });
    await s.store('ops/wild', 1);
    await s.invoke({ certificates: ['ops/wild'] });
    expect((await s.item('ops/wild', '*')).failure).toMatchObject({
      code: 'TARGET_MISSING',
      message: expect.stringContaining('none has all the labels of evercert.dev/namespace-selector'),
    });
  });
});
