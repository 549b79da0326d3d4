// One cluster's sync, told in sentences: what it does for a target, in which order, and what it leaves to the ledger's timer.
import { describe, expect, it } from 'vitest';
import { pair, type SyncStage, syncStage } from '#test/support/bridge/sync-stage.ts';
import { companion } from '#test/support/cluster/manifests.ts';

const MINUTE = 60_000;
const DELIVERED = 'Evercert Certificate Delivered';
const UNDELIVERED = 'Evercert Certificate Not Delivered';

const declared = async (certificate = 'shop/web'): Promise<SyncStage> => {
  const s = syncStage();
  await s.declare(certificate);
  s.applyManifests(certificate);
  return s;
};

describe('a version that was stored', () => {
  it('is in the Secret, proven by the companion, told and recorded, with one bump', async () => {
    const s = await declared();
    const { versionId, fingerprint, serial, notAfter, chainPem } = await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] })).toEqual({
      delivered: 1,
      lagging: 0,
      restarted: 0,
      slowestMs: expect.any(Number),
      unfinished: [],
    });
    expect(s.cluster.secretIn({ namespace: 'shop', name: 'web-tls' })?.data['tls.crt']).toBe(chainPem);
    const item = await s.item('shop/web');
    expect(item).toMatchObject({ bumps: 1, confirmed: { versionId, fingerprint, serial, notAfter } });
    expect(item.tryAt).toBeUndefined();
    expect(s.annotation('web-tls', 'shop', 'evercert.dev/sync')).toBe(`${versionId}.1`);
    const [told, ...more] = s.told(DELIVERED);
    expect(more).toEqual([]);
    expect(told?.detail).toMatchObject({
      certificate: 'shop/web',
      cluster: 'blue',
      namespace: 'shop',
      secret: 'web-tls',
      versionId,
      fingerprint,
      serial,
    });
  });

  it('is shown by the companion before the Secret itself is asked for', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    const patches = s.cluster.requests.filter((request) => request.startsWith('patch'));
    expect(patches).toEqual(['patch externalsecrets shop/web-tls-public', 'patch externalsecrets shop/web-tls']);
    expect(s.cluster.requests.some((request) => request === 'get secrets shop/web-tls')).toBe(false);
  });

  it('is delivered again at the next renewal, to a Secret that has the former one', async () => {
    const s = await declared();
    await s.settled('shop/web');
    const { versionId } = await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    expect(await s.item('shop/web')).toMatchObject({ bumps: 1, confirmed: { versionId } });
    expect(s.told(DELIVERED)).toHaveLength(2);
  });

  it('is not looked at again when its message comes twice', async () => {
    const s = await declared();
    await s.settled('shop/web');
    const asked = s.cluster.requests.length;
    expect(await s.invoke({ certificates: ['shop/web', 'shop/web'] })).toMatchObject({ delivered: 0, lagging: 0 });
    expect(s.cluster.requests).toHaveLength(asked);
  });

  it('arrives in each namespace that asked', async () => {
    const s = syncStage();
    await s.declare('shop/web', { namespaces: ['ops', 'shop'] });
    s.applyManifests('shop/web');
    const { fingerprint } = await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 2 });
    for (const place of ['ops', 'shop'])
      expect((await s.item('shop/web', place)).confirmed?.fingerprint).toBe(fingerprint);
  });

  it('of twenty certificates arrives everywhere in one invocation', async () => {
    const s = syncStage();
    const names = Array.from({ length: 20 }, (_, i) => `shop/web-${i}`);
    for (const name of names) {
      await s.declare(name);
      s.applyManifests(name);
      await s.store(name, 1);
    }
    expect(await s.invoke({ certificates: names })).toMatchObject({ delivered: 20, lagging: 0, unfinished: [] });
  });
});

