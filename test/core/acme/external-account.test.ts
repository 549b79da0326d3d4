// External account binding: sent with newAccount once, from the named secret, and never a second time.
import { describe, expect, it } from 'vitest';
import { acmeYaml, bindingLines, EAB_SECRET } from '#test/support/acme/issuer-yaml.ts';
import type { FakeAcmeOptions } from '#test/support/fake-acme.ts';
import { certificateYaml, type World, world } from '#test/support/world.ts';

const DAY = 86_400_000;
const HMAC = 'c2lnbmVkLWJ5LWEta2V5LW9mLW91cnMtYW5kLW9mLXRoZS1DQQ';
const WEB = certificateYaml('web', ['web.example.com']);

const bound = async (
  options: { keyId?: string; hmac?: string; acme?: Partial<FakeAcmeOptions> } = {},
): Promise<World> => {
  const w = world({ acme: { externalAccounts: { 'kid-1': HMAC, 'kid-2': HMAC }, ...options.acme } });
  if (options.hmac !== '') w.secrets.plant(EAB_SECRET, JSON.stringify({ secret: options.hmac ?? HMAC }));
  await w.deploy(acmeYaml({ more: bindingLines(options.keyId ?? 'kid-1') }) + WEB);
  return w;
};
const progress = (w: World, name = 'default/web') => w.ledger.row(name)!.progress;

describe('an external account binding', () => {
  it('goes with newAccount, once for all certificates and renewals', async () => {
    const w = await bound();
    await w.tick();
    w.pass(61 * DAY);
    await w.tick();
    expect(progress(w).current?.revision).toBe(2);
    expect(w.ca.accounts.bindings).toEqual(['kid-1']);
    expect(w.ca.registrations).toBe(1);
  });

  it.each([
    { written: 'padded base64', hmac: `${Buffer.from(HMAC, 'base64url').toString('base64')}\n` },
    { written: 'base64url', hmac: HMAC },
  ])('takes a key written as $written', async ({ hmac }) => {
    const w = await bound({ hmac });
    await w.tick();
    expect(progress(w).current).toBeDefined();
  });

  it.each([
    { what: 'is not there', hmac: '' },
    { what: 'is no base64url', hmac: 'not a key!' },
  ])(
    'whose key $what is a fault for a person that names secret and property, before a key is made',
    async ({ hmac }) => {
      const w = await bound({ hmac });
      await w.tick();
      expect(progress(w).failure).toMatchObject({ code: 'EAB_KEY_MISSING', class: 'human' });
      expect(progress(w).failure!.message).toContain('evercert-refs/cert-manager/eab');
      expect(progress(w).failure!.message).toContain('"secret"');
      expect(progress(w).failure!.message).not.toContain('not a key');
      expect(w.secrets.text('evercert-refs/cert-manager/le-account')).toBeUndefined();
      expect(w.ca.accounts.bindings).toEqual([]);
    },
  );

  it('is not sent again when the registration died half-way: the account is found by its key', async () => {
    const w = await bound();
    let dead = false;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeAccounts' && method === 'register' && when === 'after') dead = true;
      if (dead) throw new Error('the process is dead');
    };
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    w.pass(11 * 60_000);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.accounts.bindings).toEqual(['kid-1']);
  });

  it('of an account that the CA has lost calls a person, until other credentials are declared', async () => {
    const w = await bound();
    await w.tick();
    w.ca.loseAccounts();
    w.pass(61 * DAY);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'EAB_SPENT', class: 'human' });
    expect(w.ca.accounts.bindings).toEqual(['kid-1']);
    await w.deploy(acmeYaml({ more: bindingLines('kid-2') }) + WEB);
    await w.tick();
    expect(progress(w).current?.revision).toBeGreaterThan(1);
    expect(progress(w).failure).toBeUndefined();
    expect(w.ca.accounts.bindings).toEqual(['kid-1', 'kid-2']);
  });

  it('is not spent on a key that was deleted', async () => {
    const w = await bound();
    await w.tick();
    w.secrets.model.secrets.delete('evercert-refs/cert-manager/le-account');
    w.pass(61 * DAY);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'EAB_SPENT' });
    expect(w.secrets.text('evercert-refs/cert-manager/le-account')).toBeUndefined();
  });

  it('that is declared later for an account that is bound already is told of, and not sent', async () => {
    const w = await bound();
    await w.tick();
    await w.deploy(acmeYaml({ more: bindingLines('kid-2') }) + WEB + certificateYaml('shop', ['shop.example.com']));
    await w.tick();
    expect(w.ca.accounts.bindings).toEqual(['kid-1']);
    const [issued] = w.ledger.history('default/shop');
    expect(issued).toMatchObject({ kind: 'issued' });
    expect(issued!.warnings?.[0]).toContain('bound by "kid-1"; "kid-2" is not used');
  });

  it('that the directory demands and nobody declares is told before anything is sent', async () => {
    const w = world({ acme: { externalAccounts: { 'kid-1': HMAC } } });
    const sent: string[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (port.startsWith('Acme') && port !== 'AcmeMeta' && when === 'before') sent.push(method);
    };
    await w.deploy(acmeYaml() + WEB);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'ACCOUNT_REFUSED', class: 'human' });
    expect(progress(w).failure!.message).toContain('declare acme.externalAccountBinding');
    expect(sent).toEqual([]);
  });

  it('that the CA refuses calls a person with its words; with the third certificate the circuit of the issuer opens', async () => {
    const w = await bound({ hmac: 'YW5vdGhlci1rZXk' });
    const names = ['a', 'b', 'c', 'd', 'e'];
    await w.deploy(
      acmeYaml({ more: bindingLines('kid-1') }) + names.map((n) => certificateYaml(n, [`${n}.example.com`])).join(''),
    );
    await w.tick();
    const failures = names.map((name) => progress(w, `default/${name}`).failure).filter((one) => one !== undefined);
    expect(failures.map(({ code }) => code)).toEqual(['ACCOUNT_REFUSED', 'ACCOUNT_REFUSED', 'ACCOUNT_REFUSED']);
    expect(failures[0]!.message).toContain('not signed by a key of ours');
  });
});
