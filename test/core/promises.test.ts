// The promises of the design that this service keeps already, each with a test that would break with it. The whole
// service in memory; the words of a `describe` are the words of the promise.
import { createHash, createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import type { HookedCall } from '#test/support/hooks.ts';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEB = issuerYaml() + certificateYaml('web', ['web.example.com']);
const TWO = issuerYaml() + certificateYaml('web', ['web.example.com', 'www.example.com']);

const declared = async (yaml: string, options: WorldOptions = {}): Promise<World> => {
  const w = world(options);
  await w.deploy(yaml);
  return w;
};
const progress = (w: World, name = 'default/web') => w.ledger.row(name)!.progress;

/** The process dies at the k-th call that fits, and stays dead until it is revived. */
const dieAt = (w: World, fits: (call: HookedCall) => boolean, k = 1): (() => void) => {
  let seen = 0;
  let dead = false;
  w.faults.hook = (call) => {
    if (dead) throw new Error('the process is dead');
    if (fits(call) && ++seen === k) {
      dead = true;
      throw new Error('killed');
    }
  };
  return () => {
    w.faults.hook = () => undefined;
  };
};

describe('1. No certificate expires while CA, DNS and AWS are out for less than the budget', () => {
  const OUT = {
    'the CA': (port: string) => port.startsWith('Acme'),
    DNS: (port: string) => port === 'DnsProvider',
    'Secrets Manager': (port: string) => port.startsWith('Secret'),
    'all of AWS': (port: string) => !port.startsWith('Acme'),
  };

  it.each([
    { what: 'the CA', days: 28.5, lifetimeMs: 90 * DAY },
    { what: 'DNS', days: 28.5, lifetimeMs: 90 * DAY },
    { what: 'Secrets Manager', days: 28.5, lifetimeMs: 90 * DAY },
    { what: 'all of AWS', days: 28.5, lifetimeMs: 90 * DAY },
    { what: 'the CA', days: 2.8, lifetimeMs: 160 * HOUR },
  ] as const)('$what, from the moment of renewal on for $days days', async ({ what, days, lifetimeMs }) => {
    const w = await declared(WEB, { acme: { lifetimeMs } });
    await w.tick();
    const first = progress(w).current!;
    const renewAt = new Date(progress(w).renewAt!).getTime();
    w.pass(renewAt - w.clock.now().getTime());
    const over = renewAt + days * DAY;
    w.faults.hook = ({ port }) => {
      if (OUT[what](port) && w.clock.now().getTime() < over) throw new EvercertError('AWS_UNAVAILABLE', 'out');
    };
    while (progress(w).current!.versionId === first.versionId) {
      expect(w.clock.now().toISOString() < first.notAfter).toBe(true);
      await w.tick().catch(() => undefined);
      w.pass(HOUR);
    }
    expect(w.clock.now().toISOString() < first.notAfter).toBe(true);
    expect(w.current('default/web').sha256).toBe(progress(w).current!.fingerprint);
    expect(w.clock.now().getTime()).toBeGreaterThan(over);
  });
});

describe('2. AWSCURRENT always holds the placeholder or a matching key and chain that covers an accepted declaration', () => {
  const ACCEPTED = ['DNS:web.example.com', 'DNS:web.example.com, DNS:www.example.com'];

  const whatIsCurrent = (w: World): string => {
    const value = w.current('default/web');
    if (value.evercert === 'placeholder')
      return Object.keys(value).some((key) => key.startsWith('tls')) ? 'half' : 'placeholder';
    const leaf = new X509Certificate(value['tls.crt']!);
    const fits = leaf.checkPrivateKey(createPrivateKey(value['tls.key']!));
    return fits && ACCEPTED.includes(leaf.subjectAltName!) ? 'pair' : 'unfit';
  };

  it('after every single call, through issue, change, lie, crash and renewal', async () => {
    const w = await declared(WEB);
    const seen: string[] = [];
    const watch = (then: (call: HookedCall) => void = () => undefined) => {
      w.faults.hook = (call) => {
        if (w.secrets.text('evercert/default/web') !== undefined) seen.push(whatIsCurrent(w));
        then(call);
      };
    };
    watch();
    await w.tick();
    await w.deploy(TWO);
    let dead = false;
    watch(({ port, method, when }) => {
      if (port === 'SecretLabels' && method === 'promote' && when === 'after') dead = true;
      if (dead) throw new Error('the process is dead');
    });
    await w.tick().catch(() => undefined);
    watch();
    w.pass(11 * MINUTE);
    await w.tick();
    w.pass(61 * DAY);
    const chain = w.current('default/web')['tls.crt']!;
    const honest = lying(w.ca, () => ({ certificates: { download: async () => ({ chainPem: chain }) } }));
    await w.tick();
    honest();
    w.pass(DAY);
    await w.tick();
    expect([...new Set(seen)].sort()).toEqual(['pair', 'placeholder']);
    expect(progress(w).current).toMatchObject({ generation: 2 });
    expect(seen.length).toBeGreaterThan(200);
  });
});

describe('3. At most one order is pursued per certificate and revision, whatever overlaps; at most one orphan per lost newOrder answer', () => {
  it('two sweeps at once, and three invocations of each execution at once', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `c${i}`);
    const w = await declared(
      issuerYaml() + names.map((name) => certificateYaml(name, [`${name}.example.com`])).join(''),
    );
    await Promise.all([w.invokeSweep(), w.invokeSweep()]);
    const started = w.executions.started();
    expect(started).toHaveLength(10);
    await Promise.all(started.flatMap((input) => [1, 2, 3].map(() => w.invokeAdvance(input))));
    for (const input of started) w.end(input);
    w.pass(15 * MINUTE);
    await w.tick();
    for (const name of names) {
      const orders = [...w.ca.orders.values()].filter(({ dnsNames }) => dnsNames[0] === `${name}.example.com`);
      expect(orders.filter(({ status }) => status === 'valid')).toHaveLength(1);
      expect(progress(w, `default/${name}`).revision).toBe(1);
    }
  });

  it('a newOrder whose answer is lost leaves one orphan', async () => {
    const w = await declared(WEB);
    const revive = dieAt(w, ({ port, method, when }) => port === 'AcmeOrders' && method === 'open' && when === 'after');
    await w.tick().catch(() => undefined);
    revive();
    w.pass(11 * MINUTE);
    await w.tick();
    expect(progress(w).current?.revision).toBe(1);
    expect([...w.ca.orders.values()].map(({ status }) => status)).toEqual(['pending', 'valid']);
  });
});

