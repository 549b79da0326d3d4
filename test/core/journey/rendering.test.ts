// What lies in the secret beside the pair, and how it changes without a new certificate: no order, one outcome, one event.
import { createPrivateKey } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { readJks } from '#test/support/keystores.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const DAY = 24 * 60 * 60_000;
const SECRET = 'evercert-refs/default/store-pass';
const STORES = `
  additionalOutputFormats:
    - type: CombinedPEM
    - type: DER
  keystores:
    pkcs12:
      create: true
      passwordSecretRef: { name: store-pass, key: p12 }
    jks:
      create: true
      passwordSecretRef: { name: store-pass, key: jks }
`;

const yaml = (more = '') => issuerYaml() + certificateYaml('web', ['web.example.com'], more);

/** The passwords under a version id of their own. */
const setPasswords = (w: World, passwords: Record<string, string>, version = 'a'): void => {
  w.secrets.model.secrets.set(SECRET, {
    tags: new Map(),
    versions: new Map([[version.repeat(32), { text: JSON.stringify(passwords), labels: new Set(['AWSCURRENT']) }]]),
  });
};

const issued = async (more = ''): Promise<World> => {
  const w = world();
  setPasswords(w, { p12: 'first-p12', jks: 'first-jks' });
  await w.deploy(yaml(more));
  await w.tick();
  return w;
};

const row = (w: World) => w.ledger.row('default/web')!;
const types = (w: World) => w.bus.published().map(({ detailType }) => detailType);
const bytes = (text: string | undefined) => Buffer.from(text!, 'base64');
const opens = (store: string | undefined, passphrase: string) =>
  expect(() => createSecureContext({ pfx: bytes(store), passphrase })).not.toThrow();

describe('a first certificate', () => {
  it('lies in its secret with all the formats and keystores that are declared', async () => {
    const w = await issued(STORES);
    const value = w.current('default/web');
    const pkcs8 = createPrivateKey(value['tls.key']!).export({ type: 'pkcs8', format: 'der' });
    expect(Object.keys(value)).toEqual([
      'tls.crt',
      'tls.key',
      'tls-combined.pem',
      'key.der',
      'keystore.p12',
      'keystore.jks',
      'not-before',
      'not-after',
      'serial',
      'sha256',
      'issuer',
      'version-id',
    ]);
    expect(value['tls-combined.pem']).toBe(`${value['tls.key']}\n${value['tls.crt']}`);
    expect(
      createPrivateKey({ key: bytes(value['key.der']), format: 'der', type: 'sec1' }).equals(
        createPrivateKey(value['tls.key']!),
      ),
    ).toBe(true);
    opens(value['keystore.p12'], 'first-p12');
    expect(readJks(bytes(value['keystore.jks']), 'first-jks')).toMatchObject([
      { kind: 'key', alias: 'certificate', key: pkcs8 },
    ]);
    expect(row(w).progress.current?.rendered).toEqual({
      encoding: 'PKCS1',
      formats: ['CombinedPEM', 'DER'],
      pkcs12: 'Modern2023',
      jks: 'certificate',
      passwords: {
        pkcs12: { from: 'store-pass#p12', versionId: 'a'.repeat(32) },
        jks: { from: 'store-pass#jks', versionId: 'a'.repeat(32) },
      },
    });
  });

  it('keeps passwords, keys and stores out of ledger, log, events and answers', async () => {
    const w = await issued(STORES);
    const value = w.current('default/web');
    const seen = JSON.stringify([row(w), w.ledger.history('default/web'), w.lines, w.bus.published()]);
    for (const secret of ['first-p12', 'first-jks', value['keystore.p12']!.slice(0, 60), value['key.der']!.slice(-40)])
      expect(seen).not.toContain(secret);
  });

  it.each<[string, Record<string, string> | string]>([
    ['lacks the property', { p12: 'first-p12' }],
    ['has an empty one', { p12: 'first-p12', jks: '' }],
    ['is no JSON', 'first-p12'],
  ])('is not ordered while the secret of its password %s, and is when that is mended', async (_, written) => {
    const w = world();
    w.secrets.plant(SECRET, typeof written === 'string' ? written : JSON.stringify(written));
    await w.deploy(yaml(STORES));
    await w.tick();
    expect(w.ca.orders.size).toBe(0);
    expect(row(w).progress.failure).toMatchObject({ code: 'KEYSTORE_PASSWORD_ABSENT', class: 'human' });
    expect(row(w).progress.failure?.message).toContain(SECRET);
    setPasswords(w, { p12: 'first-p12', jks: 'first-jks' });
    w.pass(DAY + 60_000);
    await w.tick();
    opens(w.current('default/web')['keystore.p12'], 'first-p12');
    expect(w.ca.orders.size).toBe(1);
  });

  it('takes a password from the declaration too', async () => {
    const w = await issued('  keystores: { pkcs12: { create: true, password: in-the-open } }');
    opens(w.current('default/web')['keystore.p12'], 'in-the-open');
    expect(JSON.stringify([w.lines, w.bus.published()])).not.toContain('in-the-open');
  });
});

