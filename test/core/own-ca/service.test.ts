// An own CA on the whole service: the bootstrap, the waking of dependents, the renewal of a CA, a CA that is brought along.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseChain } from '#core/certificate/chain.ts';
import { makeCa } from '#test/support/own-ca-story.ts';
import { bootstrapYaml, caIssuerYaml, caYaml, leafYaml, SELF_SIGNED } from '#test/support/own-ca-yaml.ts';
import { type World, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const leafOf = (w: World, name: string): X509Certificate => parseChain(w.current(name)['tls.crt'] ?? '')[0]!;
const anchors = (w: World, name: string): string[] =>
  parseChain(w.current(name)['ca.crt'] ?? '').map(({ serialNumber }) => serialNumber);
const revision = (w: World, name: string) => w.ledger.row(name)?.progress.current?.revision;

/** Ticks of a sweep's period until nothing changes any more, or `periods` have gone. */
const settle = async (w: World, periods = 6): Promise<void> => {
  for (let i = 0; i < periods; i++) {
    await w.tick();
    w.pass(5 * MINUTE);
  }
};

const bootstrapped = async (yaml = bootstrapYaml()): Promise<World> => {
  const w = world();
  await w.deploy(yaml);
  await settle(w);
  return w;
};

describe('the bootstrap', () => {
  it('of root, intermediate and leaf comes from one deploy, in the right order by itself', async () => {
    const w = await bootstrapped();
    const [root, middle, leaf] = ['pki/root', 'pki/middle', 'pki/leaf'].map((name) => leafOf(w, name));
    expect(root!.verify(root!.publicKey)).toBe(true);
    expect(middle!.verify(root!.publicKey)).toBe(true);
    expect(leaf!.verify(middle!.publicKey)).toBe(true);
    expect(parseChain(w.current('pki/leaf')['tls.crt']!)).toHaveLength(2);
    expect(anchors(w, 'pki/leaf')).toEqual([root!.serialNumber]);
    expect(['pki/root', 'pki/middle', 'pki/leaf'].map((name) => revision(w, name))).toEqual([1, 1, 1]);
    expect(w.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });

  it('says for what a row waits while its CA is not there', async () => {
    const w = world();
    await w.deploy(bootstrapYaml());
    await w.invokeSweep();
    const leaf = w.executions.started().find(({ name }) => name === 'pki/leaf')!;
    const result = await w.invokeAdvance(leaf);
    expect(result).toMatchObject({ done: false, until: '2026-11-25T12:00:05.000Z' });
    expect(w.ledger.row('pki/leaf')?.progress.work).toMatchObject({
      waitingFor: 'issuer Issuer/pki/intermediate',
      waitingForIssuer: 'pki/middle',
    });
    expect(w.current('pki/leaf')).toEqual({});
  });

  it('ends the execution of who waits for longer, and the stored CA wakes it', async () => {
    const w = world();
    await w.deploy(bootstrapYaml());
    await w.invokeSweep();
    const [leaf, root, middle] = ['leaf', 'root', 'middle'].map(
      (name) => w.executions.started().find((input) => input.name === `pki/${name}`)!,
    );
    await w.run(leaf!);
    expect(w.ledger.row('pki/leaf')?.leaseUntil).toBeUndefined();
    const waits = w.ledger.row('pki/leaf')?.startAt;
    expect(waits).toBe('2026-11-25T12:06:05.000Z');
    await w.run(root!);
    await w.run(middle!);
    const woken = w.ledger.row('pki/leaf')!;
    expect(woken.signerTrust).toEqual({
      signer: 'pki/middle',
      trust: w.ledger.row('pki/middle')?.progress.current?.trust,
    });
    expect(woken.startAt! < waits!).toBe(true);
    w.pass(MINUTE);
    await w.tick();
    expect(leafOf(w, 'pki/leaf').issuer).toBe('CN=middle');
  });
});

describe('a stored CA', () => {
  it('wakes 1,000 dependents, fifty a second, and each once', async () => {
    const names = Array.from({ length: 1_000 }, (_, i) => `d${String(i).padStart(4, '0')}`);
    const w = world({ inFlight: 2_000 });
    const leaves = names.map((name) => leafYaml(name, { issuer: 'root' })).join('');
    const root = caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' });
    await w.deploy(SELF_SIGNED + caIssuerYaml('root', 'root-tls') + root + leaves);
    await w.invokeSweep();
    const times: number[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'dependents' && method === 'wake' && when === 'before') times.push(w.clock.now().getTime());
    };
    await w.run(w.executions.started().find(({ name }) => name === 'pki/root')!);
    expect(times).toHaveLength(1_000);
    expect(w.ledger.row('pki/root')?.progress.dependents).toMatchObject({ told: true });
    const perSecond = new Map<number, number>();
    for (const at of times) perSecond.set(Math.floor(at / 1000), (perSecond.get(Math.floor(at / 1000)) ?? 0) + 1);
    expect(Math.max(...perSecond.values())).toBeLessThanOrEqual(50);
    const trusts = new Set(names.map((name) => w.ledger.row(`pki/${name}`)?.signerTrust?.trust));
    expect(trusts.size).toBe(1);
  }, 60_000);
});

describe('the renewal of a CA', () => {
  it('re-issues nothing that is valid, and bundles old and new anchors without a gap', async () => {
    const w = await bootstrapped(
      SELF_SIGNED +
        caIssuerYaml('root', 'root-tls') +
        caYaml('root', { issuer: 'self', kind: 'ClusterIssuer', duration: '2160h' }) +
        leafYaml('leaf', { issuer: 'root', duration: '1440h' }),
    );
    const before = { root: leafOf(w, 'pki/root'), leaf: leafOf(w, 'pki/leaf') };
    // Leaves renew at 40 of their 60 days, the root at 60 of its 90.
    w.pass(41 * DAY);
    await settle(w);
    const second = leafOf(w, 'pki/leaf');
    expect(second.serialNumber).not.toBe(before.leaf.serialNumber);
    w.pass(19 * DAY);
    await settle(w);
    const root = leafOf(w, 'pki/root');
    expect(root.serialNumber).not.toBe(before.root.serialNumber);
    expect(anchors(w, 'pki/root')).toEqual([root.serialNumber, before.root.serialNumber]);
    expect(anchors(w, 'pki/leaf')).toEqual([root.serialNumber, before.root.serialNumber]);
    expect(leafOf(w, 'pki/leaf').serialNumber).toBe(second.serialNumber);
    expect(new Date(second.validTo) <= new Date(before.root.validTo)).toBe(true);
  });

  it('lets the old pair sign until clients have had time for the new anchors', async () => {
    const yaml =
      SELF_SIGNED +
      caIssuerYaml('root', 'root-tls') +
      caYaml('root', { issuer: 'self', kind: 'ClusterIssuer', duration: '2160h' });
    const w = await bootstrapped(yaml);
    const old = leafOf(w, 'pki/root');
    w.pass(61 * DAY);
    await settle(w);
    const root = leafOf(w, 'pki/root');
    expect(root.serialNumber).not.toBe(old.serialNumber);
    await w.deploy(yaml + leafYaml('early', { issuer: 'root', duration: '24h' }));
    await settle(w, 2);
    expect(leafOf(w, 'pki/early').verify(old.publicKey)).toBe(true);
    expect(anchors(w, 'pki/early')).toEqual([root.serialNumber, old.serialNumber]);
    w.pass(DAY);
    await w.deploy(yaml + leafYaml('later', { issuer: 'root', duration: '24h' }));
    await settle(w, 2);
    expect(leafOf(w, 'pki/later').verify(root.publicKey)).toBe(true);
  });

  it('with the same key needs no hand-over', async () => {
    const yaml =
      SELF_SIGNED +
      caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' }).replace(
        'size: 256',
        'size: 256\n    rotationPolicy: Never',
      );
    const w = await bootstrapped(yaml);
    w.pass(61 * DAY);
    await settle(w);
    expect(revision(w, 'pki/root')).toBe(2);
    expect(w.current('pki/root')).not.toHaveProperty('signs-from');
    expect(anchors(w, 'pki/root')).toHaveLength(2);
  });

  it('lets an anchor go that has expired', async () => {
    const w = await bootstrapped(SELF_SIGNED + caYaml('root', { issuer: 'self', kind: 'ClusterIssuer' }));
    const first = leafOf(w, 'pki/root');
    for (let i = 0; i < 2; i++) {
      w.pass(61 * DAY);
      await settle(w);
    }
    expect(revision(w, 'pki/root')).toBe(3);
    expect(anchors(w, 'pki/root')).toHaveLength(2);
    expect(anchors(w, 'pki/root')).not.toContain(first.serialNumber);
  });
});

