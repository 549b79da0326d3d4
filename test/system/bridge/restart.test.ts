// The opt-in restart of workloads: the pod template of what is named, once a version, and only after the Secret was proven
// to hold it. No controller runs here: the annotation is all that is looked at. It must never restart by itself.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RESTARTED_ANNOTATION } from '#core/bridge/model.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';

const WEB = 'shop/web';
const DECLARED = {
  [WEB]: {
    restart: [
      { kind: 'Deployment', name: 'web' },
      { kind: 'StatefulSet', name: 'db' },
    ],
  },
} as const;

const workload = (kind: 'Deployment' | 'StatefulSet', name: string): Manifest => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name, namespace: 'shop' },
  spec: {
    ...(kind === 'StatefulSet' ? { serviceName: name } : {}),
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name }, annotations: { team: 'shop' } },
      spec: { containers: [{ name, image: 'image:1' }] },
    },
  },
});

let stage: Stage;
let bridge: Bridge;

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-restart', namespaces: ['shop'] });
  bridge = bridgeOn(stage);
  await bridge.declare(WEB, DECLARED[WEB]);
  await stage.put(secretNameOf(WEB), await issue('first.example.com'));
  const workloads = [workload('Deployment', 'web'), workload('StatefulSet', 'db'), workload('Deployment', 'other')];
  await stage.apply(...workloads, ...shipped(DECLARED));
  await stage.appears({ namespace: 'shop', name: 'web-tls' });
  await stage.appears({ namespace: 'shop', name: 'web-tls-public' });
});
afterAll(() => stage?.stop());

interface Seen {
  readonly generation: number;
  readonly annotations: Readonly<Record<string, string>>;
}

const seen = async (resource: string, name: string): Promise<Seen> => {
  const { body } = await stage.admin({ method: 'GET', path: `/apis/apps/v1/namespaces/shop/${resource}/${name}` });
  return { generation: body.metadata.generation, annotations: body.spec.template.metadata.annotations };
};
const all = async () => ({
  web: await seen('deployments', 'web'),
  db: await seen('statefulsets', 'db'),
  other: await seen('deployments', 'other'),
});

const UNTOUCHED = { generation: 1, annotations: { team: 'shop' } };
const restarted = (times: number, versionId: string): Seen => ({
  generation: 1 + times,
  annotations: { team: 'shop', [RESTARTED_ANNOTATION]: versionId },
});

describe('workloads', () => {
  it('are not restarted for the first version: they have started with it', async () => {
    await bridge.issue(WEB);
    expect(await bridge.sync({ certificates: [WEB] })).toMatchObject({ delivered: 1, restarted: 0 });
    expect(await all()).toEqual({ web: UNTOUCHED, db: UNTOUCHED, other: UNTOUCHED });
  });

  it('that are named are restarted once for a renewal, and no others', async () => {
    const { versionId } = await bridge.issue(WEB);
    expect(await bridge.sync({ certificates: [WEB] })).toMatchObject({ delivered: 1, restarted: 2 });
    const expected = { web: restarted(1, versionId), db: restarted(1, versionId), other: UNTOUCHED };
    expect(await all()).toEqual(expected);
    expect(await bridge.again()).toMatchObject({ restarted: 0 });
    expect(await all()).toEqual(expected);
  });

  it('are not restarted while the cluster does not hold the version, and are once it does', async () => {
    const before = await all();
    stage.relay.denied.add(secretNameOf(WEB));
    const { versionId } = await bridge.issue(WEB);
    expect(await bridge.sync({ certificates: [WEB] })).toMatchObject({ delivered: 0, lagging: 1, restarted: 0 });
    expect(await all()).toEqual(before);
    stage.relay.denied.clear();
    expect(await bridge.again()).toMatchObject({ delivered: 1, restarted: 2 });
    expect(await all()).toMatchObject({ web: restarted(2, versionId), db: restarted(2, versionId), other: UNTOUCHED });
  });

  it('that are missing are told of, after the Secret was delivered', async () => {
    await stage.admin({ method: 'DELETE', path: '/apis/apps/v1/namespaces/shop/statefulsets/db' });
    const { versionId } = await bridge.issue(WEB);
    await bridge.sync({ certificates: [WEB] });
    expect(bridge.target(WEB)).toMatchObject({
      confirmed: { versionId },
      failure: {
        code: 'CLUSTER_REFUSED',
        message: expect.stringContaining('patch statefulsets: there is no StatefulSet shop/db'),
      },
      restart: { versionId },
    });
    await stage.apply(workload('StatefulSet', 'db'));
    await bridge.again();
    expect((await seen('statefulsets', 'db')).annotations[RESTARTED_ANNOTATION]).toBe(versionId);
    expect(bridge.target(WEB).failure).toBeUndefined();
  });
});