const CHANGES: readonly { what: string; from: string; to: string; message: string }[] = [
  {
    what: 'the encoding of the key',
    from: '',
    to: '    encoding: PKCS8',
    message: 'the key encoding was PKCS1 and is now PKCS8',
  },
  {
    what: 'a format',
    from: '',
    to: '  additionalOutputFormats: [{ type: DER }]',
    message: 'additionalOutputFormats was not asked for and is now DER',
  },
  {
    what: 'keystores',
    from: '',
    to: STORES,
    message: 'additionalOutputFormats was not asked for and is now CombinedPEM, DER',
  },
  {
    what: 'the profile of one',
    from: STORES,
    to: STORES.replace('create: true', 'create: true\n      profile: Modern2026'),
    message: 'keystores.pkcs12 was Modern2023 and is now Modern2026',
  },
  {
    what: 'where its password comes from',
    from: STORES,
    to: STORES.replace('key: jks', 'key: p12'),
    message: 'the password of keystores.jks is another one in the declaration',
  },
  {
    what: 'its password in the declaration',
    from: '  keystores: { jks: { create: true, password: before } }',
    to: '  keystores: { jks: { create: true, password: behind } }',
    message: 'the password of keystores.jks is another one in the declaration',
  },
];

describe('a change of the outputs', () => {
  it.each(CHANGES)('renders the same certificate anew: $what', async ({ from, to, message }) => {
    const w = await issued(from);
    const [before, { renewAt, current }] = [w.current('default/web'), row(w).progress];
    await w.deploy(yaml(to));
    await w.tick();
    const after = w.current('default/web');
    expect(after['version-id']).not.toBe(before['version-id']);
    expect([after['tls.crt'], after.sha256]).toEqual([before['tls.crt'], before.sha256]);
    expect(createPrivateKey(after['tls.key']!).equals(createPrivateKey(before['tls.key']!))).toBe(true);
    expect(w.ca.orders.size).toBe(1);
    expect(types(w)).toEqual(['Evercert Certificate Issued', 'Evercert Certificate Rendered']);
    expect(row(w).progress).toMatchObject({ renewAt, previousVersionId: current!.versionId });
    expect(w.ledger.history('default/web').at(-1)).toMatchObject({
      kind: 'issued',
      reason: 'OutputsChanged',
      fingerprint: before.sha256,
      versionId: after['version-id'],
    });
    expect(
      w.lines.find(({ message: text, fields }) => text === 'issuance begins' && fields.revision === 2)?.fields.why,
    ).toBe(message);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    await w.tick();
    expect(types(w)).toHaveLength(2);
  });

  it('takes away what is no longer declared', async () => {
    const w = await issued(STORES);
    await w.deploy(yaml());
    await w.tick();
    expect(Object.keys(w.current('default/web'))).not.toContain('keystore.p12');
    expect(w.ca.orders.size).toBe(1);
  });

  it('comes with a new certificate where one is due as well', async () => {
    const w = await issued();
    w.pass(61 * DAY);
    await w.deploy(yaml(STORES));
    await w.tick();
    opens(w.current('default/web')['keystore.p12'], 'first-p12');
    expect(types(w)).toEqual(['Evercert Certificate Issued', 'Evercert Certificate Renewed']);
  });

  it('that fails is told, leaves what is current, and is looked at anew', async () => {
    const w = await issued();
    const before = w.current('default/web');
    w.secrets.model.secrets.delete(SECRET);
    await w.deploy(yaml(STORES));
    await w.tick();
    expect(w.current('default/web')).toEqual(before);
    expect(row(w).progress.work).toBeUndefined();
    expect(types(w).at(-1)).toBe('Evercert Certificate Failed');
    await w.deploy(yaml());
    await w.tick();
    expect(row(w).progress.failure).toBeUndefined();
    expect(w.current('default/web')).toEqual(before);
  });

  it('issues a new certificate where the current version is gone', async () => {
    const w = await issued();
    w.secrets.model.secrets.get('evercert/default/web')!.versions.delete(row(w).progress.current!.versionId);
    await w.deploy(yaml(STORES));
    await w.tick();
    expect(w.ca.orders.size).toBe(2);
    opens(w.current('default/web')['keystore.p12'], 'first-p12');
  });
});

