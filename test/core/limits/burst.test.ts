// Limits in the whole service: what is spent, what waits and how it is told, what is given back.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { nameSetBucket } from '#core/limits/order-takes.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LETSENCRYPT = 'https://acme-v02.api.letsencrypt.org/directory';

const declared = async (names: readonly string[], options: WorldOptions = {}): Promise<World> => {
  const w = world({
    quotas: { route53PerSecond: 1_000, secretsWritesPerSecond: 1_000, zoneChangesPerSecond: 1_000 },
    ...options,
  });
  const yaml = names.map((name) => certificateYaml(name, [`${name}.example.com`])).join('');
  await w.deploy(issuerYaml({ server: LETSENCRYPT }) + yaml);
  return w;
};
const progress = (w: World, name = 'web') => w.ledger.row(`default/${name}`)!.progress;
const limitCalls = (w: World): string[] => {
  const calls: string[] = [];
  w.faults.hook = ({ port, method, when }) => {
    if (when === 'before' && (port === 'limits' || port === 'circuits')) calls.push(`${port}.${method}`);
  };
  return calls;
};

describe('a burst', () => {
  it('of 53 new names under one domain: 50 are issued, three wait for a place of their own, without a failure', async () => {
    const names = Array.from({ length: 53 }, (_, i) => `c${i}`);
    const w = await declared(names);
    await w.tick();
    const rows = names.map((name) => w.ledger.row(`default/${name}`)!);
    expect(rows.filter(({ progress: { current } }) => current !== undefined)).toHaveLength(50);
    const waiting = rows.filter(({ progress: { current } }) => current === undefined);
    expect(waiting.map(({ progress: { failure } }) => failure)).toEqual([undefined, undefined, undefined]);
    expect(waiting.map(({ leaseUntil }) => leaseUntil)).toEqual([undefined, undefined, undefined]);
    const times = waiting.map(({ nextActionAt }) => nextActionAt!.slice(0, 15)).sort();
    expect(times).toEqual(['2026-11-25T15:2', '2026-11-25T18:4', '2026-11-25T22:0']);
    expect(waiting.map(({ progress: { work } }) => work!.waitingFor).sort()[0]).toMatch(
      /^new certificates for example\.com at acme-v02\.api\.letsencrypt\.org \(50 at once, then one every 12096 s\): 1 before it in the queue, about 2026-11-25T18:4/,
    );
    expect(await w.executions.countRunning()).toBe(0);
    w.pass(7 * DAY);
    await w.tick();
    expect(names.filter((name) => progress(w, name).current !== undefined)).toHaveLength(53);
  });
});

describe('the price of limits and circuits', () => {
  it('is at most two calls to the ledger for a first certificate, and for a renewal', async () => {
    const w = await declared(['web']);
    const calls = limitCalls(w);
    await w.tick();
    expect(calls.filter((call) => call !== 'circuits.look')).toEqual(['limits.take']);
    calls.length = 0;
    w.pass(61 * DAY);
    await w.tick();
    expect(progress(w).current?.revision).toBe(2);
    expect(calls.filter((call) => call !== 'circuits.look')).toEqual(['limits.take']);
  });
});

describe('a renewal inside its ARI window', () => {
  it.each([
    { what: 'is counted nowhere', echoesReplaces: true, counted: false },
    { what: 'is counted for its names where the CA does not take `replaces`', echoesReplaces: false, counted: true },
  ])('$what', async ({ echoesReplaces, counted }) => {
    const w = await declared(['web'], { acme: { renewalInfo: true, echoesReplaces } });
    await w.tick();
    w.pass(5 * MINUTE);
    await w.tick();
    w.pass(new Date(progress(w).ari!.chosenAt!).getTime() - w.clock.now().getTime());
    // The first sweep may only hear that the window stands.
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      await w.tick();
      w.pass(5 * MINUTE);
    }
    expect(progress(w).current?.revision).toBe(2);
    const [account] = [...w.ca.orders.values()].map(({ account: url }) => url);
    const { id } = nameSetBucket(LETSENCRYPT, account!, ['web.example.com']);
    expect((w.ledger.bucket(id).fullAt ?? 0) > w.clock.now().getTime()).toBe(counted);
  });
});