describe('4. An issued certificate is never thrown away: after any crash the next run adopts it or its order', () => {
  it.each([
    { crash: 'the request was signed and the answer lost', port: 'AcmeOrders', method: 'finalize', when: 'after' },
    { crash: 'the chain was about to be fetched', port: 'AcmeCertificates', method: 'download', when: 'before' },
    { crash: 'the chain was fetched', port: 'AcmeCertificates', method: 'download', when: 'after' },
    { crash: 'the bundle was staged', port: 'SecretVersions', method: 'read', when: 'after' },
    { crash: 'the bundle was made current', port: 'SecretLabels', method: 'promote', when: 'after' },
  ] as const)('$crash', async ({ port, method, when }) => {
    const w = await declared(WEB);
    const revive = dieAt(w, (call) => call.port === port && call.method === method && call.when === when);
    await w.tick().catch(() => undefined);
    revive();
    w.pass(11 * MINUTE);
    await w.tick();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(1);
    const issued = [...w.ca.orders.values()][0]!.chains[0]!;
    expect(w.current('default/web').sha256).toBe(
      createHash('sha256').update(new X509Certificate(issued).raw).digest('hex'),
    );
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued']);
  });
});

describe("5. No TXT record of ours is left one sweep after the end; none of anybody else's is ever touched", () => {
  it.each([
    { end: 'issued', fault: undefined },
    { end: 'failed', fault: ['AcmeOrders', 'finalize', 'CA_REFUSED'] as const },
    { end: 'issued after a zone that would not let go', fault: ['DnsProvider', 'change', 'DNS_UNAVAILABLE'] as const },
  ])('$end', async ({ fault }) => {
    const w = await declared(
      issuerYaml() + certificateYaml('web', ['example.com', '*.example.com', 'shop.example.org']),
    );
    const foreign = { name: '_acme-challenge.example.com', value: 'of another tool' };
    await w.route53.provider.change({
      zone: { id: 'Z1COM', name: 'example.com', access: {} },
      kind: 'upsert',
      records: [foreign],
    });
    w.route53.plantPlainTxt('Z2ORG', 'other.example.org', 'not ours');
    let changes = 0;
    w.faults.hook = ({ port, method, when }) => {
      if (port !== fault?.[0] || method !== fault[1] || when !== 'before') return;
      // Of the changes, the deletes come after one upsert a zone.
      if (port === 'DnsProvider' && ++changes <= 2) return;
      throw new EvercertError(fault[2], 'refused');
    };
    await w.tick();
    w.faults.hook = () => undefined;
    w.pass(5 * MINUTE);
    await w.tick();
    expect(w.route53.standing()).toEqual(['_acme-challenge.example.com of another tool', 'other.example.org not ours']);
    expect(w.ledger.txtClaims()).toEqual([]);
  });

  it('crashed while its values stood, and removed from the declarations', async () => {
    const other = issuerYaml() + certificateYaml('api', ['api.example.com']);
    const w = await declared(WEB);
    const revive = dieAt(
      w,
      ({ port, method, when }) => port === 'DnsProvider' && method === 'change' && when === 'after',
    );
    await w.tick().catch(() => undefined);
    revive();
    expect(w.route53.standing()).toHaveLength(1);
    await w.deploy(other);
    w.pass(11 * MINUTE);
    await w.tick();
    expect(w.route53.standing()).toEqual([]);
  });
});

