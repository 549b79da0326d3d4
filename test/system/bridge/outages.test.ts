// What is down, and comes back: the API server, the operator, Secrets Manager, the store. Nothing is lost, everything is
// said, and each repair is the ledger's own. It must never wait for a time to pass: the clock of sync runs ahead instead.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Bridge, bridgeOn, secretNameOf } from '#test/support/cluster/bridge.ts';
import { issue } from '#test/support/cluster/issued.ts';
import { shipped } from '#test/support/cluster/shipped.ts';
import { type Stage, startStage } from '#test/support/cluster/stage.ts';

const NAMES = ['shop/web', 'shop/api', 'shop/old'] as const;
const [WEB, API] = NAMES;
const MANIFESTS = shipped(Object.fromEntries(NAMES.map((name) => [name, {}])));
const STORE = '/apis/external-secrets.io/v1/clustersecretstores/evercert';

let stage: Stage;
let bridge: Bridge;
const place = (certificate: string) => ({ namespace: 'shop', name: `${certificate.split('/')[1]}-tls` });

beforeAll(async () => {
  stage = await startStage({ name: 'bridge-outages', namespaces: ['shop'] });
  bridge = bridgeOn(stage);
  for (const name of NAMES) {
    await bridge.declare(name);
    await stage.put(secretNameOf(name), await issue('first.example.com'));
  }
  await stage.apply(...MANIFESTS);
  for (const name of NAMES) await stage.appears(place(name));
});
afterAll(() => stage?.stop());
beforeEach(async () => {
  stage.relay.mode = 'through';
  await bridge.again();
});

const failureOf = (certificate: string) => bridge.target(certificate).failure;
const delivered = (certificate: string): boolean => {
  const { wanted, confirmed, failure, tryAt } = bridge.target(certificate);
  return confirmed?.versionId === wanted.versionId && failure === undefined && tryAt === undefined;
};

/** What is seen after one more invocation. */
const after = async <T>(look: () => T): Promise<T> => {
  await bridge.again();
  return look();
};

describe('while the API server is down', () => {
  it('it is asked once an invocation, every target says so, and all are delivered when it is back', async () => {
    for (const name of NAMES) await bridge.issue(name);
    await stage.cluster.server.pause();
    let asked = 0;
    const report = await bridge.sync({ certificates: NAMES }, (request) => {
      asked++;
      return stage.ask(request);
    });
    expect(report).toMatchObject({ delivered: 0, lagging: 3, unfinished: [] });
    expect(asked).toBe(1);
    expect(NAMES.map((name) => failureOf(name)?.code)).toEqual(Array(3).fill('CLUSTER_UNREACHABLE'));
    expect(failureOf(WEB)?.message).toContain('cluster blue');
    await stage.cluster.server.resume();
    // The operator has lost its watches for a moment.
    await expect.poll(async () => (await bridge.again()).lagging, { timeout: 60_000 }).toBe(0);
    expect(NAMES.map(delivered)).toEqual([true, true, true]);
  });
});

describe('while the operator is down', () => {
  it('the target says that it has not looked, and is delivered when it is back, by one more number', async () => {
    const issued = await bridge.issue(WEB);
    await stage.cluster.operator.pause();
    expect(await bridge.sync({ certificates: [WEB] })).toMatchObject({ delivered: 0, lagging: 1 });
    expect(failureOf(WEB)).toMatchObject({ code: 'TARGET_NOT_LOOKED', count: 1 });
    expect(bridge.target(WEB).bumps).toBe(1);
    await stage.cluster.operator.resume();
    // It finds the changed annotation by itself; a repair proves it.
    await stage.arrives(place(WEB), issued);
    expect(await bridge.again()).toMatchObject({ delivered: 1, lagging: 0 });
    expect(bridge.target(WEB)).toMatchObject({ bumps: 2, confirmed: { versionId: issued.versionId } });
  });

  it('what is issued meanwhile is superseded by what is issued last', async () => {
    await stage.cluster.operator.pause();
    await bridge.issue(API);
    await bridge.sync({ certificates: [API] });
    const last = await bridge.issue(API);
    await stage.cluster.operator.resume();
    await stage.arrives(place(API), last);
    expect(await bridge.again()).toMatchObject({ delivered: 1, lagging: 0 });
    expect(bridge.target(API).confirmed?.fingerprint).toBe(last.fingerprint);
  });
});

describe('while Secrets Manager is down', () => {
  it("the cluster keeps what it has, the target tells the operator's words, and is delivered when it is back", async () => {
    const held = await stage.secretIn(place(WEB));
    const issued = await bridge.issue(WEB);
    stage.relay.mode = 'down';
    expect(await bridge.sync({ certificates: [WEB] })).toMatchObject({ delivered: 0, lagging: 1 });
    expect((await stage.secretIn(place(WEB)))?.data).toEqual(held?.data);
    // The operator tries three times before it says so.
    await expect
      .poll(() => after(() => failureOf(WEB)?.message), { timeout: 60_000 })
      .toContain('exceeded maximum number of attempts');
    expect(failureOf(WEB)?.code).toBe('TARGET_STORE_NOT_READY');
    stage.relay.mode = 'through';
    expect(await bridge.again()).toMatchObject({ delivered: 1 });
    expect(bridge.target(WEB).confirmed?.versionId).toBe(issued.versionId);
  });
});

describe('while the store is gone', () => {
  it('the target says that its store cannot be used, and is delivered when it is back', async () => {
    await stage.admin({ method: 'DELETE', path: STORE });
    await bridge.issue(WEB);
    await bridge.sync({ certificates: [WEB] });
    expect(failureOf(WEB)).toMatchObject({
      code: 'TARGET_STORE_NOT_READY',
      message: expect.stringContaining('ClusterSecretStore.external-secrets.io "evercert" not found'),
    });
    await stage.apply(...MANIFESTS);
    await expect.poll(() => after(() => delivered(WEB)), { timeout: 60_000 }).toBe(true);
  });
});

describe('however long it was out', () => {
  it('each failure is told once a version, and each delivery once', () => {
    const told = bridge.bus
      .published()
      .map(({ detailType, detail }) => `${detailType} ${detail.certificate} ${detail.versionId}`);
    expect(told.toSorted()).toEqual([...new Set(told)].toSorted());
  });
});