describe('a number of the annotation', () => {
  it('that was recorded and never written is written, not counted on', async () => {
    const s = await declared();
    const { versionId } = await s.store('shop/web', 1);
    const seen = await s.item('shop/web');
    await s.ledger.deliveries.write({ delivery: { ...seen, bumps: 1 }, seen });
    await s.invoke({ certificates: ['shop/web'] });
    expect(s.annotation('web-tls', 'shop', 'evercert.dev/sync')).toBe(`${versionId}.1`);
  });

  it('that stands already is counted on, because the same value again makes the operator do nothing', async () => {
    const s = await declared();
    const { versionId } = await s.store('shop/web', 1);
    for (const name of ['web-tls', 'web-tls-public'])
      await s.cluster.api.annotate({
        kind: 'ExternalSecret',
        namespace: 'shop',
        name,
        annotation: 'evercert.dev/sync',
        value: `${versionId}.4`,
      });
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1 });
    expect((await s.item('shop/web')).bumps).toBe(5);
  });

  it('of another version, or none that we wrote, counts for nothing', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    await s.cluster.api.annotate({
      kind: 'ExternalSecret',
      namespace: 'shop',
      name: 'web-tls',
      annotation: 'evercert.dev/sync',
      value: 'by-hand.17',
    });
    await s.invoke({ certificates: ['shop/web'] });
    expect((await s.item('shop/web')).bumps).toBe(1);
  });
});

describe('a Secret that was changed by hand', () => {
  it('whose companion says the wanted version with another certificate is bumped, and proven by what is there then', async () => {
    const s = await declared();
    await s.settled('shop/web');
    const foreign = await pair(2);
    const { fingerprint } = await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    s.cluster.tamper({ namespace: 'shop', name: 'web-tls-public' }, { 'tls.crt': foreign.chainPem });
    const item = await s.item('shop/web');
    await s.ledger.deliveryAims.aim({
      target: item.target,
      wanted: { ...item.wanted, since: new Date(s.clock.now().getTime() + 1).toISOString() },
      tryAt: s.clock.now().toISOString(),
      again: true,
    });
    s.pass(10);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1 });
    expect(await s.item('shop/web')).toMatchObject({ bumps: 2, confirmed: { fingerprint } });
  });
});

describe('a target that does not get its version', () => {
  const stopped = async (): Promise<SyncStage> => {
    const s = await declared();
    await s.settled('shop/web');
    s.cluster.operator.running = false;
    await s.store('shop/web', 1);
    return s;
  };

  it('is told once, with its code, and its message is done', async () => {
    const s = await stopped();
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 0, lagging: 1, unfinished: [] });
    expect((await s.item('shop/web')).failure).toMatchObject({ code: 'TARGET_NOT_LOOKED', count: 1 });
    for (let i = 0; i < 3; i++) {
      s.pass(60 * MINUTE);
      await s.invoke({ wake: true });
    }
    expect((await s.item('shop/web')).failure).toMatchObject({ count: 4 });
    const [told, ...more] = s.told(UNDELIVERED);
    expect(more).toEqual([]);
    expect(told?.detail).toMatchObject({ certificate: 'shop/web', cluster: 'blue', code: 'TARGET_NOT_LOOKED' });
  });

  it('has the Secret itself told all the same when only its companion is late', async () => {
    const s = await stopped();
    const { versionId } = await pair(1);
    await s.invoke({ certificates: ['shop/web'] });
    expect(s.annotation('web-tls', 'shop', 'evercert.dev/sync')).toBe(`${versionId}.1`);
    expect((await s.item('shop/web')).confirmed?.versionId).not.toBe(versionId);
  });

  it.each([
    [1, 1],
    [2, 2],
    [3, 5],
    [4, 15],
    [5, 60],
    [6, 60],
  ])('is tried again after its failure number %i in %i minutes', async (failures, minutes) => {
    const s = await stopped();
    for (let i = 0; i < failures; i++) {
      s.pass(2 * 60 * MINUTE);
      await s.invoke({ wake: true });
    }
    const { failure, tryAt } = await s.item('shop/web');
    expect(new Date(tryAt!).getTime() - new Date(failure!.at).getTime()).toBe(minutes * MINUTE);
  });

  it('is left to its time when its message comes again, and tried at once for a newer version', async () => {
    const s = await stopped();
    await s.invoke({ certificates: ['shop/web'] });
    s.cluster.operator.running = true;
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 0, lagging: 0 });
    const { versionId } = await s.store('shop/web', 2);
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1 });
    const item = await s.item('shop/web');
    expect(item.confirmed?.versionId).toBe(versionId);
    expect(item.failure).toBeUndefined();
  });

  it('comes by itself when its time is there and the operator works again', async () => {
    const s = await stopped();
    await s.invoke({ certificates: ['shop/web'] });
    s.cluster.operator.running = true;
    s.pass(MINUTE);
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 1, lagging: 0 });
  });

  it('does not hold up the others of the cluster', async () => {
    const s = await declared();
    await s.declare('shop/lost');
    await s.store('shop/web', 1);
    await s.store('shop/lost', 1);
    expect(await s.invoke({ certificates: ['shop/lost', 'shop/web'] })).toMatchObject({ delivered: 1, lagging: 1 });
    expect((await s.item('shop/lost')).failure?.code).toBe('TARGET_MISSING');
  });
});

