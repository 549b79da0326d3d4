// What a journey wants to arrive where: written before it is announced, followed when the declaration changes, dropped when it
// goes; and never a reason to issue, nor to hold an issuance up.
import { describe, expect, it } from 'vitest';
import { killAt } from '#test/support/kill.ts';
import { caIssuerYaml, caYaml, leafYaml, SELF_SIGNED } from '#test/support/own-ca-yaml.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const yaml = (more = '', annotations = ''): string => {
  const written = certificateYaml('web', ['web.example.com'], more);
  return (
    issuerYaml() +
    (annotations === ''
      ? written
      : written.replace('  name: web\n', `  name: web\n  annotations: { ${annotations} }\n`))
  );
};

/** A world whose setting `clusters` can be changed. */
const worldWith = (...clusters: string[]) => {
  const given = { clusters };
  return { w: world(given), given };
};

const issuedTo = async (...clusters: string[]) => {
  const made = worldWith(...clusters);
  await made.w.deploy(yaml());
  await made.w.tick();
  return made;
};

const redeploy = async (w: World, text: string): Promise<void> => {
  w.pass(5 * MINUTE);
  await w.deploy(text);
  await w.tick();
};

const places = (w: World): string[] =>
  w.ledger.targets().map(({ target }) => `${target.cluster}/${target.namespace}/${target.secret}`);
const current = (w: World) => w.ledger.row('default/web')!.progress.current!;
const issuances = (w: World) => w.ledger.history('default/web').filter(({ kind }) => kind === 'issued');

/** Calls of the targets' ports from now on. */
const counted = (w: World): string[] => {
  const calls: string[] = [];
  w.faults.hook = ({ port, method, when }) => {
    if (when === 'before' && (port === 'deliveryAims' || port === 'eventBus')) calls.push(`${port}.${method}`);
  };
  return calls;
};

describe('an issued certificate', () => {
  it('is aimed at each of its clusters before it is announced', async () => {
    const { w } = worldWith('blue', 'green');
    await w.deploy(yaml());
    const calls = counted(w);
    await w.tick();
    expect(calls).toEqual(['deliveryAims.aim', 'deliveryAims.aim', 'eventBus.publish']);
    const { versionId, fingerprint } = current(w);
    const since = issuances(w)[0]!.at;
    expect(w.ledger.targets()).toEqual(
      ['blue', 'green'].map((cluster) => ({
        target: {
          certificate: 'default/web',
          cluster,
          namespace: 'default',
          secret: 'web-tls',
          kind: 'ExternalSecret',
        },
        edit: 1,
        wanted: { revision: 1, versionId, fingerprint, since },
        bumps: 0,
        tryAt: expect.any(String),
      })),
    );
    expect(w.bus.published()[0]!.detail).toMatchObject({ certificate: 'default/web', clusters: ['blue', 'green'] });
  });

  it('gives each cluster a minute to be told by the event, before it looks by itself', async () => {
    const { w } = await issuedTo('blue');
    const [{ wanted, tryAt }] = w.ledger.targets() as [ReturnType<World['ledger']['targets']>[number]];
    expect(new Date(tryAt!).getTime() - new Date(wanted.since).getTime()).toBe(MINUTE);
  });

  it('without a cluster makes no call, neither as it is issued nor later', async () => {
    const { w } = worldWith();
    await w.deploy(yaml());
    const calls = counted(w);
    await w.tick();
    w.pass(62 * DAY);
    await w.tick();
    expect(calls).toEqual(['eventBus.publish', 'eventBus.publish']);
    expect(issuances(w)).toHaveLength(2);
  });

  it('is aimed at anew by its renewal, with one query and one write', async () => {
    const { w } = await issuedTo('blue');
    const calls = counted(w);
    w.pass(62 * DAY);
    await w.tick();
    // The first event is the sweep's, of a target that was never confirmed.
    expect(calls).toEqual(['eventBus.publish', 'deliveryAims.ofCertificate', 'deliveryAims.aim', 'eventBus.publish']);
    expect(w.ledger.targets()[0]!.wanted).toMatchObject({ revision: 2, versionId: current(w).versionId });
  });

  it('is not asked about by a run that finds nothing to do', async () => {
    const { w } = await issuedTo('blue');
    await redeploy(w, yaml('', 'evercert.dev/on-drift: repair'));
    const calls = counted(w);
    w.pass(5 * MINUTE);
    await w.tick();
    expect(calls.filter((call) => call.startsWith('deliveryAims'))).toEqual([]);
  });

  it('by an own CA, in one pass, and rendered anew, is aimed at all the same', async () => {
    const { w } = worldWith('blue');
    const root =
      SELF_SIGNED + caIssuerYaml('root', 'root-tls') + caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' });
    await w.deploy(root);
    await w.tick();
    await redeploy(w, root + leafYaml('leaf', { issuer: 'root', duration: '1440h' }));
    expect(places(w)).toEqual(['blue/pki/leaf-tls']);
    await redeploy(
      w,
      root +
        leafYaml('leaf', {
          issuer: 'root',
          duration: '1440h',
          more: '  additionalOutputFormats: [{ type: CombinedPEM }]\n',
        }),
    );
    const leaf = w.ledger.targets().find(({ target }) => target.certificate === 'pki/leaf')!;
    expect(leaf.wanted).toMatchObject({
      revision: 2,
      versionId: w.ledger.row('pki/leaf')!.progress.current!.versionId,
      fingerprint: w.ledger.row('pki/leaf')!.progress.current!.fingerprint,
    });
  });

  it('that the ledger cannot aim yet is announced later, not failed', async () => {
    const { w } = worldWith('blue');
    await w.deploy(yaml());
    let down = true;
    w.faults.hook = ({ port, when }) => {
      if (down && port === 'deliveryAims' && when === 'before') {
        if (w.bus.published().length > 0) throw new Error('announced before it was aimed');
        down = false;
        throw new Error('no answer');
      }
    };
    await w.tick();
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued']);
    expect(places(w)).toEqual(['blue/default/web-tls']);
    expect(w.bus.published()).toHaveLength(1);
  });
});

