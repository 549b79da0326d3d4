// An account key that is brought along (disableAccountKeyGeneration): read, never made, its account found again.
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { Sealed } from '#core/sealed.ts';
import { ACCOUNT_SECRET, acmeYaml, bindingLines, EAB_SECRET, property } from '#test/support/acme/issuer-yaml.ts';
import { certificateYaml, type World, world } from '#test/support/world.ts';

const BROUGHT = ['disableAccountKeyGeneration: true'];
const WEB = certificateYaml('web', ['web.example.com']);
const SERVER = 'https://ca.test/directory';
const progress = (w: World) => w.ledger.row('default/web')!.progress;

/** As cert-manager makes its own: RSA 2048, PKCS#1. */
const certManagersKey = (): string =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey;

const registered = async (w: World, key: string): Promise<string> =>
  w.ca
    .session({ directoryUrl: SERVER, skipTlsVerify: false, accountKey: new Sealed(key) })
    .accounts.register({ email: 'old@example.com' });

describe('a brought account key', () => {
  it('of cert-manager opens the account that it has, whatever kind of key it is', async () => {
    const w = world();
    const key = certManagersKey();
    const url = await registered(w, key);
    w.secrets.plant(ACCOUNT_SECRET, JSON.stringify({ 'tls.key': key }));
    await w.deploy(acmeYaml({ more: BROUGHT }) + WEB);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect([...w.ca.orders.values()].map(({ account }) => account)).toEqual([url]);
    expect(w.ca.registrations).toBe(1);
    expect(w.ca.accounts.contacts.get(url)).toBe('old@example.com');
    expect(property(w, ACCOUNT_SECRET, 'tls.key')).toBe(key);
  });

  it('that is not there is a fault for a person that names secret and property; none is made, and nothing is sent', async () => {
    const w = world();
    const sent: string[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port.startsWith('Acme') && when === 'before') sent.push(method);
    };
    await w.deploy(acmeYaml({ more: BROUGHT }) + WEB);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'ACCOUNT_KEY_MISSING', class: 'human' });
    expect(progress(w).failure!.message).toContain('evercert-refs/cert-manager/le-account has no property "tls.key"');
    expect(w.secrets.text(ACCOUNT_SECRET)).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it('that is put there afterwards is used at the next try', async () => {
    const w = world();
    await w.deploy(acmeYaml({ more: BROUGHT }) + WEB);
    await w.tick();
    w.secrets.plant(ACCOUNT_SECRET, JSON.stringify({ 'tls.key': certManagersKey() }));
    w.pass(25 * 3_600_000);
    await w.tick();
    expect(progress(w).failure).toBeUndefined();
    expect(progress(w).current).toBeDefined();
  });

  it('without an account registers one, with the binding and the address that are declared', async () => {
    const hmacKey = 'c2lnbmVkLWJ5LWEta2V5';
    const w = world({ acme: { externalAccounts: { 'kid-1': hmacKey } } });
    w.secrets.plant(EAB_SECRET, JSON.stringify({ secret: hmacKey }));
    w.secrets.plant(
      ACCOUNT_SECRET,
      JSON.stringify({ 'tls.key': (await nodeKeys.make({ algorithm: 'ECDSA', size: 384, encoding: 'PKCS8' })).open() }),
    );
    await w.deploy(acmeYaml({ email: 'ops@example.com', more: [...BROUGHT, ...bindingLines('kid-1')] }) + WEB);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.accounts.bindings).toEqual(['kid-1']);
    expect([...w.ca.accounts.contacts.values()]).toEqual(['ops@example.com']);
  });
});
