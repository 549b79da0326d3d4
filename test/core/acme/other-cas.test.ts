// CAs that do otherwise than Let's Encrypt: approved beforehand, slow, with ends that one may ask for, with other chains;
// and what is refused before any of them is asked.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { acmeYaml, issuerOf } from '#test/support/acme/issuer-yaml.ts';
import { lying } from '#test/support/lying-ca.ts';
import { SELF_SIGNED } from '#test/support/own-ca-yaml.ts';
import { certificateYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAMES = ['web.example.com', '*.web.example.com'];

const declared = async (options: WorldOptions = {}, more: readonly string[] = [], certificate = ''): Promise<World> => {
  const w = world(options);
  await w.deploy(acmeYaml({ more }) + certificateYaml('web', NAMES, certificate));
  return w;
};
const progress = (w: World) => w.ledger.row('default/web')!.progress;
const calls = (w: World): string[] => {
  const seen: string[] = [];
  w.faults.hook = ({ port, method, when }) => {
    if (when === 'before') seen.push(`${port}.${method}`);
  };
  return seen;
};
/** Sweeps every hour until then. */
const hours = async (w: World, count: number): Promise<void> => {
  for (let i = 0; i < count; i++) {
    w.pass(HOUR);
    await w.tick();
  }
};

describe('an order that was approved beforehand', () => {
  it('comes back ready and is finalized without any challenge', async () => {
    const w = await declared({ acme: { preApproves: true } });
    const seen = calls(w);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(seen.filter((call) => /^(DnsProvider.change|AcmeAuthorizations)/.test(call))).toEqual([]);
  });

  it('comes back valid where it was finalized before: the certificate is fetched, and judged by the staged key', async () => {
    const w = await declared({ acme: { preApproves: true } });
    let dead = false;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeCertificates' && method === 'download' && when === 'before') dead = true;
      if (dead) throw new Error('the process is dead');
    };
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    const [valid] = [...w.ca.orders.values()];
    lying(w.ca, (honest) => ({ orders: { open: () => honest.orders.read(valid!.url) } }));
    w.pass(11 * MINUTE);
    const seen = calls(w);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(seen).not.toContain('AcmeOrders.finalize');
    const other = await declared({ acme: { preApproves: true } });
    lying(other.ca, () => ({
      orders: {
        open: async (request) => ({ ...validOrder, dnsNames: request.dnsNames }),
        read: async () => validOrder,
      },
      certificates: { download: async () => ({ chainPem: w.current('default/web')['tls.crt']! }) },
    }));
    await other.tick();
    expect(progress(other).failure).toMatchObject({ code: 'CERT_REJECTED' });
    expect(other.current('default/web')['tls.crt']).toBeUndefined();
  });
});

const validOrder = {
  url: 'https://ca.test/order/1',
  status: 'valid',
  dnsNames: NAMES,
  authorizationUrls: [],
  certificateUrl: 'https://ca.test/certificate/1',
} as const;

describe('a CA that takes its time', () => {
  it('for hours after finalize is looked at when it says so, and holds nobody up', async () => {
    const w = await declared({ acme: { pollsUntilIssued: 5, retryAfterMs: HOUR } });
    await w.tick();
    expect(progress(w).work?.waitingFor).toBe('the CA to issue');
    expect(await w.executions.countRunning()).toBe(0);
    const seen = calls(w);
    await hours(w, 6);
    expect(progress(w).current).toBeDefined();
    expect(progress(w).failure).toBeUndefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
    expect(seen.filter((call) => call === 'AcmeOrders.read').length).toBeLessThanOrEqual(10);
    expect(w.route53.standing()).toEqual([]);
  });

  it('for more than a day tells of it, keeps the order, and the certificate is taken when it comes', async () => {
    const w = await declared({ acme: { pollsUntilIssued: 1_000_000, retryAfterMs: HOUR } });
    await w.tick();
    await hours(w, 30);
    expect(progress(w).failure).toMatchObject({ code: 'ORDER_SLOW', class: 'step', generation: 1 });
    const [order] = [...w.ca.orders.values()];
    order!.pollsLeft = 0;
    await hours(w, 30);
    expect(progress(w).failure).toBeUndefined();
    expect(progress(w).current?.revision).toBe(1);
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });

  it('for more than a week is given up for a new order', async () => {
    const w = await declared({
      acme: { pollsUntilIssued: 1_000_000, retryAfterMs: HOUR, orderLifetimeMs: 30 * DAY },
    });
    await w.tick();
    await hours(w, 10 * 24);
    expect(w.ca.ordersOpened(NAMES)).toBe(2);
  });

  it('to validate, and says a day, is looked at every ten minutes: it is done long before', async () => {
    const w = await declared({ acme: { pollsUntilValidated: 4, retryAfterMs: DAY } });
    await w.tick();
    expect(progress(w).failure).toBeUndefined();
    w.pass(HOUR);
    await w.tick();
    w.pass(HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });

  it('sends Retry-After with what is done already: the status counts, not the header', async () => {
    const w = await declared();
    lying(w.ca, (honest) => ({
      orders: {
        open: async (request) => ({ ...(await honest.orders.open(request)), retryAfterMs: DAY }),
        read: async (url) => ({ ...(await honest.orders.read(url)), retryAfterMs: DAY }),
        finalize: async (request) => {
          const finalized = await honest.orders.finalize(request);
          const done = finalized.status === 'processing' ? await honest.orders.read(finalized.url) : finalized;
          return { ...(await honest.orders.read(done.url)), retryAfterMs: DAY };
        },
      },
    }));
    const began = w.clock.now().getTime();
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.clock.now().getTime() - began).toBeLessThan(20 * MINUTE);
  });
});

