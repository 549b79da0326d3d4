// What one certificate of an own CA costs in calls, and what two runs at once do to it.
import { describe, expect, it } from 'vitest';
import { parseChain } from '#core/certificate/chain.ts';
import { EvercertError } from '#core/errors.ts';
import type { JourneyPorts } from '#core/journey/ports.ts';
import { caIssuerYaml, caYaml, leafYaml, SELF_SIGNED } from '#test/support/own-ca-yaml.ts';
import { type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const ROOT = SELF_SIGNED + caIssuerYaml('root', 'root-tls') + caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' });
const LEAF = leafYaml('leaf', { issuer: 'root', duration: '1440h' });

const withRoot = async (): Promise<World> => {
  const w = world();
  await w.deploy(ROOT);
  await w.tick();
  w.pass(5 * MINUTE);
  await w.deploy(ROOT + LEAF);
  return w;
};

/** What `advance` calls, and what Secrets Manager is asked, in one execution of the leaf. */
const callsOf = async (w: World) => {
  const ledger: string[] = [];
  const others: string[] = [];
  await w.invokeSweep();
  const before = w.secrets.model.calls.length;
  w.faults.hook = ({ port, method, when }) => {
    if (when !== 'before') return;
    if (
      port === 'claimedRows' ||
      port === 'circuits' ||
      port === 'dependents' ||
      port === 'limits' ||
      port === 'deliveryAims'
    )
      ledger.push(`${port}.${method}`);
    if (port === 'eventBus' || port === 'EventBus') others.push(method);
  };
  const inputs = w.executions.started();
  await w.run(inputs.findLast(({ name }) => name === 'pki/leaf')!);
  return { ledger, secrets: w.secrets.model.calls.slice(before), others };
};

describe('a first certificate of an own CA', () => {
  it('takes six calls of advance; with its booking and its start eight', async () => {
    const { ledger, secrets, others } = await callsOf(await withRoot());
    expect(secrets).toEqual(['GetSecretValue', 'CreateSecret']);
    expect(ledger).toEqual(['claimedRows.claim', 'claimedRows.save', 'claimedRows.release']);
    expect(others).toEqual(['publish']);
  });

  it('is done in one pass, without a wait', async () => {
    const w = await withRoot();
    await w.invokeSweep();
    const input = w.executions.started().find(({ name }) => name === 'pki/leaf')!;
    expect(await w.invokeAdvance(input)).toMatchObject({ done: true, phase: 'due', revision: 1 });
  });

  it('that would outlive its CA ends with it, and the history and the event say so', async () => {
    const w = world();
    await w.deploy(ROOT);
    await w.tick();
    await w.deploy(ROOT + leafYaml('long', { issuer: 'root', duration: '175200h' }));
    w.pass(5 * MINUTE);
    await w.tick();
    const root = w.ledger.row('pki/root')?.progress.current?.notAfter;
    expect(w.ledger.row('pki/long')?.progress.current?.notAfter).toBe(root);
    const warnings = [expect.stringContaining(root!)];
    expect(w.ledger.history('pki/long').at(-1)).toMatchObject({ kind: 'issued', warnings });
    expect(w.bus.published().at(-1)?.detail).toMatchObject({ certificate: 'pki/long', warnings });
  });

  it('begins its secret with the finished pair: no placeholder, no staged key', async () => {
    const w = await withRoot();
    await w.tick();
    const versions = [...w.secrets.model.secrets.get('evercert/pki/leaf')!.versions.values()];
    expect(versions).toHaveLength(1);
    expect(Object.keys(JSON.parse(versions[0]!.text) as object)).toContain('tls.key');
    expect([...versions[0]!.labels]).toEqual(['AWSCURRENT']);
  });
});

describe('a renewal by an own CA', () => {
  it('takes eleven calls of advance: a place among the writes, staged, read back, promoted by compare-and-set', async () => {
    const w = await withRoot();
    await w.tick();
    w.pass(41 * DAY);
    const { ledger, secrets, others } = await callsOf(w);
    expect(secrets).toEqual([
      'DescribeSecret',
      'GetSecretValue',
      'PutSecretValue',
      'GetSecretValue',
      'UpdateSecretVersionStage',
      'UpdateSecretVersionStage',
    ]);
    expect(ledger).toEqual(['claimedRows.claim', 'limits.take', 'claimedRows.save', 'claimedRows.release']);
    expect(others).toEqual(['publish']);
  });
});

describe('a secret that is there already', () => {
  it('with a certificate that the ledger has forgotten is taken over, and nothing is published anew', async () => {
    const w = await withRoot();
    await w.tick();
    const before = w.current('pki/leaf');
    w.ledger.lose();
    await w.deploy(ROOT + LEAF);
    for (let i = 0; i < 3; i++) {
      await w.tick();
      w.pass(5 * MINUTE);
    }
    expect(w.current('pki/leaf').sha256).toBe(before.sha256);
    expect(w.ledger.history('pki/leaf').map(({ reason }) => reason)).toEqual(['Adopted']);
  });

  it('with a placeholder goes the safe way', async () => {
    const w = await withRoot();
    const uid = w.ledger.row('pki/root')!.uid;
    await w.secrets.versions.open({ name: 'evercert/pki/leaf', certificate: 'pki/leaf', uid });
    await w.tick();
    expect(parseChain(w.current('pki/leaf')['tls.crt']!)[0]!.issuer).toBe('CN=root');
    expect(w.secrets.labels('evercert/pki/leaf')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('of somebody else is never touched', async () => {
    const w = await withRoot();
    w.secrets.plant('evercert/pki/leaf', 'theirs');
    await w.tick();
    expect(w.secrets.text('evercert/pki/leaf')).toBe('theirs');
    expect(w.ledger.row('pki/leaf')?.progress.failure?.code).toBe('SECRET_FOREIGN');
  });
});

describe('a holder that freezes, and another that takes over', () => {
  /** Ports whose holder sleeps past its lease before the named call; `meanwhile` happens then. */
  const freezing = (w: World, call: 'create' | 'put' | 'promote', meanwhile: () => Promise<void>): JourneyPorts => {
    const ports = w.compose();
    let isFrozen = false;
    const slept =
      <A, R>(run: (argument: A) => Promise<R>) =>
      async (argument: A): Promise<R> => {
        if (!isFrozen) {
          isFrozen = true;
          await meanwhile();
        }
        return run(argument);
      };
    const { newSecrets, versions, labels } = ports;
    if (call === 'create') return { ...ports, newSecrets: { create: slept(newSecrets.create) } };
    if (call === 'put') return { ...ports, versions: { ...versions, put: slept(versions.put) } };
    return { ...ports, labels: { ...labels, promote: slept(labels.promote) } };
  };

  it.each([
    { what: 'its first secret is made', call: 'create', days: 0, revision: 1 },
    { what: 'its renewal is staged', call: 'put', days: 41, revision: 2 },
    { what: 'its renewal is promoted', call: 'promote', days: 41, revision: 2 },
  ] as const)('before $what publish one certificate, recorded once', async ({ call, days, revision }) => {
    const w = await withRoot();
    if (days > 0) await w.tick();
    w.pass(days * DAY);
    await w.invokeSweep();
    const input = w.executions.started().findLast(({ name }) => name === 'pki/leaf')!;
    let others = 0;
    const ports = freezing(w, call, async () => {
      w.pass(11 * MINUTE);
      w.end(input);
      await w.tick();
      others = w.ledger.row('pki/leaf')!.progress.current!.revision;
    });
    expect(await w.invokeAdvance(input, ports)).toMatchObject({ done: true });
    expect(others).toBe(revision);
    w.pass(5 * MINUTE);
    await w.tick();
    const { progress } = w.ledger.row('pki/leaf')!;
    expect(progress.current?.revision).toBe(revision);
    expect(progress.current?.fingerprint).toBe(w.current('pki/leaf').sha256);
    expect(w.ledger.history('pki/leaf').filter(({ kind }) => kind === 'issued')).toHaveLength(revision);
  });
});

describe('faults', () => {
  it('of a store that is asked too fast put a first certificate in the queue, and are no failure', async () => {
    const w = await withRoot();
    let throttled = 0;
    const takes: string[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'limits' && when === 'before') takes.push(method);
      if (port !== 'NewSecrets' || when !== 'before' || throttled++ > 0) return;
      throw new EvercertError('SECRET_UNAVAILABLE', 'Rate exceeded', { detail: { throttled: true } });
    };
    await w.tick();
    expect(w.ledger.row('pki/leaf')?.progress.current?.revision).toBe(1);
    expect(w.ledger.history('pki/leaf').map(({ kind }) => kind)).toEqual(['issued']);
    expect(takes).toEqual(['take']);
    expect(w.ledger.openCircuits()).toEqual([]);
  });

  it('of the store open its circuit; who meets it then waits, and one probes', async () => {
    const w = world();
    await w.deploy(ROOT);
    await w.tick();
    w.pass(5 * MINUTE);
    const names = Array.from({ length: 6 }, (_, i) => `d${i}`);
    await w.deploy(ROOT + names.map((name) => leafYaml(name, { issuer: 'root' })).join(''));
    w.faults.hook = ({ port, when }) => {
      if (port === 'NewSecrets' && when === 'before') throw storeDown();
    };
    await w.tick();
    const failed = names.filter((name) => w.ledger.row(`pki/${name}`)?.progress.failure !== undefined);
    expect(failed).toHaveLength(3);
    expect(w.ledger.openCircuits().map(({ scope }) => scope)).toEqual(['store']);
    w.faults.hook = () => undefined;
    for (let i = 0; i < 12; i++) {
      w.pass(5 * MINUTE);
      await w.tick();
    }
    expect(names.map((name) => w.ledger.row(`pki/${name}`)?.progress.current?.revision !== undefined)).toEqual(
      names.map(() => true),
    );
    expect(w.ledger.openCircuits()).toEqual([]);
  });
});

const storeDown = () => new EvercertError('SECRET_UNAVAILABLE', 'the store is down');
