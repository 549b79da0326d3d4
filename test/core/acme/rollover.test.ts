// Account key rollover: a new key, the same account; and whatever dies on the way, the account can be used.
import { describe, expect, it } from 'vitest';
import { nodeKeys } from '#adapters/x509/node-keys.ts';
import { accountReference } from '#core/acme/account-key.ts';
import { rollOverAccountKey } from '#core/acme/rollover.ts';
import { EvercertError } from '#core/errors.ts';
import { ACCOUNT_SECRET, acmeYaml, issuerOf, property } from '#test/support/acme/issuer-yaml.ts';
import { killAt } from '#test/support/kill.ts';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const SETTINGS = { prefix: 'evercert', clusterResourceNamespace: 'cert-manager' };
const MINUTE = 60_000;
const WEB = certificateYaml('web', ['web.example.com']);
const SHOP = certificateYaml('shop', ['shop.example.com']);
const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

const used = async (more: readonly string[] = [], options: WorldOptions = {}): Promise<World> => {
  const w = world(options);
  await w.deploy(acmeYaml({ more }) + WEB);
  await w.tick();
  return w;
};
let ids = 0;
const rollOver = (w: World) =>
  rollOverAccountKey(
    {
      ca: w.ca,
      accounts: w.ledger.accountBook,
      references: w.secrets.references,
      keys: nodeKeys,
      random: { uuid: () => `rollover-${++ids}` },
      clock: w.clock,
      log: silent,
    },
    SETTINGS,
    issuerOf(w),
  );
const key = (w: World, name = 'tls.key') => property(w, ACCOUNT_SECRET, name);
const record = (w: World) => w.ledger.accountBook.read(accountReference(issuerOf(w), SETTINGS).id);
const account = (w: World) => [...w.ca.orders.values()][0]!.account;

const expectInOrder = async (w: World, before: string): Promise<void> => {
  expect(key(w)).not.toBe(before);
  expect(key(w, 'tls.key.next')).toBeUndefined();
  const stored = await record(w);
  expect(stored).toMatchObject({ url: account(w) });
  expect(stored?.rolloverSince).toBeUndefined();
  await w.deploy(acmeYaml() + WEB + SHOP);
  await w.tick();
  expect(w.ledger.row('default/shop')!.progress.current).toBeDefined();
  expect(new Set([...w.ca.orders.values()].map(({ account: url }) => url)).size).toBe(1);
  expect(w.ca.registrations).toBe(1);
};