describe('6. No private key outside its secret', () => {
  /** Every form in which a key could be written: PEM body, base64 of any part of it, the JWK's secret number. */
  const formsOf = (pem: string): string[] => {
    const key = createPrivateKey(pem);
    const { d } = key.export({ format: 'jwk' });
    const der = key.export({ format: 'der', type: 'pkcs8' });
    const publicDer = createPublicKey(key).export({ format: 'der', type: 'spki' });
    expect(publicDer.length).toBeGreaterThan(50);
    const secret = Buffer.from(d!, 'base64url');
    const pemLines = pem.split('\n').filter((line) => line.length > 20);
    return [d!, secret.toString('hex'), secret.toString('base64'), der.toString('base64').slice(40, 80), pemLines[0]!];
  };

  it('neither in ledger, history, events, logs, executions nor DNS, through issue, failure, crash and renewal', async () => {
    const w = await declared(WEB + certificateYaml('kept', ['kept.example.com'], '    rotationPolicy: Never'));
    const results: unknown[] = [];
    await w.tick();
    w.pass(61 * DAY);
    const revive = dieAt(
      w,
      ({ port, method, when }) => port === 'SecretVersions' && method === 'put' && when === 'after',
    );
    await w.tick().catch((error: unknown) => results.push(error));
    revive();
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'finalize' && when === 'before')
        throw new Error('a fault without a code');
    };
    w.pass(15 * MINUTE);
    await w.tick();
    w.faults.hook = () => undefined;
    w.pass(DAY);
    await w.invokeSweep();
    for (const input of w.executions.started())
      if (await w.executions.isRunning(input)) results.push(await w.invokeAdvance(input));
    const texts = [...w.secrets.model.secrets.values()].flatMap(({ versions }) =>
      [...versions.values()].map(({ text }) => text),
    );
    const pems = texts
      .flatMap((text) => Object.values(JSON.parse(text) as Record<string, string>))
      .filter((value) => value.includes('PRIVATE KEY'));
    const outside = [
      w.ledger.row('default/web'),
      w.ledger.row('default/kept'),
      w.ledger.history('default/web'),
      w.bus.published(),
      w.lines,
      w.executions.started(),
      w.route53.standing(),
      results,
    ]
      .map(
        (thing) =>
          `${JSON.stringify(thing)} ${inspect(thing, { depth: 20, showHidden: true, maxStringLength: null, maxArrayLength: null })}`,
      )
      .join('\n');
    expect(pems.length).toBeGreaterThan(8);
    expect(results.length).toBeGreaterThan(1);
    expect(outside.length).toBeGreaterThan(5_000);
    expect(pems.flatMap(formsOf).filter((form) => outside.includes(form))).toEqual([]);
    expect(outside).not.toContain('PRIVATE KEY');
  });
});