describe('a change of where it is delivered to', () => {
  it('by a new cluster is followed without another certificate', async () => {
    const { w, given } = await issuedTo('blue');
    const { versionId } = current(w);
    given.clusters = ['blue', 'green'];
    await redeploy(w, yaml());
    expect(places(w)).toEqual(['blue/default/web-tls', 'green/default/web-tls']);
    const [blue, green] = w.ledger.targets();
    expect(green!.wanted).toMatchObject({ versionId, revision: 1, since: w.clock.now().toISOString() });
    expect(blue!.edit).toBe(1);
    expect(issuances(w)).toHaveLength(1);
  });

  it('by fewer namespaces, another Secret or a selector drops and makes what differs', async () => {
    const { w } = worldWith('blue');
    await w.deploy(yaml('', 'evercert.dev/namespaces: "pay, shop"'));
    await w.tick();
    expect(places(w)).toEqual(['blue/pay/web-tls', 'blue/shop/web-tls']);
    await redeploy(w, yaml('', 'evercert.dev/namespaces: shop').replace('web-tls', 'site-tls'));
    expect(places(w)).toEqual(['blue/shop/site-tls']);
    await redeploy(w, yaml('', 'evercert.dev/namespace-selector: team=web'));
    expect(w.ledger.targets().map(({ target }) => [target.namespace, target.kind])).toEqual([
      ['*', 'ClusterExternalSecret'],
    ]);
    expect(issuances(w)).toHaveLength(1);
  });

  it('to no cluster at all drops the items, and no call is made from then on', async () => {
    const { w, given } = await issuedTo('blue', 'green');
    given.clusters = [];
    await redeploy(w, yaml());
    expect(places(w)).toEqual([]);
    const calls = counted(w);
    w.pass(62 * DAY);
    await w.tick();
    expect(calls).toEqual(['eventBus.publish']);
  });

  it('to no cluster drops also what a crash had left half written', async () => {
    const { w, given } = worldWith('blue', 'green');
    await w.deploy(yaml());
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'deliveryAims' && method === 'aim' && when === 'after') throw new Error('the answer is lost');
    };
    await w.tick();
    expect(places(w)).not.toEqual([]);
    w.faults.hook = () => undefined;
    given.clusters = [];
    await redeploy(w, yaml());
    expect(places(w)).toEqual([]);
  });

  it('that comes while the issuer is down is followed all the same', async () => {
    const { w, given } = await issuedTo('blue');
    w.pass(62 * DAY);
    w.faults.hook = ({ port }) => {
      if (/acme/i.test(port)) throw new Error('the CA is down');
    };
    await w.tick();
    given.clusters = ['blue', 'green'];
    await redeploy(w, yaml());
    expect(places(w)).toEqual(['blue/default/web-tls', 'green/default/web-tls']);
    expect(issuances(w)).toHaveLength(1);
  });
});

