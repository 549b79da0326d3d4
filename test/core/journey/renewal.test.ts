// Renewal as the CA suggests it, on the whole service in memory: inside the window, with `replaces`, now where the window is
// past, and by the lifetime where nothing can be heard.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEB = issuerYaml() + certificateYaml('web', ['web.example.com']);
const NAME = 'default/web';

const deployed = async (yaml = WEB, options: WorldOptions = {}): Promise<World> => {
  const w = world({ ...options, acme: { renewalInfo: true, ...options.acme } });
  await w.deploy(yaml);
  await w.tick();
  return w;
};
const row = (w: World, name = NAME) => w.ledger.row(name)!;
const progress = (w: World, name = NAME) => row(w, name).progress;
const orders = (w: World) => [...w.ca.orders.values()];
const said = (w: World, message: string) => w.lines.filter((line) => line.message === message);
const until = (w: World, at: string) => w.pass(Math.max(0, new Date(at).getTime() - w.clock.now().getTime()));

/** Sweeps at every period until the certificate has its next revision. */
const sweepUntilRevision = async (w: World, revision: number): Promise<void> => {
  for (let sweeps = 0; progress(w).current?.revision !== revision; sweeps++) {
    if (sweeps > 600) throw new Error(`still revision ${progress(w).current?.revision}`);
    await w.tick();
    w.pass(5 * MINUTE);
  }
};
const past = (w: World, explanationUrl?: string) => ({
  window: { start: new Date(w.clock.now().getTime() - HOUR), end: new Date(w.clock.now().getTime() - 30 * MINUTE) },
  retryAfterMs: 6 * HOUR,
  ...(explanationUrl === undefined ? {} : { explanationUrl }),
});

describe('the window that the CA suggests', () => {
  it('is asked for by the next sweep, without an execution', async () => {
    const w = await deployed();
    const started = w.executions.started().length;
    await w.tick();
    expect(w.executions.started()).toHaveLength(started);
    const { current, ari, renewAt, renewBecause } = progress(w);
    expect(ari?.certId).toBe(current!.certId);
    expect(ari?.window?.start).toMatch(/^2027-01-23T/);
    expect(renewAt).toBe(ari!.chosenAt);
    expect(renewBecause).toMatch(/^AriWindow: /);
    expect(row(w)).toMatchObject({ startAt: ari!.chosenAt, ariAt: ari!.pollAt });
  });

  it('is asked for when the CA said, and no sooner', async () => {
    const w = await deployed();
    let asked = 0;
    w.faults.hook = ({ port, when }) => {
      if (port === 'RenewalInformation' && when === 'before') asked += 1;
    };
    for (let hours = 0; hours < 24; hours++) {
      await w.tick();
      w.pass(HOUR);
    }
    expect(asked).toBe(4);
  });

  it('has the renewal begin inside it, whatever the leaf, with `replaces`, and the CA says it back', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `c${i}`);
    const yaml = issuerYaml() + names.map((name) => certificateYaml(name, [`${name}.example.com`])).join('');
    const w = await deployed(yaml, { acme: { lifetimeMs: 160 * HOUR } });
    await w.tick();
    const windows = new Map(names.map((name) => [`${name}.example.com`, progress(w, `default/${name}`).ari!.window!]));
    const opened: { name: string; at: string; replaces: string | undefined }[] = [];
    until(w, [...windows.values()].map(({ start }) => start).sort()[0]!);
    for (let sweeps = 0; sweeps < 45 && opened.length < 20; sweeps++) {
      const before = new Set(orders(w));
      const at = w.clock.now().toISOString();
      await w.tick();
      for (const order of orders(w).filter((one) => !before.has(one)))
        opened.push({ name: order.dnsNames[0]!, at, replaces: order.replaces });
      w.pass(5 * MINUTE);
    }
    expect(opened).toHaveLength(20);
    for (const { name, at, replaces } of opened) {
      const { start, end } = windows.get(name)!;
      expect(start <= at && at < end).toBe(true);
      expect(replaces).toBeDefined();
    }
    expect(new Set(opened.map(({ at }) => at)).size).toBeGreaterThan(5);
    expect(said(w, 'the order replaces its predecessor')).toHaveLength(20);
  });

  it('of the old leaf says nothing about the new one', async () => {
    const w = await deployed();
    await w.tick();
    until(w, progress(w).ari!.chosenAt!);
    await sweepUntilRevision(w, 2);
    expect(progress(w).ari?.certId).not.toBe(progress(w).current!.certId);
    for (let hours = 0; hours < 72; hours++) {
      await w.tick();
      w.pass(HOUR);
    }
    expect(progress(w).revision).toBe(2);
    expect(progress(w).ari?.certId).toBe(progress(w).current!.certId);
  });
});