describe('a cluster that does not answer', () => {
  it.each([
    ['down', 'CLUSTER_UNREACHABLE'],
    ['untrusted', 'CLUSTER_UNTRUSTED'],
    ['unauthorized', 'CLUSTER_UNAUTHORIZED'],
  ] as const)(
    'because it is %s is asked once for ten certificates, and all are put off with %s',
    async (mode, code) => {
      const s = syncStage();
      const names = Array.from({ length: 10 }, (_, i) => `shop/web-${i}`);
      for (const name of names) {
        await s.declare(name);
        s.applyManifests(name);
        await s.store(name, 1);
      }
      s.cluster.mode = mode;
      expect(await s.invoke({ certificates: names })).toMatchObject({ delivered: 0, lagging: 10, unfinished: [] });
      expect(s.cluster.requests).toHaveLength(1);
      for (const name of names) expect((await s.item(name)).failure?.code).toBe(code);
      s.cluster.mode = 'up';
      s.pass(MINUTE);
      expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 10, lagging: 0 });
    },
  );

  it('that forbids one action names the rule of RBAC that is missing', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    s.cluster.forbidden.add('patch externalsecrets');
    await s.invoke({ certificates: ['shop/web'] });
    const { failure } = await s.item('shop/web');
    expect(failure?.code).toBe('CLUSTER_FORBIDDEN');
    expect(failure?.message).toContain(
      'a Role of namespace shop bound to the group evercert-sync needs the rule {apiGroups: [external-secrets.io], resources: [externalsecrets], resourceNames: [web-tls, web-tls-public], verbs: [patch]}',
    );
  });

  it.each([
    ['get externalsecrets', 'resources: [externalsecrets], resourceNames: [web-tls, web-tls-public], verbs: [get]}'],
    ['get secrets', '{apiGroups: [""], resources: [secrets], resourceNames: [web-tls-public], verbs: [get]}'],
  ])('that forbids to %s says so in the same words', async (action, rule) => {
    const s = await declared();
    await s.store('shop/web', 1);
    s.cluster.forbidden.add(action);
    await s.invoke({ certificates: ['shop/web'] });
    expect((await s.item('shop/web')).failure?.message).toContain(rule);
  });
});

describe('the ledger and the bus', () => {
  it.each(['deliveries', 'eventBus'])(
    'that do not answer (%s) make the message come again, and nothing is lost',
    async (port) => {
      const s = await declared();
      await s.store('shop/web', 1);
      s.faults.hook = (call) => {
        if (call.port === port && call.when === 'before') throw new Error('no answer');
      };
      expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 0, unfinished: ['shop/web'] });
      s.faults.hook = () => undefined;
      expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 1, unfinished: [] });
    },
  );
});

describe('an invocation', () => {
  it('that has no time left begins nothing, and its messages come again', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    expect(await s.invoke({ certificates: ['shop/web'] }, 11_000)).toMatchObject({ unfinished: ['shop/web'] });
    expect(s.cluster.requests).toEqual([]);
  });

  it('that is woken goes through all that is due, page by page', async () => {
    const s = syncStage();
    const names = Array.from({ length: 120 }, (_, i) => `shop/web-${i}`);
    for (const name of names) {
      await s.declare(name);
      s.applyManifests(name);
      await s.store(name, 1);
    }
    s.pass(MINUTE);
    expect(await s.invoke({ wake: true }, 3_600_000)).toMatchObject({ delivered: 120, lagging: 0 });
  });

  it('that is woken leaves alone what is not due yet, and other clusters', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 0, lagging: 0 });
    expect(s.cluster.requests).toEqual([]);
  });
});