describe('enableDurationFeature', () => {
  const asked = (w: World) => [...w.ca.orders.values()].map(({ notAfter }) => notAfter?.toISOString());

  it('puts the declared duration into the order, to the second', async () => {
    const w = await declared({}, ['enableDurationFeature: true'], '  duration: 240h');
    w.pass(123);
    await w.tick();
    expect(asked(w)).toEqual(['2026-12-05T12:00:00.000Z']);
    expect(progress(w).current?.notAfter).toBe('2026-12-05T12:00:00.000Z');
  });

  it.each([
    { what: 'that is not set', more: [], certificate: '  duration: 240h' },
    { what: 'without a declared duration', more: ['enableDurationFeature: true'], certificate: '' },
  ])('$what asks for no end', async ({ more, certificate }) => {
    const w = await declared({}, more, certificate);
    await w.tick();
    expect(asked(w)).toEqual([undefined]);
  });

  it('at a CA that takes no notAfter is a fault for a person, with the fix', async () => {
    const w = await declared({ acme: { takesNotAfter: false } }, ['enableDurationFeature: true'], '  duration: 240h');
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CA_REFUSED', class: 'human' });
    expect(progress(w).failure!.message).toContain('remove enableDurationFeature from the issuer');
  });
});

describe('preferredChain', () => {
  const topmost = (w: World): string =>
    new X509Certificate(
      w
        .current('default/web')
        ['tls.crt']!.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!
        .at(-1)!,
    ).issuer;

  it('that no chain leads to falls back to the default one, told in the history and the event', async () => {
    const w = await declared({}, ['preferredChain: No Such Root']);
    await w.tick();
    expect(topmost(w)).toBe('CN=Fake Root');
    const words =
      'no chain of the CA leads to the preferred "No Such Root" (it offers Fake Root, Fake Alternate Root): the default one is used';
    expect(w.ledger.history('default/web')[0]?.warnings).toEqual([words]);
    expect(w.bus.published()[0]?.detail.warnings).toEqual([words]);
  });

  it.each(['Fake Root', 'Fake Alternate Root'])('that is found (%s) is no warning', async (root) => {
    const w = await declared({}, [`preferredChain: ${root}`]);
    await w.tick();
    expect(topmost(w)).toBe(`CN=${root}`);
    expect(w.ledger.history('default/web')[0]).not.toHaveProperty('warnings');
  });
});

describe('names that no ACME CA proves by DNS-01', () => {
  it.each([
    { what: 'an IP address', change: { ipAddresses: ['192.0.2.1'] }, told: 'ipAddresses: 192.0.2.1' },
    { what: 'a URI', change: { uris: ['spiffe://example.com/web'] }, told: 'uris: spiffe://example.com/web' },
    { what: 'an e-mail address', change: { emailAddresses: ['a@example.com'] }, told: 'emailAddresses: a@example.com' },
    { what: 'an other name', change: { otherNames: [{ oid: '1.2.3', utf8Value: 'x' }] }, told: 'otherNames: 1.2.3' },
    { what: 'a CA certificate', change: { isCa: true as const }, told: 'isCA' },
    { what: 'no DNS name at all', change: { dnsNames: [] }, told: 'no dnsNames' },
  ])('are refused before anything is sent: $what', async ({ change, told }) => {
    const w = await declared();
    const seen = calls(w);
    await w.invokeSweep();
    const stored = w.ledger.row('default/web')!;
    const certificate = { ...stored.declared.certificate, ...change };
    const input = w.executions.started()[0]!;
    const acme = w.compose().issuers.acme!;
    const step = acme.step({
      declared: { ...stored.declared, certificate },
      holder: 'default/web#1',
      state: undefined,
      resumed: false,
      waited: false,
      csr: () => Promise.reject(new Error('no request is needed')),
      key: () => Promise.reject(new Error('no key is needed')),
      issuance: { uid: input.uid, revision: 1, keyNumber: 1 },
      now: w.clock.now(),
      countsAs: 'new',
    });
    await expect(step).rejects.toMatchObject({ code: 'NAMES_UNSUPPORTED', message: expect.stringContaining(told) });
    expect(seen.filter((call) => call.startsWith('Acme'))).toEqual([]);
  });
});

describe('what the directory says', () => {
  it('of renewal information is not asked where the issuer says None', async () => {
    const w = await declared({ acme: { renewalInfo: true } }, ['renewalInformationSource: None']);
    const seen = calls(w);
    await w.tick();
    expect(issuerOf(w).acme.renewalInformationSource).toBe('None');
    w.pass(DAY);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(seen).not.toContain('RenewalInformation.read');
  });
});

describe('an issuer that becomes one of another type in the middle of an order', () => {
  it('leaves no value and no claim behind; the order expires at its CA, its limits are given back', async () => {
    const w = await declared({ insyncAfterMs: 10 * MINUTE });
    await w.invokeSweep();
    const [input] = w.executions.started();
    await w.invokeAdvance(input!);
    expect(w.route53.standing()).toHaveLength(2);
    w.end(input!);
    const selfSigned = SELF_SIGNED + certificateYaml('web', NAMES).replace('name: le', 'name: self');
    await w.deploy(selfSigned);
    w.pass(11 * MINUTE);
    const seen = calls(w);
    await w.tick();
    await w.tick();
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
    expect(seen.filter((call) => call.startsWith('Acme'))).toEqual([]);
    expect(seen).toContain('limits.giveBack');
    expect(w.ledger.history('default/web').map(({ kind, generation }) => [kind, generation])).toContainEqual([
      'superseded',
      1,
    ]);
    expect(progress(w).revision).toBe(2);
    expect(progress(w).leftover).toBeUndefined();
  });
});