describe('a failed authorization', () => {
  const failing = (w: World) => {
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'read' && when === 'before' && validating(w))
        throw new EvercertError('CHALLENGE_FAILED', 'no TXT record', { detail: { offenders: ['web.example.com'] } });
    };
  };
  const validating = (w: World): boolean =>
    JSON.stringify(progress(w).work?.segment ?? {}).includes('"stage":"validate"');

  it('is counted by account and name: the fourth order of an hour is not opened, also after a new declaration', async () => {
    const w = await declared(['web']);
    failing(w);
    for (const ms of [0, MINUTE, 10 * MINUTE]) {
      w.pass(ms);
      await w.tick();
    }
    expect(progress(w).failure).toMatchObject({ code: 'CHALLENGE_FAILED', count: 3 });
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(3);
    await w.deploy(
      issuerYaml({ server: LETSENCRYPT }) + certificateYaml('web', ['web.example.com', 'www.example.com']),
    );
    w.faults.hook = () => undefined;
    await w.tick();
    expect(w.ca.orders.size).toBe(3);
    expect(progress(w).work?.waitingFor).toContain('failed authorizations of web.example.com');
    w.pass(HOUR);
    await w.tick();
    expect(progress(w).current).toMatchObject({ generation: 2 });
  });

  it('gives back what the CA counts only when it issues', async () => {
    const w = await declared(['web']);
    failing(w);
    await w.tick();
    const bucket = w.ledger.bucket('domain#acme-v02.api.letsencrypt.org#example.com');
    expect(bucket.fullAt).toBeLessThanOrEqual(w.clock.now().getTime());
  });
});

describe('a limit that the CA tells', () => {
  it('holds for all that it is about, and for nobody else', async () => {
    const w = await declared(['a', 'b']);
    const detail = 'too many certificates (50) already issued for "example.com" in the last 168h0m0s';
    const retryAt = new Date(w.clock.now().getTime() + 5 * HOUR);
    let asked = 0;
    w.faults.hook = ({ port, method, when }) => {
      if (port !== 'AcmeOrders' || method !== 'open' || when !== 'before' || w.clock.now() >= retryAt) return;
      asked++;
      throw new EvercertError('CA_RATE_LIMITED', detail, { detail: { retryAt, problem: { detail } } });
    };
    await w.tick();
    expect(asked).toBe(1);
    expect(['a', 'b'].map((name) => w.ledger.row(`default/${name}`)!.nextActionAt)).toEqual([
      '2026-11-25T17:00:00.000Z',
      '2026-11-25T17:00:00.000Z',
    ]);
    expect(w.ledger.openCircuits()).toEqual([]);
    w.pass(5 * HOUR);
    await w.tick();
    expect(['a', 'b'].every((name) => progress(w, name).current !== undefined)).toBe(true);
  });
});

describe('a zone that stays busy', () => {
  it('is left alone by new orders for half a minute; other zones go on', async () => {
    const w = world();
    const more = certificateYaml('org', ['b.example.org']) + certificateYaml('com', ['c.example.com']);
    await w.deploy(issuerYaml() + certificateYaml('busy', ['a.example.com']));
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'DnsProvider' && method === 'change' && when === 'before')
        throw new EvercertError('DNS_UNAVAILABLE', 'failed: PriorRequestNotComplete: wait', {
          detail: { zoneId: 'Z1COM' },
        });
    };
    await w.tick();
    expect(progress(w, 'busy').failure).toMatchObject({ code: 'DNS_UNAVAILABLE', class: 'step' });
    const until = w.ledger.bucket('zone#Z1COM').blockedUntil!;
    expect(until - w.clock.now().getTime()).toBeGreaterThan(29_000);
    w.faults.hook = () => undefined;
    await w.deploy(issuerYaml() + certificateYaml('busy', ['a.example.com']) + more);
    await w.invokeSweep();
    const [, ...started] = w.executions.started();
    for (const input of started) await w.invokeAdvance(input);
    expect(progress(w, 'org').current).toBeDefined();
    expect(progress(w, 'com').work?.waitingFor).toMatch(
      /^changes of the hosted zone Z1COM \(50 at once, then 5 a second\): next in the queue/,
    );
    expect(w.ca.ordersOpened(['c.example.com'])).toBe(0);
  });
});
