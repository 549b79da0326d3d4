// The whole of a migration on the fakes: what cert-manager had issued becomes the first version, and nothing is ordered.
import { describe, expect, it } from 'vitest';
import { type Imported, importSecrets } from '#core/migration/import.ts';
import { killAt } from '#test/support/kill.ts';
import { bootstrapYaml } from '#test/support/own-ca-yaml.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';
import { parsed, portsOf, SETTINGS, secretObject, type Theirs } from './theirs.ts';

const DAY = 24 * 60 * 60_000;
const YAML = issuerYaml() + certificateYaml('web', ['web.example.com']);
const SECRET = 'evercert/default/web';

/** Another world's CA has issued; `then` changes what is declared here. */
const migration = async (yaml = YAML) => {
  const before = world();
  await before.deploy(YAML);
  await before.tick();
  const w = world();
  const certificates = await w.deploy(yaml);
  const run = (secrets: readonly Theirs[], settings: Partial<typeof SETTINGS> = {}): Promise<readonly Imported[]> =>
    importSecrets({ certificates, secrets: parsed(...secrets) }, portsOf(w), { ...SETTINGS, ...settings });
  return { before, w, certificates, run, theirs: secretObject(before, 'web') };
};

const types = (w: World) => w.bus.published().map(({ detailType }) => detailType);
const writes = (w: World) => w.secrets.model.calls.filter((call) => !/^(Describe|Get)/.test(call));