describe('a rollover', () => {
  it('gives the account another key, and keeps its URL', async () => {
    const w = await used();
    const before = key(w)!;
    expect(await rollOver(w)).toMatchObject({ url: account(w) });
    await expectInOrder(w, before);
  });

  it('that dies before or after any call is ended by the next call', async () => {
    const kills = await everyKill(async (w) => void (await rollOver(w)));
    expect(kills).toBeGreaterThan(15);
  }, 60_000);

  it('that dies before or after any call leaves an account that the next certificate can use', async () => {
    await everyKill(async (w) => {
      await w.deploy(acmeYaml() + WEB + SHOP);
      await w.tick();
    }, 'either key');
  }, 60_000);

  it('is refused where the directory has no keyChange, before a key is made', async () => {
    const w = await used([], { acme: { keyChange: false } });
    await expect(rollOver(w)).rejects.toMatchObject({ code: 'ROLLOVER_REFUSED' });
    expect(key(w, 'tls.key.next')).toBeUndefined();
  });

  it('of a key that is brought along is refused', async () => {
    const w = world();
    w.secrets.plant(
      ACCOUNT_SECRET,
      JSON.stringify({ 'tls.key': (await nodeKeys.make({ algorithm: 'ECDSA', size: 256, encoding: 'PKCS8' })).open() }),
    );
    await w.deploy(acmeYaml({ more: ['disableAccountKeyGeneration: true'] }) + WEB);
    await w.tick();
    await expect(rollOver(w)).rejects.toMatchObject({ code: 'ROLLOVER_REFUSED' });
  });

  it('that the CA refuses leaves the old key in use, and stops no certificate', async () => {
    const w = await used();
    const before = key(w);
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeRollover' && method === 'change' && when === 'before')
        throw new EvercertError('ACCOUNT_REFUSED', 'the CA answered: no key change today');
    };
    await expect(rollOver(w)).rejects.toMatchObject({
      code: 'ROLLOVER_REFUSED',
      message: expect.stringContaining('no key change today'),
    });
    expect(key(w)).toBe(before);
    expect((await record(w))?.rolloverSince).toBeUndefined();
    await w.deploy(acmeYaml() + WEB + SHOP);
    await w.tick();
    expect(w.ledger.row('default/shop')!.progress.current).toBeDefined();
  });

  it.each([
    { what: 'answers that it is broken', problem: { type: 'urn:ietf:params:acme:error:serverInternal' } },
    { what: 'does not answer', problem: undefined },
  ])('at a CA that $what changes nothing by chance, and stops no certificate for long', async ({ problem }) => {
    const w = await used();
    const before = key(w)!;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeRollover' && method === 'change' && when === 'before')
        throw new EvercertError('CA_UNREACHABLE', 'no', { detail: problem === undefined ? {} : { problem } });
    };
    await expect(rollOver(w)).rejects.toMatchObject({
      code: problem === undefined ? 'CA_UNREACHABLE' : 'ROLLOVER_REFUSED',
    });
    expect(key(w)).toBe(before);
    w.faults.hook = () => undefined;
    await w.deploy(acmeYaml() + WEB + SHOP);
    await w.tick();
    expect(w.ledger.row('default/shop')!.progress.current).toBeDefined();
    expect(key(w) === before).toBe(problem !== undefined);
    expect(w.ca.registrations).toBe(1);
  });

  it('that the CA says yes to, and does not do, is refused: the old key stays', async () => {
    const w = await used();
    const before = key(w);
    const honest = lying(w.ca, () => ({ rollover: { change: async () => undefined } }));
    await expect(rollOver(w)).rejects.toMatchObject({ code: 'ROLLOVER_REFUSED' });
    honest();
    expect(key(w)).toBe(before);
    await w.deploy(acmeYaml() + WEB + SHOP);
    await w.tick();
    expect(w.ledger.row('default/shop')!.progress.current).toBeDefined();
  });

  it('in the middle of an order puts up the values of the new key, and takes those of the old one away', async () => {
    const w = await used([], { insyncAfterMs: 90_000 });
    await w.deploy(acmeYaml() + WEB + SHOP);
    await w.invokeSweep();
    const input = w.executions.started().find(({ name }) => name === 'default/shop')!;
    const paused = await w.invokeAdvance(input);
    expect(paused.done).toBe(false);
    const [old] = w.route53.standing();
    await rollOver(w);
    w.pass(2 * MINUTE);
    await w.run(input);
    expect(w.ledger.row('default/shop')!.progress.current?.revision).toBe(1);
    expect(w.ca.ordersOpened(['shop.example.com'])).toBe(1);
    expect(w.ledger.row('default/shop')!.progress.failure).toBeUndefined();
    expect(old).toBeDefined();
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
  });

  it('is noticed by a container that has the account open: what was refused is asked anew, and nothing is lost', async () => {
    const w = await used();
    const ports = w.compose();
    await w.deploy(acmeYaml() + WEB + SHOP);
    await w.invokeSweep();
    const input = w.executions.started().find(({ name }) => name === 'default/shop')!;
    let rolled = false;
    const { want } = w.ledger.txtBook;
    w.ledger.txtBook.want = async (claims) => {
      if (!rolled) await rollOver(w);
      rolled = true;
      return want(claims);
    };
    for (;;) {
      const { done, until } = await w.invokeAdvance(input, ports);
      if (done) break;
      w.pass(Math.max(0, new Date(until!).getTime() - w.clock.now().getTime()));
    }
    w.end(input);
    expect(w.ledger.row('default/shop')!.progress.current?.revision).toBe(1);
    expect(w.ledger.row('default/shop')!.progress.failure).toBeUndefined();
    expect(w.ca.ordersOpened(['shop.example.com'])).toBe(1);
    expect(w.route53.standing()).toEqual([]);
  });
});

/** Kills a rollover before and after each of its calls; then `next` follows. Gives how often it was killed. */
const everyKill = async (next: (w: World) => Promise<void>, allowed?: 'either key'): Promise<number> => {
  let kills = 0;
  for (let k = 1; ; k++) {
    let reached = false;
    for (const when of ['before', 'after'] as const) {
      const w = await used();
      const before = key(w)!;
      const { killed } = killAt(w, k, when);
      await rollOver(w).catch(() => undefined);
      w.faults.hook = () => undefined;
      if (killed() === undefined) continue;
      reached = true;
      kills += 1;
      w.pass(2 * MINUTE);
      await next(w);
      if (allowed === undefined) await expectInOrder(w, before);
      else {
        expect(w.ledger.row('default/shop')!.progress.current).toBeDefined();
        expect(w.ledger.row('default/shop')!.progress.failure).toBeUndefined();
        expect(w.ca.registrations).toBe(1);
        expect((await record(w))?.rolloverSince).toBeUndefined();
      }
    }
    if (!reached) return kills;
  }
};