describe('a target that is not declared any more', () => {
  it('is left to its journey, which drops it: nothing is asked of the cluster', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    await s.declare('shop/web', { namespaces: ['ops'] });
    s.pass(MINUTE);
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 0, lagging: 0 });
    expect(s.cluster.requests).toEqual([]);
    const { tryAt } = await s.item('shop/web', 'shop');
    expect(new Date(tryAt!).getTime() - s.clock.now().getTime()).toBe(60 * MINUTE);
  });

  it('whose row is gone, or whose item is, is no fault', async () => {
    const s = await declared();
    await s.store('shop/web', 1);
    const { target } = await s.item('shop/web');
    s.ledger.lose();
    s.pass(MINUTE);
    expect(await s.invoke({ certificates: ['shop/web'], wake: true })).toMatchObject({ delivered: 0, unfinished: [] });
    await s.ledger.deliveryAims.aim({
      target,
      wanted: { revision: 1, versionId: 'v', fingerprint: 'f', since: s.clock.now().toISOString() },
      tryAt: s.clock.now().toISOString(),
    });
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 0, lagging: 0 });
  });
});

describe('an ExternalSecret by which nothing can be proven', () => {
  it('is told all the same, without a wait: its companion alone may be what is wrong', async () => {
    const s = await declared();
    await s.settled('shop/web');
    const companionAt = { namespace: 'shop', name: 'web-tls', key: 'evercert/shop/web' };
    s.cluster.apply(companion(companionAt, { spec: { refreshInterval: '0s' } }));
    const { chainPem } = await s.store('shop/web', 1);
    const begun = s.clock.now().getTime();
    expect(await s.invoke({ certificates: ['shop/web'] })).toMatchObject({ delivered: 0, lagging: 1 });
    expect(s.clock.now().getTime()).toBe(begun);
    expect((await s.item('shop/web')).failure?.code).toBe('TARGET_NEVER_REFRESHES');
    s.pass(1_000);
    expect(s.cluster.secretIn({ namespace: 'shop', name: 'web-tls' })?.data['tls.crt']).toBe(chainPem);
  });
});

describe('what sync tells', () => {
  it('holds no key, no PEM and no token: not in the log, the events or the ledger', async () => {
    const s = await declared();
    await s.settled('shop/web');
    await s.store('shop/web', 1);
    await s.invoke({ certificates: ['shop/web'] });
    s.cluster.mode = 'unauthorized';
    await s.store('shop/web', 2);
    await s.invoke({ certificates: ['shop/web'] });
    s.cluster.mode = 'up';
    s.refused.aws = 'AccessDeniedException: not authorized to perform: secretsmanager:GetSecretValue';
    s.pass(MINUTE);
    await s.invoke({ wake: true });
    const told = JSON.stringify([s.lines, s.bus.published(), await s.item('shop/web')]);
    expect(told).toContain('CLUSTER_UNAUTHORIZED');
    expect(told).toContain('TARGET_DENIED');
    for (const n of [0, 1, 2]) {
      const { key } = await pair(n);
      const body = key.open().split('\n')[1]!;
      expect(body.length).toBeGreaterThan(40);
      expect(told).not.toContain(body);
    }
    expect(told).not.toMatch(/BEGIN |PRIVATE|k8s-aws-v1|Bearer|X-Amz/);
  });
});

describe('a companion that holds the wanted version already', () => {
  it('proves nothing by that: it must have been refreshed since', async () => {
    const s = await declared();
    await s.settled('shop/web');
    const { target, wanted } = await s.item('shop/web');
    s.cluster.operator.running = false;
    s.pass(MINUTE);
    const now = s.clock.now().toISOString();
    await s.ledger.deliveryAims.aim({ target, wanted: { ...wanted, since: now }, tryAt: now, again: true });
    expect(await s.invoke({ wake: true })).toMatchObject({ delivered: 0, lagging: 1 });
    expect((await s.item('shop/web')).failure).toMatchObject({ code: 'TARGET_NOT_LOOKED' });
  });
});