describe('a window that is moved into the past', () => {
  it('renews at the next look, with `replaces`, and everybody is told why', async () => {
    const w = await deployed();
    await w.tick();
    const id = progress(w).current!.certId!;
    w.ca.renewals.answers.set(id, past(w, 'https://ca.example/incident'));
    until(w, progress(w).ari!.pollAt);
    await w.tick();
    expect(progress(w).current?.revision).toBe(2);
    expect(orders(w).at(-1)?.replaces).toBe(id);
    const because = { explanationUrl: 'https://ca.example/incident', reason: 'NearExpiry' };
    expect(w.ledger.history(NAME).at(-1)).toMatchObject({ kind: 'issued', ...because });
    expect(w.bus.published().at(-1)).toMatchObject({
      detailType: 'Evercert Certificate Renewed',
      detail: because,
    });
    const [line] = said(w, 'the CA wants a certificate replaced now: its renewal window is past');
    expect(line?.fields).toMatchObject({ certificate: NAME, explanationUrl: 'https://ca.example/incident' });
  });

  it.each([
    ['renewal.policy is Disabled', 'policy: Disabled', /^EmergencyMargin: /],
    ['no maintenance window is open', 'windows: [{cron: "0 3 * * 0", windowDuration: 1h}]', /^MaintenanceWindow: /],
  ])('renews although %s', async (_why, renewal, before) => {
    const w = await deployed(issuerYaml() + certificateYaml('web', ['web.example.com'], `  renewal:\n    ${renewal}`));
    await w.tick();
    expect(progress(w).renewBecause).toMatch(before);
    w.ca.renewals.answers.set(progress(w).current!.certId!, past(w));
    until(w, progress(w).ari!.pollAt);
    await w.tick();
    expect(progress(w).current?.revision).toBe(2);
  });

  it('renews what ends first before the others, and all of them before what is merely due', async () => {
    const yaml =
      issuerYaml({ profile: 'short' }) +
      ['a', 'b', 'c', 'd'].map((n) => certificateYaml(n, [`${n}.example.com`])).join('');
    const w = await deployed(yaml, { acme: { profiles: { short: { lifetimeMs: 10 * DAY } } }, inFlight: 1 });
    for (let i = 0; i < 4; i++) await w.tick();
    for (const id of w.ca.renewals.known()) w.ca.renewals.answers.set(id, past(w));
    w.pass(6 * HOUR);
    await w.tick();
    await w.tick();
    await w.tick();
    await w.tick();
    expect(['a', 'b', 'c', 'd'].map((n) => progress(w, `default/${n}`).current?.revision)).toEqual([2, 2, 2, 2]);
  });

  it('for each new leaf is obeyed at growing gaps: nothing renews for ever', async () => {
    const w = await deployed();
    for (let hours = 0; hours < 4 * 24; hours++) {
      for (const id of w.ca.renewals.known()) w.ca.renewals.answers.set(id, { ...past(w), retryAfterMs: MINUTE });
      await w.tick();
      w.pass(HOUR);
    }
    expect(progress(w).revision).toBeGreaterThan(5);
    expect(progress(w).revision).toBeLessThan(11);
  });

  it('keeps to the backoff of a failure', async () => {
    const w = await deployed();
    await w.tick();
    w.ca.renewals.answers.set(progress(w).current!.certId!, past(w));
    until(w, progress(w).ari!.pollAt);
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'open' && when === 'before')
        throw new EvercertError('CA_REFUSED', 'not today');
    };
    await w.tick();
    const { retryAt } = progress(w).failure!;
    w.pass(7 * HOUR);
    await w.tick();
    expect(row(w).startAt).toBe(retryAt);
    expect(progress(w).failure?.count).toBe(1);
  });
});