describe('a CA that is brought along', () => {
  const yaml = caIssuerYaml('brought', 'brought-ca') + leafYaml('leaf', { issuer: 'brought' });

  it('signs from its reference', async () => {
    const root = await makeCa({ name: 'brought' });
    const w = world();
    w.secrets.plant(
      'evercert-refs/pki/brought-ca',
      JSON.stringify({ 'tls.crt': root.certificatePem, 'tls.key': root.key.open() }),
    );
    await w.deploy(yaml);
    await w.tick();
    expect(leafOf(w, 'pki/leaf').issuer).toBe('CN=brought');
    expect(anchors(w, 'pki/leaf')).toEqual([new X509Certificate(root.certificatePem).serialNumber]);
  });

  it('that is missing is waited for, as ISSUER_NOT_READY, and is found within an hour', async () => {
    const w = world();
    await w.deploy(yaml);
    await w.tick();
    const { progress } = w.ledger.row('pki/leaf')!;
    expect(progress.work?.waitingFor).toMatch(
      /^ISSUER_NOT_READY: issuer Issuer\/pki\/brought: the secret for pki\/brought-ca/,
    );
    expect(progress.failure).toBeUndefined();
    const root = await makeCa({ name: 'brought' });
    w.secrets.plant(
      'evercert-refs/pki/brought-ca',
      JSON.stringify({ 'tls.crt': root.certificatePem, 'tls.key': root.key.open() }),
    );
    w.pass(HOUR);
    await settle(w, 2);
    expect(leafOf(w, 'pki/leaf').issuer).toBe('CN=brought');
  });

  it('that cannot be read is SIGNER_UNFIT, without a word of what lies there', async () => {
    const w = world();
    w.secrets.plant('evercert-refs/pki/brought-ca', 'not JSON, but secret');
    await w.deploy(yaml);
    await w.tick();
    const { failure } = w.ledger.row('pki/leaf')!.progress;
    expect(failure?.code).toBe('SIGNER_UNFIT');
    expect(JSON.stringify(w.lines) + JSON.stringify(failure)).not.toContain('but secret');
  });
});

it('a leaf that its CA refused is tried again as soon as the CA has changed', async () => {
  const ca = (more: string) => caYaml('root', { issuer: 'self', kind: 'ClusterIssuer', more });
  const constraints = (domain: string) =>
    `  nameConstraints:\n    critical: true\n    permitted:\n      dnsDomains: [${domain}]\n`;
  const rest = SELF_SIGNED + caIssuerYaml('root', 'root-tls') + leafYaml('leaf', { issuer: 'root' });
  const w = world();
  await w.deploy(ca(constraints('example.org')) + rest);
  await settle(w);
  expect(w.ledger.row('pki/leaf')?.progress.failure?.code).toBe('CA_CONSTRAINS');
  await w.deploy(ca(constraints('example.com')).replace('commonName: root', 'commonName: new-root') + rest);
  await settle(w);
  expect(w.ledger.row('pki/leaf')?.progress.failure).toBeUndefined();
  expect(leafOf(w, 'pki/leaf').issuer).toBe('CN=new-root');
});