describe('a declaration that is gone', () => {
  it('takes its targets with it, and gets them again when it comes back', async () => {
    const { w } = await issuedTo('blue');
    await redeploy(w, issuerYaml());
    expect(places(w)).toEqual([]);
    expect(w.ledger.history('default/web').at(-1)?.kind).toBe('retired');
    await redeploy(w, yaml());
    expect(places(w)).toEqual(['blue/default/web-tls']);
    expect(issuances(w)).toHaveLength(1);
  });
});

describe('a secret that was changed by hand and put back', () => {
  it('has each target looked at again, before the drift is told', async () => {
    const { w } = worldWith('blue');
    await w.deploy(yaml('', 'evercert.dev/on-drift: repair'));
    await w.tick();
    const [seen] = w.ledger.targets();
    const { versionId, fingerprint } = current(w);
    const { tryAt: _done, ...rest } = seen!;
    const confirmed = {
      versionId,
      fingerprint,
      serial: '01',
      notAfter: '',
      at: w.clock.now().toISOString(),
      afterMs: 1,
    };
    await w.ledger.deliveries.write({ delivery: { ...rest, confirmed }, seen: seen! });
    const { versions } = w.secrets.model.secrets.get('evercert/default/web')!;
    for (const { labels } of versions.values()) labels.delete('AWSCURRENT');
    versions.set('by-hand-00000000000000000000000000', { text: '{}', labels: new Set(['AWSCURRENT']) });
    w.pass(DAY);
    const calls = counted(w);
    await w.tick();
    expect(calls).toEqual(['deliveryAims.aim', 'eventBus.publish']);
    const [again] = w.ledger.targets();
    expect(again!.wanted).toMatchObject({ versionId, revision: 1, since: w.clock.now().toISOString() });
    expect(again!.tryAt).toBe(new Date(w.clock.now().getTime() + MINUTE).toISOString());
    const told = w.bus.published().at(-1)!;
    expect(told).toMatchObject({ detailType: 'Evercert Certificate Drifted', detail: { clusters: ['blue'] } });
  });
});

describe('a process that is killed at any call', () => {
  const scenario = async (): Promise<World> => {
    const { w, given } = await issuedTo('blue');
    given.clusters = ['green'];
    w.pass(62 * DAY);
    await w.deploy(yaml());
    return w;
  };

  it('while it renews and follows a change of clusters ends with the one target that is declared', async () => {
    const probe = await scenario();
    let calls = 0;
    probe.faults.hook = ({ when }) => {
      if (when === 'before') calls++;
    };
    await probe.tick();
    for (let k = 1; k <= calls; k++)
      for (const when of ['before', 'after'] as const) {
        const w = await scenario();
        const { killed } = killAt(w, k, when);
        await w.tick().catch(() => undefined);
        w.faults.hook = () => undefined;
        for (let sweeps = 0; sweeps < 4; sweeps++) {
          w.pass(11 * MINUTE);
          await w.tick();
        }
        const at = `killed ${when} ${killed()?.port}.${killed()?.method} (call ${k} of ${calls})`;
        expect(places(w), at).toEqual(['green/default/web-tls']);
        expect(w.ledger.targets()[0]!.wanted.versionId, at).toBe(current(w).versionId);
      }
    console.info(`${2 * calls} kills of a renewal that follows a change of clusters`);
    expect(calls).toBeGreaterThan(20);
  }, 120_000);
});