describe('where the CA does not take `replaces`', () => {
  const renewedAfter = async (prepare: (w: World) => Promise<void> | void, options: WorldOptions = {}) => {
    const w = await deployed(WEB, options);
    await w.tick();
    until(w, progress(w).ari!.chosenAt!);
    await prepare(w);
    await sweepUntilRevision(w, 2);
    return w;
  };

  it('because it was replaced already, the order is opened once more without', async () => {
    const w = await renewedAfter((world) => {
      const [first] = orders(world);
      world.ca.renewals.replace(progress(world).current!.certId!, { ...first!, status: 'valid' });
    });
    expect(orders(w).at(-1)?.replaces).toBeUndefined();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(2);
    expect(said(w, 'the CA did not confirm which certificate the order replaces')).toHaveLength(1);
  });

  it('because the account was lost and made anew, the order is opened once more without', async () => {
    const w = await renewedAfter((world) => world.ca.loseAccounts());
    expect(w.ca.registrations).toBe(2);
    expect(orders(w).at(-1)?.replaces).toBeUndefined();
  });

  it('and says nothing back, that is told', async () => {
    const w = await renewedAfter(() => undefined, { acme: { echoesReplaces: false } });
    expect(said(w, 'the CA did not confirm which certificate the order replaces')).toHaveLength(1);
  });
});

describe('where nothing can be heard', () => {
  it('of a directory without renewal information, the lifetime decides, and it is asked again the next day', async () => {
    const w = await deployed(WEB, { acme: { renewalInfo: false } });
    await w.tick();
    const { ari } = progress(w);
    expect(ari?.lastError).toBe('not offered');
    expect(new Date(ari!.pollAt).getTime() - new Date(ari!.checkedAt).getTime()).toBe(DAY);
    expect(progress(w).renewBecause).toMatch(/^DefaultFraction: /);
    until(w, progress(w).renewAt!);
    await sweepUntilRevision(w, 2);
    expect(orders(w).at(-1)?.replaces).toBeUndefined();
  });

  it('the window that was heard before stands, and the CA is asked again after six hours', async () => {
    const w = await deployed();
    await w.tick();
    const before = progress(w).ari!;
    until(w, before.pollAt);
    w.faults.hook = ({ port, when }) => {
      if (port === 'RenewalInformation' && when === 'before') throw new EvercertError('CA_UNREACHABLE', 'down');
    };
    await w.tick();
    const after = progress(w).ari!;
    expect(after).toMatchObject({
      window: before.window,
      chosenAt: before.chosenAt,
      lastError: 'CA_UNREACHABLE: down',
    });
    expect(new Date(after.pollAt).getTime() - new Date(after.checkedAt).getTime()).toBe(6 * HOUR);
    expect(progress(w).renewAt).toBe(before.chosenAt);
  });

  it('a directory that is out is asked a few times, not for each certificate', async () => {
    const names = Array.from({ length: 60 }, (_, i) => `c${i}`);
    const yaml = issuerYaml() + names.map((name) => certificateYaml(name, [`${name}.example.com`])).join('');
    const w = await deployed(yaml);
    let asked = 0;
    w.faults.hook = ({ port, when }) => {
      if (port !== 'RenewalInformation' || when !== 'before') return;
      asked += 1;
      throw new EvercertError('CA_UNREACHABLE', 'down');
    };
    await w.tick();
    expect(asked).toBeLessThanOrEqual(20);
    expect(names.every((name) => progress(w, `default/${name}`).ari?.lastError === 'CA_UNREACHABLE: down')).toBe(true);
  });

  it.each([
    { what: 'wider than half the lifetime', from: 0, to: 46 },
    { what: 'that ends before it starts', from: 20, to: 10 },
    { what: 'that begins before the certificate', from: -1, to: 10 },
  ])('a window $what is no answer', async ({ from, to }) => {
    const w = await deployed();
    const start = w.clock.now().getTime();
    const window = { start: new Date(start + from * DAY), end: new Date(start + to * DAY) };
    w.ca.renewals.answers.set(progress(w).current!.certId!, { window, retryAfterMs: MINUTE });
    await w.tick();
    expect(progress(w).ari?.window).toBeUndefined();
    expect(progress(w).renewBecause).toMatch(/^DefaultFraction: /);
  });
});