describe('a password with a new version', () => {
  it('is found by the daily look, without its value, and rendered once', async () => {
    const w = await issued(STORES);
    setPasswords(w, { p12: 'second-p12', jks: 'second-jks' }, 'b');
    const calls = w.secrets.model.calls.length;
    w.pass(DAY);
    await w.invokeSweep();
    expect(w.secrets.model.calls.slice(calls)).toEqual(['DescribeSecret', 'DescribeSecret']);
    await w.tick();
    const value = w.current('default/web');
    opens(value['keystore.p12'], 'second-p12');
    expect(readJks(bytes(value['keystore.jks']), 'second-jks')).toHaveLength(1);
    expect(types(w)).toEqual(['Evercert Certificate Issued', 'Evercert Certificate Rendered']);
    expect(row(w).progress.passwordVersions).toBeUndefined();
    for (let days = 0; days < 3; days++) {
      w.pass(DAY);
      await w.tick();
    }
    expect(types(w)).toHaveLength(2);
  });

  it('whose secret cannot be looked at holds up no other finding', async () => {
    const w = await issued(STORES);
    w.secrets.model.secrets.get('evercert/default/web')!.tags.clear();
    let looks = 0;
    w.faults.hook = ({ port, when }) => {
      if (port === 'SecretLook' && when === 'before' && ++looks === 2) throw new Error('denied');
    };
    w.pass(DAY);
    await w.invokeSweep();
    expect(row(w).progress.drift?.kind).toBe('TagRemoved');
    expect(w.lines.map(({ message }) => message)).toContain('the secret of a password is not seen');
  });

  it('is no reason while its secret is gone', async () => {
    const w = await issued(STORES);
    w.secrets.model.secrets.delete(SECRET);
    w.pass(DAY);
    await w.tick();
    expect(row(w).progress.failure).toBeUndefined();
    expect(types(w)).toEqual(['Evercert Certificate Issued']);
  });
});

describe('many at once', () => {
  it('queue for the writes to the store', async () => {
    const w = world({ quotas: { secretsWritesPerSecond: 1 } });
    const names = Array.from({ length: 6 }, (_, i) => `web-${i}`);
    const all = (more = '') =>
      issuerYaml() + names.map((name) => certificateYaml(name, [`${name}.example.com`], more)).join('');
    const settle = async () => {
      for (let sweeps = 0; sweeps < 6; sweeps++) {
        await w.tick();
        w.pass(60_000);
      }
    };
    await w.deploy(all());
    await settle();
    const waits = () => w.lines.filter(({ fields }) => fields.code === 'LIMIT_REACHED' && fields.phase === 'render');
    expect(waits()).toHaveLength(0);
    await w.deploy(all('    encoding: PKCS8'));
    await settle();
    expect(waits().length).toBeGreaterThan(3);
    for (const name of names) expect(w.current(`default/${name}`)['tls.key']).toContain('BEGIN PRIVATE KEY');
    expect(types(w).filter((type) => type === 'Evercert Certificate Failed')).toEqual([]);
    expect(w.ca.orders.size).toBe(6);
  });
});

describe('a version that was rendered anew', () => {
  it('is what a drift is repaired to', async () => {
    const w = await issued();
    const repair = certificateYaml('web', ['web.example.com'], STORES).replace(
      'name: web\n',
      'name: web\n  annotations: { evercert.dev/on-drift: repair }\n',
    );
    await w.deploy(issuerYaml() + repair);
    await w.tick();
    const { current, previousVersionId } = row(w).progress;
    const { versions } = w.secrets.model.secrets.get('evercert/default/web')!;
    versions.get(current!.versionId)!.labels.delete('AWSCURRENT');
    versions.get(previousVersionId!)!.labels.add('AWSCURRENT');
    w.pass(DAY);
    await w.tick();
    expect(w.current('default/web')['version-id']).toBe(current!.versionId);
    expect(w.ca.orders.size).toBe(1);
  });

  it('is taken over by a ledger that has lost it, and only its keystores are packed anew', async () => {
    const w = await issued(STORES);
    const before = w.current('default/web');
    const next = world();
    setPasswords(next, { p12: 'first-p12', jks: 'first-jks' });
    next.secrets.model.secrets.set('evercert/default/web', w.secrets.model.secrets.get('evercert/default/web')!);
    await next.deploy(yaml(STORES));
    await next.tick();
    expect(next.ca.orders.size).toBe(0);
    expect(types(next)).toEqual(['Evercert Certificate Adopted', 'Evercert Certificate Rendered']);
    expect(next.current('default/web').sha256).toBe(before.sha256);
    opens(next.current('default/web')['keystore.p12'], 'first-p12');
  });

  it('is taken over in another encoding than the declared one, and then encoded', async () => {
    const w = await issued();
    const next = world();
    next.secrets.model.secrets.set('evercert/default/web', w.secrets.model.secrets.get('evercert/default/web')!);
    await next.deploy(yaml('    encoding: PKCS8'));
    await next.tick();
    expect(next.ca.orders.size).toBe(0);
    expect(next.current('default/web')['tls.key']).toContain('BEGIN PRIVATE KEY');
  });
});