describe('7. A failing certificate never delays a healthy one by more than one sweep', () => {
  const FIFTY = Array.from({ length: 50 }, (_, i) => ({
    name: `c${i}`,
    dnsName: i % 10 < 3 ? `c${i}.nowhere.net` : `c${i}.example.com`,
  }));
  const yaml = issuerYaml() + FIFTY.map(({ name, dnsName }) => certificateYaml(name, [dnsName])).join('');
  const healthy = FIFTY.filter(({ dnsName }) => dnsName.endsWith('example.com'));
  const atRevision = (w: World, revision: number) =>
    healthy.filter(({ name }) => progress(w, `default/${name}`).current?.revision === revision).length;

  it('thirty percent of fifty fail for ever: the thirty-five healthy ones are current after one sweep', async () => {
    const w = await declared(yaml);
    const report = await w.tick();
    expect(healthy).toHaveLength(35);
    expect(atRevision(w, 1)).toBe(35);
    expect((await w.tick()).failing).toBe(15);
    expect(report.fed.started).toBe(50);
  });

  it('where places are scarce, the failing ones wait, and the healthy ones are renewed by one sweep', async () => {
    const w = await declared(yaml, { inFlight: 35 });
    await w.tick();
    await w.tick();
    expect(atRevision(w, 1)).toBe(35);
    w.pass(61 * DAY);
    await w.tick();
    expect(atRevision(w, 2)).toBe(35);
  });
});

describe('8. Every accepted change has exactly one outcome, recorded in the ledger and the history, announced at least once', () => {
  it('through change, change in the middle, failure, crash while announcing, and removal', async () => {
    const w = await declared(WEB);
    await w.tick();
    await w.deploy(TWO);
    await w.invokeSweep();
    const first = w.executions.started().at(-1)!;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'open' && when === 'before')
        throw new EvercertError('CA_RATE_LIMITED', 'wait', {
          detail: { retryAt: new Date(w.clock.now().getTime() + MINUTE) },
        });
    };
    await w.invokeAdvance(first);
    await w.deploy(issuerYaml() + certificateYaml('web', ['shop.nowhere.net']));
    await w.invokeSweep();
    w.faults.hook = () => undefined;
    w.pass(MINUTE);
    await w.run(first);
    await w.deploy(issuerYaml() + certificateYaml('web', ['api.example.com']));
    const revive = dieAt(w, ({ port, when }) => port === 'eventBus' && when === 'after');
    await w.tick().catch(() => undefined);
    revive();
    w.pass(11 * MINUTE);
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('other', ['other.example.com']));
    await w.tick();
    const history = w.ledger.history('default/web');
    expect(history.map(({ kind, generation }) => `${generation} ${kind}`)).toEqual([
      '1 issued',
      '2 superseded',
      '3 failed',
      '4 issued',
      '5 retired',
    ]);
    const told = w.bus.published().filter(({ detail }) => detail.certificate === 'default/web');
    expect([...new Set(told.map(({ detail }) => detail.id))]).toEqual(history.map(({ id }) => id));
    expect(told.length).toBe(6);
    expect(told.map(({ detail }) => detail.at)).toEqual(
      told.map(({ detail }) => history.find(({ id }) => id === detail.id)!.at),
    );
  });
});
