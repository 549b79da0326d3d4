// One account per directory and key: registered, recovered, replaced, and never made twice.

import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { registrationDies } from '#test/support/kill.ts';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, issuerYaml, type World, world } from '#test/support/world.ts';

const DAY = 86_400_000;
const MANY = Array.from({ length: 30 }, (_, i) => certificateYaml(`c${i}`, [`c${i}.example.com`])).join('');

const failures = (w: World) =>
  Array.from({ length: 30 }, (_, i) => w.ledger.row(`default/c${i}`)!.progress.failure).filter(Boolean);

/** All started executions at the same time, in one container. */
const together = async (w: World) => {
  await w.invokeSweep();
  const ports = w.compose();
  const running = [];
  for (const input of w.executions.started()) if (await w.executions.isRunning(input)) running.push(input);
  return Promise.all(
    running.map(async (input) => {
      for (;;) {
        const { done } = await w.invokeAdvance(input, ports);
        if (done) return w.executions.end(input);
      }
    }),
  );
};

describe('an account', () => {
  it('is registered with the e-mail address of the issuer, its key stored under the named reference', async () => {
    const w = world();
    const contacts: unknown[] = [];
    lying(w.ca, (honest) => ({
      accounts: {
        register: (contact) => {
          contacts.push(contact);
          return honest.accounts.register(contact);
        },
      },
    }));
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    expect(contacts).toEqual([{ email: 'ops@example.com' }]);
    const stored = JSON.parse(w.secrets.text('evercert-refs/cert-manager/le-account')!) as Record<string, string>;
    expect(stored['tls.key']).toContain('PRIVATE KEY');
  });

  it('of a key that is brought along is found again, not made', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    const other = world();
    const key = JSON.parse(w.secrets.text('evercert-refs/cert-manager/le-account')!) as Record<string, string>;
    await other.secrets.references.create({
      name: 'evercert-refs/cert-manager/le-account',
      property: 'tls.key',
      value: { open: () => key['tls.key']! } as never,
    });
    other.ca.session = (connection) => w.ca.session(connection);
    await other.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await other.invokeSweep();
    await other.invokeAdvance(other.executions.started()[0]!);
    expect(w.ca.registrations).toBe(1);
    expect(other.lines.map(({ message }) => message)).toContain('ACME account recovered');
  });

  it('is one for thirty certificates that start together, and none of them counts a failure', async () => {
    const w = world();
    await w.deploy(issuerYaml() + MANY);
    await together(w);
    expect(w.ca.registrations).toBe(1);
    expect(failures(w)).toEqual([]);
  });

  it('that the CA has lost is registered once more when thirty renewals meet it together, and none counts a failure', async () => {
    const w = world();
    await w.deploy(issuerYaml() + MANY);
    await w.tick();
    w.ca.loseAccounts();
    w.pass(61 * DAY);
    await together(w);
    expect(w.ca.registrations).toBe(2);
    expect(failures(w)).toEqual([]);
    expect(w.ledger.row('default/c7')!.progress.current?.revision).toBe(2);
  });

  it('whose registration died half-way is found again by its stored key', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await registrationDies(w);
    w.pass(11 * 60_000);
    await w.tick();
    expect(w.ca.registrations).toBe(1);
    expect(w.ledger.row('default/web')!.progress.current).toBeDefined();
  });

  it('that is being registered elsewhere is waited for, without a failure', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.invokeSweep();
    let asked = 0;
    const { lock } = w.ledger.accountBook;
    w.ledger.accountBook.lock = async (request) => (++asked <= 3 ? false : lock(request));
    const before = w.clock.now().getTime();
    await w.invokeAdvance(w.executions.started()[0]!);
    expect(w.ledger.row('default/web')!.progress).toMatchObject({ revision: 1, current: { revision: 1 } });
    expect(w.ledger.row('default/web')!.progress.failure).toBeUndefined();
    expect(w.clock.now().getTime() - before).toBeGreaterThanOrEqual(2_100);
  });

  it('that the CA refuses is a fault for a person, told with the words of the CA', async () => {
    const w = world();
    lying(w.ca, () => ({
      accounts: {
        register: () => Promise.reject(new EvercertError('ACCOUNT_REFUSED', 'the CA wants external account binding')),
      },
    }));
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.failure).toMatchObject({ code: 'ACCOUNT_REFUSED', class: 'human' });
    expect(w.ledger.row('default/web')!.progress.failure!.message).toContain('external account binding');
  });

  it('is one for each server that is named', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    await w.deploy(
      issuerYaml({ server: 'https://other.test/directory' }) + certificateYaml('web', ['web.example.com']),
    );
    await w.tick();
    expect(w.ca.registrations).toBe(2);
  });
});