describe('a maintenance window', () => {
  it('puts a renewal off until it opens, by the clocks of its zone', async () => {
    const windows =
      '  renewal:\n    policy: RenewBefore\n    windows: [{cron: "0 3 * * *", windowDuration: 2h, timezone: Europe/Berlin}]';
    const w = await deployed(issuerYaml() + certificateYaml('web', ['web.example.com'], windows));
    await w.tick();
    expect(progress(w).renewAt).toMatch(/^2027-01-2[345]T0[23]:/);
    until(w, progress(w).ari!.window!.start);
    await sweepUntilRevision(w, 2);
    expect(progress(w).current?.notBefore).toMatch(/^2027-01-2[345]T0[23]:/);
    expect(orders(w).at(-1)?.replaces).toBeDefined();
  });
});

describe('a person asks for one more certificate', () => {
  const asked = (text: string) =>
    WEB.replace('name: web\n', `name: web\n  annotations: {evercert.dev/renew-requested: "${text}"}\n`);

  it('by the annotation of the declaration, once for each text', async () => {
    const w = await deployed(asked('one'));
    expect(progress(w).current?.revision).toBe(1);
    await w.deploy(asked('two'));
    await w.tick();
    await w.tick();
    expect(w.ledger.history(NAME).map(({ reason }) => reason)).toEqual(['SecretMissing', 'RenewRequested']);
    await w.deploy(WEB);
    await w.tick();
    expect(progress(w).revision).toBe(2);
    expect(w.bus.published().map(({ detailType }) => detailType)).toEqual([
      'Evercert Certificate Issued',
      'Evercert Certificate Renewed',
    ]);
  });

  it('by a mark in the row, once', async () => {
    const w = await deployed();
    await w.tick();
    expect(await w.ledger.renewalMarks.request({ name: NAME, now: w.clock.now() })).toBe(true);
    await w.tick();
    w.pass(HOUR);
    await w.tick();
    expect(w.ledger.history(NAME).map(({ reason }) => reason)).toEqual(['SecretMissing', 'RenewRequested']);
  });

  it('by a mark, also while a failure waits for its next try', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.nowhere.net']));
    await w.tick();
    expect(progress(w).failure).toMatchObject({ class: 'human', count: 1 });
    w.pass(MINUTE);
    await w.ledger.renewalMarks.request({ name: NAME, now: w.clock.now() });
    await w.tick();
    expect(progress(w).failure?.count).toBe(2);
  });

  it('while an issuance is under way: another one follows', async () => {
    const w = world();
    await w.deploy(WEB);
    await w.invokeSweep();
    const [input] = w.executions.started();
    w.faults.hook = ({ port, method, when }) => {
      if (port !== 'AcmeOrders' || method !== 'open' || when !== 'after') return;
      w.faults.hook = () => undefined;
      void w.ledger.renewalMarks.request({ name: NAME, now: w.clock.now() });
    };
    await w.run(input!);
    expect(progress(w).current?.revision).toBe(2);
  });
});