describe('a Secret of cert-manager', () => {
  it('becomes the first version, and the row takes it over without an order', async () => {
    const { before, w, run, theirs } = await migration();
    const { sha256 } = before.current('default/web');
    const [imported] = await run([theirs]);
    expect(imported).toMatchObject({
      certificate: 'default/web',
      secret: 'default/web-tls',
      status: 'adopted',
      fingerprint: sha256,
    });
    expect(w.secrets.labels(SECRET)).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    await w.tick();
    expect(w.ca.orders.size).toBe(0);
    expect(types(w)).toEqual(['Evercert Certificate Adopted']);
    expect(w.current('default/web')).toMatchObject({
      sha256,
      'version-id': w.ledger.row('default/web')!.progress.current!.versionId,
    });
    expect(w.secrets.labels(SECRET)).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('is renewed when it is due, and not before', async () => {
    const { w, run, theirs } = await migration();
    const [imported] = await run([theirs]);
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.renewAt).toBe(imported!.renewAt);
    w.pass(new Date(imported!.renewAt!).getTime() - w.clock.now().getTime() - DAY);
    await w.tick();
    expect(w.ca.orders.size).toBe(0);
    w.pass(DAY + 300_000);
    await w.tick();
    expect(w.ca.orders.size).toBe(1);
    expect(types(w).at(-1)).toBe('Evercert Certificate Renewed');
  });

  it('is taken over too by a row whose issuance had failed already', async () => {
    const { w, run, theirs } = await migration();
    w.faults.hook = ({ port, method }) => {
      if (port === 'AcmeOrders' || method === 'newOrder') throw new Error('no orders today');
    };
    await w.tick();
    expect(types(w)).toEqual(['Evercert Certificate Failed']);
    w.faults.hook = () => undefined;
    expect((await run([theirs]))[0]).toMatchObject({ status: 'adopted' });
    w.pass(DAY);
    await w.tick();
    expect(w.ca.orders.size).toBe(0);
    expect(types(w).at(-1)).toBe('Evercert Certificate Adopted');
  });

  it('gets its keystores and formats as declared, and its key in the declared encoding', async () => {
    const more =
      '    encoding: PKCS8\n  additionalOutputFormats: [{type: DER}, {type: CombinedPEM}]\n  keystores: {jks: {create: true, password: changeit}}';
    const { w, run, theirs } = await migration(issuerYaml() + certificateYaml('web', ['web.example.com'], more));
    expect((await run([theirs]))[0]).toMatchObject({ status: 'adopted' });
    expect(Object.keys(w.current('default/web'))).not.toContain('keystore.jks');
    expect(w.current('default/web')['tls.key']).toContain('BEGIN PRIVATE KEY');
    await w.tick();
    expect(w.ca.orders.size).toBe(0);
    expect(types(w)).toEqual(['Evercert Certificate Adopted', 'Evercert Certificate Rendered']);
    expect(Object.keys(w.current('default/web'))).toEqual(
      expect.arrayContaining(['tls.crt', 'tls.key', 'tls-combined.pem', 'key.der', 'keystore.jks']),
    );
  });

  it('is there already the second time: nothing is written', async () => {
    const { w, run, theirs } = await migration();
    await run([theirs]);
    for (const taken of [false, true]) {
      if (taken) await w.tick();
      const written = writes(w).length;
      expect((await run([theirs]))[0]).toMatchObject({ status: 'already' });
      expect(writes(w)).toHaveLength(written);
    }
  });

  it('is only looked at on a dry run', async () => {
    const { w, run, theirs } = await migration();
    expect((await run([theirs], { dryRun: true }))[0]).toMatchObject({ status: 'adoptable' });
    expect(writes(w)).toEqual([]);
  });

  it('does not replace what Evercert has issued itself', async () => {
    const { w, run, theirs } = await migration();
    await w.tick();
    const { sha256 } = w.current('default/web');
    expect((await run([theirs]))[0]).toMatchObject({ status: 'refused', code: 'IMPORT_HELD' });
    expect(w.current('default/web').sha256).toBe(sha256);
  });

  it('takes the place of a placeholder', async () => {
    const { before, w, run, theirs } = await migration();
    await w.secrets.versions.open({ name: SECRET, certificate: 'default/web', uid: 'u1' });
    expect((await run([theirs]))[0]).toMatchObject({ status: 'adopted' });
    expect(w.current('default/web').sha256).toBe(before.current('default/web').sha256);
    expect(w.secrets.model.secrets.get(SECRET)!.tags.get('evercert.dev/uid')).toBe('u1');
  });

  it('leaves a secret alone that is not ours, or is to be deleted', async () => {
    const { w, run, theirs } = await migration();
    w.secrets.plant(SECRET, '{}');
    expect((await run([theirs]))[0]).toMatchObject({ status: 'refused', code: 'SECRET_FOREIGN' });
    w.secrets.plant(SECRET, '{}', { 'evercert.dev/certificate': 'default/web' });
    expect((await run([theirs]))[0]).toMatchObject({ status: 'refused', code: 'IMPORT_HELD' });
    w.secrets.model.secrets.get(SECRET)!.deletedAt = new Date('2026-11-25T00:00:00Z');
    expect((await run([theirs]))[0]).toMatchObject({ status: 'refused', code: 'SECRET_DELETED' });
    expect(writes(w)).toEqual([]);
  });
});

describe('an import that dies', () => {
  it.each(['before', 'after'] as const)('%s any of its calls ends the same when it is repeated', async (when) => {
    const deaths = new Set<string>();
    for (let k = 1; ; k++) {
      const { w, run, theirs } = await migration();
      const kill = killAt(w, k, when);
      await run([theirs]);
      const at = kill.killed();
      if (at === undefined) break;
      deaths.add(`${at.port}.${at.method}`);
      w.faults.hook = () => undefined;
      const [again] = await run([theirs]);
      expect({ k, status: again!.status }).toEqual({ k, status: expect.stringMatching(/^(adopted|already)$/) });
      await w.tick();
      expect({ k, orders: w.ca.orders.size, labels: w.secrets.labels(SECRET), told: types(w) }).toEqual({
        k,
        orders: 0,
        labels: ['AWSCURRENT', 'AWSPREVIOUS'],
        told: ['Evercert Certificate Adopted'],
      });
    }
    expect([...deaths].sort()).toEqual([
      'SecretLabels.drop',
      'SecretLabels.promote',
      'SecretLook.look',
      'SecretVersions.open',
      'SecretVersions.put',
      'SecretVersions.read',
    ]);
  });
});

describe('many at once', () => {
  it('are each told, in their order, and write no faster than the account allows', async () => {
    const names = Array.from({ length: 100 }, (_, i) => `web${String(i).padStart(3, '0')}`);
    const { w, theirs } = await migration();
    const certificates = await w.deploy(
      issuerYaml() + names.map((name) => certificateYaml(name, ['web.example.com'])).join(''),
    );
    const secrets = parsed(
      ...names.slice(0, 90).map((name) => ({ ...theirs, metadata: { name: `${name}-tls`, namespace: 'default' } })),
    );
    const told: string[] = [];
    const startedAt = w.clock.now().getTime();
    const all = await importSecrets({ certificates, secrets }, portsOf(w), {
      ...SETTINGS,
      tell: ({ certificate }) => told.push(certificate),
    });
    expect(told).toEqual(names.map((name) => `default/${name}`));
    expect(all.filter(({ status }) => status === 'adopted')).toHaveLength(90);
    expect(all.filter(({ status }) => status === 'missing')).toHaveLength(10);
    // 90 × 3 writes at 40 a second.
    expect(w.clock.now().getTime() - startedAt).toBe(6_750);
    await w.tick();
    expect(w.ca.orders.size).toBe(10);
  });

  it('go on where one of them fails', async () => {
    const { w, theirs } = await migration();
    const certificates = await w.deploy(
      issuerYaml() + ['a', 'b', 'c'].map((name) => certificateYaml(name, ['web.example.com'])).join(''),
    );
    const secrets = parsed(...['a', 'b', 'c'].map((name) => ({ ...theirs, metadata: { name: `${name}-tls` } })));
    w.secrets.plant('evercert/default/b', '{}');
    const all = await importSecrets({ certificates, secrets }, portsOf(w), SETTINGS);
    expect(all.map(({ status }) => status)).toEqual(['adopted', 'refused', 'adopted']);
  });
});

describe('a CA of your own', () => {
  it('moves with all that it has signed: root, intermediate and leaf are taken over, and nothing is signed anew', async () => {
    const before = world();
    await before.deploy(bootstrapYaml());
    for (let i = 0; i < 4; i++) {
      await before.tick();
      before.pass(300_000);
    }
    const signers = { root: 'ClusterIssuer/self', middle: 'Issuer/root', leaf: 'Issuer/intermediate' };
    const w = world();
    w.pass(before.clock.now().getTime() - w.clock.now().getTime());
    const certificates = await w.deploy(bootstrapYaml());
    const theirs = Object.entries(signers).map(([name, issuer]) =>
      secretObject(before, name, { namespace: 'pki', issuer }),
    );
    const all = await importSecrets({ certificates, secrets: parsed(...theirs) }, portsOf(w), SETTINGS);
    expect(all.map(({ certificate, status }) => `${certificate} ${status}`)).toEqual([
      'pki/leaf adopted',
      'pki/middle adopted',
      'pki/root adopted',
    ]);
    for (let i = 0; i < 4; i++) {
      await w.tick();
      w.pass(300_000);
    }
    for (const name of ['pki/root', 'pki/middle', 'pki/leaf']) {
      expect(w.current(name).sha256).toBe(before.current(name).sha256);
      expect(w.current(name)['ca.crt']).toBe(before.current(name)['ca.crt']);
      expect(w.ledger.history(name)[0]!.reason).toBe('Adopted');
    }
  });
});
