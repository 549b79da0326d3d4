// The account's contact follows the issuer's e-mail address: told once at each change, and no certificate waits for it.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { acmeYaml } from '#test/support/acme/issuer-yaml.ts';
import { certificateYaml, type World, world } from '#test/support/world.ts';

const MANY = ['a', 'b', 'c', 'd'].map((name) => certificateYaml(name, [`${name}.example.com`])).join('');
const MORE = ['e', 'f', 'g', 'h'].map((name) => certificateYaml(name, [`${name}.example.com`])).join('');

const told = (w: World): (() => number) => {
  let count = 0;
  w.faults.hook = ({ port, method, when }) => {
    if (port === 'AcmeAccounts' && method === 'setContact' && when === 'before') count++;
  };
  return () => count;
};
const contacts = (w: World) => [...w.ca.accounts.contacts.values()];
const changed = async (email: string | undefined, options: Parameters<typeof world>[0] = {}) => {
  const w = world(options);
  await w.deploy(acmeYaml({ email: 'old@example.com' }) + MANY);
  await w.tick();
  const count = told(w);
  await w.deploy(acmeYaml(email === undefined ? {} : { email }) + MANY + MORE);
  await w.tick();
  return { w, count };
};

describe("a change of the issuer's e-mail address", () => {
  it('is told to the CA once, and the account stays the same', async () => {
    const { w, count } = await changed('new@example.com');
    expect(contacts(w)).toEqual(['new@example.com']);
    expect(count()).toBe(1);
    expect(w.ca.registrations).toBe(1);
    expect(w.ledger.row('default/h')!.progress.current).toBeDefined();
  });

  it('to none takes the contact away', async () => {
    const { w, count } = await changed(undefined);
    expect(contacts(w)).toEqual([]);
    expect(count()).toBe(1);
  });

  it('issues nothing anew', async () => {
    const { w } = await changed('new@example.com');
    expect(w.ledger.row('default/a')!.progress.current?.revision).toBe(1);
  });

  it('that the CA refuses stops no certificate, is told in its history, and is not tried again', async () => {
    const { w, count } = await changed('bad@example.com', { acme: { refusedContacts: ['bad@example.com'] } });
    expect(contacts(w)).toEqual(['old@example.com']);
    expect(count()).toBe(1);
    expect(['e', 'f', 'g', 'h'].map((n) => w.ledger.row(`default/${n}`)!.progress.current?.revision)).toEqual([
      1, 1, 1, 1,
    ]);
    const warnings = ['e', 'f', 'g', 'h'].flatMap((n) => w.ledger.history(`default/${n}`)[0]?.warnings ?? []);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("refuses the issuer's e-mail address");
  });

  it('during an outage is told when the CA is back', async () => {
    const w = world();
    await w.deploy(acmeYaml({ email: 'old@example.com' }) + MANY);
    await w.tick();
    await w.deploy(acmeYaml({ email: 'new@example.com' }) + MANY + MORE);
    w.faults.hook = ({ port, when }) => {
      if (port === 'AcmeAccounts' && when === 'before') throw new EvercertError('CA_UNREACHABLE', 'no answer');
    };
    await w.tick();
    expect(contacts(w)).toEqual(['old@example.com']);
    w.faults.hook = () => undefined;
    w.pass(3 * 3_600_000);
    await w.tick();
    w.pass(3 * 3_600_000);
    await w.tick();
    expect(contacts(w)).toEqual(['new@example.com']);
  });

  it('is told where the process died on the answer, and written down then', async () => {
    const w = world();
    await w.deploy(acmeYaml({ email: 'old@example.com' }) + MANY);
    await w.tick();
    await w.deploy(acmeYaml({ email: 'new@example.com' }) + MANY + MORE);
    let dead = false;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeAccounts' && method === 'setContact' && when === 'after') dead = true;
      if (dead) throw new Error('the process is dead');
    };
    await w.tick().catch(() => undefined);
    const count = told(w);
    w.pass(11 * 60_000);
    await w.tick();
    expect(count()).toBe(1);
    expect(contacts(w)).toEqual(['new@example.com']);
    expect(w.ledger.row('default/e')!.progress.current).toBeDefined();
  });
});
