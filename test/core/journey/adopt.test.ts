// The ledger's table is lost: rows are rebuilt from the secrets' tags and contents, and no certificate is issued again
// that still fits its declaration.
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const DAY = 24 * 60 * 60_000;
const YAML = issuerYaml() + certificateYaml('web', ['web.example.com', '*.web.example.com']);
const SECRET = 'evercert/default/web';

const types = (w: World) => w.bus.published().map(({ detailType }) => detailType);
const secret = (w: World) => w.secrets.model.secrets.get(SECRET)!;
const current = (w: World) => [...secret(w).versions].find(([, { labels }]) => labels.has('AWSCURRENT'))!;

/** A certificate was issued, then all rows are lost; `then` changes the secret or the declaration before the next deploy. */
const lost = async (then: (w: World) => void = () => undefined, yaml = YAML) => {
  const w = world();
  await w.deploy(YAML);
  await w.tick();
  const before = w.current('default/web');
  w.ledger.lose();
  then(w);
  await w.deploy(yaml);
  const calls = w.secrets.model.calls.length;
  await w.tick();
  return { w, before, calls: w.secrets.model.calls.slice(calls) };
};

describe('a lost ledger', () => {
  it('is rebuilt without an order: what the secret holds is taken over, recorded and told once', async () => {
    const { w, before, calls } = await lost();
    expect(w.ca.orders.size).toBe(1);
    expect(w.current('default/web')).toEqual(before);
    const { progress } = w.ledger.row('default/web')!;
    expect(progress.current).toMatchObject({
      versionId: before['version-id'],
      fingerprint: before.sha256,
      notAfter: before['not-after'],
      asked: { dnsNames: ['*.web.example.com', 'web.example.com'], key: 'ECDSA 256', encoding: 'PKCS1' },
    });
    expect(progress.current!.certId).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(types(w)).toEqual(['Evercert Certificate Issued', 'Evercert Certificate Adopted']);
    expect(calls.filter((call) => call === 'GetSecretValue')).toHaveLength(1);
    expect(calls).not.toContain('PutSecretValue');
    expect(secret(w).tags.get('evercert.dev/uid')).toBe(w.ledger.row('default/web')!.uid);
  });

  it('goes on to renew what it took over, at the right time', async () => {
    const { w, before } = await lost();
    w.pass(61 * DAY);
    await w.tick();
    expect(w.ca.orders.size).toBe(2);
    expect(w.current('default/web').sha256).not.toBe(before.sha256);
    expect(types(w).at(-1)).toBe('Evercert Certificate Renewed');
  });

  it('issues anew where the declaration asks for other names now', async () => {
    const { w, before } = await lost(undefined, issuerYaml() + certificateYaml('web', ['shop.example.com']));
    expect(w.ca.orders.size).toBe(2);
    expect(w.current('default/web').sha256).not.toBe(before.sha256);
  });

  it.each<[string, (text: Record<string, string>) => Record<string, string> | string]>([
    ['is a placeholder', () => '{"evercert":"placeholder","certificate":"default/web"}'],
    ['is no JSON', () => 'hello'],
    ['lacks its key', ({ 'tls.key': _key, ...rest }) => rest],
    ['has a key that nobody can read', (value) => ({ ...value, 'tls.key': 'garbage' })],
    ['has a chain that nobody can read', (value) => ({ ...value, 'tls.crt': 'garbage' })],
  ])('issues anew where what is current %s', async (_, change) => {
    const { w } = await lost((before) => {
      const [id, { text }] = current(before);
      const changed = change(JSON.parse(text) as Record<string, string>);
      secret(before).versions.set(id, {
        text: typeof changed === 'string' ? changed : JSON.stringify(changed),
        labels: new Set(['AWSCURRENT']),
      });
    });
    expect(w.ca.orders.size).toBe(2);
    expect(w.ledger.row('default/web')!.progress.current?.fingerprint).toBe(w.current('default/web').sha256);
    expect(types(w).at(-1)).toBe('Evercert Certificate Issued');
    expect(JSON.stringify(w.lines)).not.toContain('garbage');
  });

  it('issues anew where what is current has expired', async () => {
    const { w } = await lost((before) => before.pass(100 * DAY));
    expect(w.ca.orders.size).toBe(2);
  });

  it("leaves a secret alone that bears another certificate's tag", async () => {
    const { w, before } = await lost((old) => secret(old).tags.set('evercert.dev/certificate', 'default/other'));
    expect(w.current('default/web')).toEqual(before);
    expect(w.ledger.row('default/web')!.progress.failure?.code).toBe('SECRET_FOREIGN');
  });

  it('reads no value where the secret is made by the issuance itself', async () => {
    const w = world();
    await w.deploy(YAML);
    await w.tick();
    const reads = w.secrets.model.calls.filter((call) => call === 'GetSecretValue');
    expect(reads.length).toBeLessThanOrEqual(4);
  });
});
