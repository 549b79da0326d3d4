// The ACME segment on a CA that answers in every way that RFC 8555 allows, and in some that it does not.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const NAMES = ['web.example.com', 'shop.example.org'];

const declared = async (options: WorldOptions = {}, issuer = issuerYaml(), more = ''): Promise<World> => {
  const w = world(options);
  await w.deploy(issuer + certificateYaml('web', NAMES, more));
  return w;
};
const progress = (w: World) => w.ledger.row('default/web')!.progress;
const calls = (w: World, port: string, method: string): (() => number) => {
  let count = 0;
  w.faults.hook = (call) => {
    if (call.port === port && call.method === method && call.when === 'before') count++;
  };
  return () => count;
};

describe('an order', () => {
  it('whose authorizations are all valid already is finalized at once, without any TXT value', async () => {
    const w = await declared({ acme: { reuseAuthorizations: true } });
    await w.tick();
    const puts = calls(w, 'DnsProvider', 'change');
    await w.deploy(issuerYaml() + certificateYaml('web', NAMES, '    size: 384'));
    await w.tick();
    expect(progress(w).current?.revision).toBe(2);
    expect(puts()).toBe(0);
  });

  it('of which some authorizations are valid already proves only the others', async () => {
    const w = await declared({ acme: { reuseAuthorizations: true } });
    await w.tick();
    const upserted: string[] = [];
    const { change } = w.route53.provider;
    w.route53.provider.change = (request) => {
      if (request.kind === 'upsert') upserted.push(...request.records.map(({ name }) => name));
      return change(request);
    };
    await w.deploy(issuerYaml() + certificateYaml('web', [...NAMES, 'new.example.com']));
    await w.tick();
    expect(upserted).toEqual(['_acme-challenge.new.example.com']);
    expect(new X509Certificate(w.current('default/web')['tls.crt']!).subjectAltName).toContain('new.example.com');
  });

  it('that the CA answers for other names is refused, and no value is put up for it', async () => {
    const w = await declared();
    lying(w.ca, (honest) => ({
      orders: {
        open: async (request) => ({
          ...(await honest.orders.open(request)),
          dnsNames: ['web.example.com', 'evil.example.net'],
        }),
      },
    }));
    const puts = calls(w, 'DnsProvider', 'change');
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CA_PROTOCOL', class: 'step' });
    expect(progress(w).failure!.message).toContain('evil.example.net');
    expect(puts()).toBe(0);
  });

  it('may be answered in another order of its names, and in one name less for one that was asked twice', async () => {
    const w = await declared();
    lying(w.ca, (honest) => ({
      orders: {
        open: async (request) => {
          const order = await honest.orders.open(request);
          return { ...order, dnsNames: [...order.dnsNames].reverse() };
        },
      },
    }));
    await w.tick();
    expect(progress(w).current).toBeDefined();
  });

  it('names the profile of its issuer', async () => {
    const w = await declared(
      { acme: { profiles: { shortlived: { lifetimeMs: 160 * HOUR } } } },
      issuerYaml({ profile: 'shortlived' }),
    );
    await w.tick();
    expect([...w.ca.orders.values()].map(({ profile }) => profile)).toEqual(['shortlived']);
    expect(progress(w).current?.notAfter).toBe('2026-12-02T04:00:00.000Z');
    // Half of it is left; up to a hundredth of the lifetime sooner.
    expect(progress(w).renewAt).toMatch(/^2026-11-28T(18:2[4-9]|18:[3-5]|19:|20:00:00)/);
  });

  it('for a profile that the CA does not know waits for a person', async () => {
    const w = await declared({}, issuerYaml({ profile: 'tlsclient' }));
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CA_PROFILE_UNKNOWN', class: 'human' });
  });

  it('takes minutes at the CA, is polled at the pace that the CA gives, and is waited for outside of the function', async () => {
    const w = await declared({ acme: { pollsUntilIssued: 6, retryAfterMs: 30 * SECOND } });
    await w.invokeSweep();
    const reads = calls(w, 'AcmeOrders', 'read');
    const [input] = w.executions.started();
    const first = await w.invokeAdvance(input!);
    expect(first).toMatchObject({ done: false, phase: 'issue', until: '2026-11-25T12:00:30.000Z' });
    await w.run(input!);
    expect(progress(w).current).toBeDefined();
    expect(progress(w).failure).toBeUndefined();
    expect(reads()).toBeLessThan(12);
    expect(w.clock.now().toISOString()).toBe('2026-11-25T12:02:30.000Z');
  });

  it('that says ready although it was just pending is finalized once', async () => {
    const w = await declared();
    const finalized = calls(w, 'AcmeOrders', 'finalize');
    await w.tick();
    expect(finalized()).toBe(1);
  });

  it('that stays pending although nothing of it is pending ends as a failure within two hours', async () => {
    const w = await declared({ acme: { reuseAuthorizations: true } });
    lying(w.ca, (honest) => ({
      orders: { read: async (url) => ({ ...(await honest.orders.read(url)), status: 'pending' as const }) },
      authorizations: {
        read: async (url) => ({ ...(await honest.authorizations.read(url)), status: 'valid' as const }),
      },
    }));
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'ORDER_INVALID', class: 'step', count: 1 });
    expect(w.clock.now().getTime()).toBeLessThan(new Date('2026-11-25T14:00:00Z').getTime());
  });

  it('on which the CA does not decide for an hour is told so, not called invalid', async () => {
    const w = await declared({ acme: { pollsUntilValidated: 1_000_000 } });
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'ORDER_INVALID', count: 1 });
    expect(progress(w).failure!.message).toContain('has not decided');
    expect(w.route53.standing()).toEqual([]);
  });

  it('that has expired at the CA is opened anew at once, with the same key', async () => {
    const w = await declared({ acme: { orderLifetimeMs: HOUR } });
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeAuthorizations' && method === 'answer' && when === 'before')
        throw new EvercertError('CA_UNREACHABLE', 'no answer');
    };
    await w.tick();
    w.faults.hook = () => undefined;
    const staged = progress(w).work?.keyVersionId;
    w.pass(2 * HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(2);
    const version = w.secrets.model.secrets.get('evercert/default/web')!.versions.get(staged!)!;
    const key = (JSON.parse(version.text) as Record<string, string>)['staged-key'];
    expect(w.current('default/web')['tls.key']).toBe(key);
  });
});

describe('a challenge that fails', () => {
  const failing = async () => {
    const w = await declared();
    const { change } = w.route53.provider;
    w.route53.provider.change = async (request) =>
      request.zone.id === 'Z2ORG' && request.kind === 'upsert' ? undefined : change(request);
    const deactivated = calls(w, 'AcmeAuthorizations', 'deactivate');
    await w.tick();
    return { w, deactivated };
  };

  it('is told with the name, the words of the CA and the fix', async () => {
    const { w } = await failing();
    expect(progress(w).failure).toMatchObject({ code: 'CHALLENGE_FAILED', class: 'step', count: 1 });
    expect(progress(w).failure!.message).toContain(
      'shop.example.org: no TXT record found at _acme-challenge.shop.example.org',
    );
    expect(progress(w).failure!.message).toContain('(fix: ');
  });

  it('gives up the other authorizations, takes every value back and keeps no order', async () => {
    const { w, deactivated } = await failing();
    expect(deactivated()).toBe(2);
    expect([...w.ca.authorizations.values()].map(({ status }) => status).sort()).toEqual(['deactivated', 'invalid']);
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
    expect(progress(w).work).toBeUndefined();
  });

  it('names the offenders and keeps the problem of the CA whole', async () => {
    const { w } = await failing();
    const line = w.lines.find(({ message }) => message === 'an attempt failed')!;
    expect((line.fields.error as EvercertError).detail).toMatchObject({
      offenders: ['shop.example.org'],
      problem: { type: 'urn:ietf:params:acme:error:dns' },
    });
  });

  it('by a CAA record waits for a person', async () => {
    const w = await declared();
    const problem = { type: 'urn:ietf:params:acme:error:caa', detail: 'CAA record for example.org prevents issuance' };
    lying(w.ca, (honest) => ({
      orders: {
        read: async (url) => {
          const order = await honest.orders.read(url);
          return order.status === 'ready' ? { ...order, status: 'invalid' as const } : order;
        },
      },
      authorizations: {
        read: async (url) => {
          const found = await honest.authorizations.read(url);
          if (found.status !== 'valid' || found.dnsName !== 'shop.example.org') return found;
          return { ...found, status: 'invalid' as const, dns01: { ...found.dns01!, error: problem } };
        },
      },
    }));
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CAA_FORBIDS', class: 'human' });
    expect(progress(w).failure!.message).toContain('CAA record for example.org');
  });
});

describe('values that the CA may be looking at', () => {
  it('stay when the CA stops answering between two names, so that what was told still succeeds', async () => {
    const w = await declared();
    let answered = 0;
    w.faults.hook = ({ port, method, when }) => {
      if (port !== 'AcmeAuthorizations' || method !== 'answer' || when !== 'before') return;
      if (++answered === 2) throw new EvercertError('CA_UNREACHABLE', 'no answer');
    };
    await w.tick();
    w.faults.hook = () => undefined;
    expect(progress(w).failure).toMatchObject({ code: 'CA_UNREACHABLE' });
    expect(w.route53.standing()).toHaveLength(2);
    w.pass(MINUTE);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
    expect(w.route53.standing()).toEqual([]);
  });
});

describe('a rate limit', () => {
  const limited = (w: World, place: { port: string; method: string }, ms: number) => {
    const retryAt = new Date(w.clock.now().getTime() + ms);
    w.faults.hook = ({ port, method, when }) => {
      if (port === place.port && method === place.method && when === 'before' && w.clock.now() < retryAt)
        throw new EvercertError('CA_RATE_LIMITED', 'too many new orders recently', { detail: { retryAt } });
    };
  };

  it('of seconds is waited for inside, of a minute by the execution: no failure, one order', async () => {
    for (const ms of [1_500, MINUTE]) {
      const w = await declared();
      limited(w, { port: 'AcmeOrders', method: 'open' }, ms);
      await w.tick();
      expect(progress(w).current).toBeDefined();
      expect(progress(w).failure).toBeUndefined();
      expect(w.executions.started()).toHaveLength(1);
      expect(w.ca.ordersOpened(NAMES)).toBe(1);
    }
  });

  it('of hours ends the execution; the row is due when the CA allows it, and no failure is counted', async () => {
    const w = await declared();
    limited(w, { port: 'AcmeOrders', method: 'open' }, 3 * HOUR);
    await w.tick();
    const row = w.ledger.row('default/web')!;
    expect(row.nextActionAt).toBe('2026-11-25T15:00:00.000Z');
    expect(row.leaseUntil).toBeUndefined();
    expect(row.progress.failure).toBeUndefined();
    expect(row.progress.work?.waitingFor).toContain('too many new orders');
    expect(await w.executions.countRunning()).toBe(0);
    w.pass(2 * HOUR);
    expect((await w.tick()).fed.started).toBe(0);
    w.pass(HOUR);
    expect((await w.tick()).fed.started).toBe(1);
    expect(progress(w).current?.revision).toBe(1);
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });

  it('of hours while the CA may be looking keeps order and values, and leaves nothing at the end', async () => {
    const w = await declared();
    limited(w, { port: 'AcmeAuthorizations', method: 'answer' }, 3 * HOUR);
    await w.tick();
    expect(w.ledger.row('default/web')!.nextActionAt).toBe('2026-11-25T15:00:00.000Z');
    expect(w.route53.standing()).toHaveLength(2);
    w.pass(3 * HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
    expect(w.route53.standing()).toEqual([]);
  });

  it('of hours before the CA was told takes the values back, and puts them up again with the same order', async () => {
    const w = await declared({ insyncAfterMs: SECOND });
    const retryAt = new Date('2026-11-25T15:00:00.000Z');
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'DnsProvider' && method === 'isSettled' && when === 'before' && w.clock.now() < retryAt)
        throw new EvercertError('CA_RATE_LIMITED', 'come back later', { detail: { retryAt } });
    };
    await w.tick();
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
    w.pass(3 * HOUR);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });

  it('without a date is asked again after a minute', async () => {
    const w = await declared();
    let asked = 0;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'open' && when === 'before' && ++asked === 1)
        throw new EvercertError('CA_RATE_LIMITED', 'slow down');
    };
    await w.invokeSweep();
    const result = await w.invokeAdvance(w.executions.started()[0]!);
    expect(result.until).toBe('2026-11-25T12:01:00.000Z');
  });
});

describe('a refused request', () => {
  const refusing = (w: World, times: number) => {
    let refused = 0;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'finalize' && when === 'before' && refused++ < times)
        throw new EvercertError('CSR_REFUSED', 'the CA answered badPublicKey: a key of a weak family');
    };
  };

  it('is tried once more with a new key, at once', async () => {
    const w = await declared();
    refusing(w, 1);
    await w.tick();
    expect(progress(w)).toMatchObject({ revision: 1, current: { revision: 1 } });
    expect(progress(w).failure).toBeUndefined();
    const { versions } = w.secrets.model.secrets.get('evercert/default/web')!;
    expect([...versions.values()].filter(({ text }) => text.includes('staged-key'))).toHaveLength(2);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('waits for a person when the new key is refused too', async () => {
    const w = await declared();
    refusing(w, 9);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CSR_REFUSED', class: 'human', count: 1 });
    expect(progress(w).failure!.message).toContain('a weak family');
    expect(w.ca.ordersOpened(NAMES)).toBe(2);
    expect(w.route53.standing()).toEqual([]);
  });

  it('waits for a person at once where the key must be kept', async () => {
    const w = await declared({}, issuerYaml(), '    rotationPolicy: Never');
    refusing(w, 9);
    await w.tick();
    expect(progress(w).failure).toMatchObject({ code: 'CSR_REFUSED', class: 'human', count: 1 });
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });
});

describe('the chain', () => {
  it('is the one whose topmost issuer is preferred, where the CA has it', async () => {
    const preferred = issuerYaml().replace(
      '    privateKeySecretRef',
      '    preferredChain: Fake Alternate Root\n    privateKeySecretRef',
    );
    const topmost = async (issuer: string) => {
      const w = await declared({}, issuer);
      await w.tick();
      const blocks = w.current('default/web')['tls.crt']!.match(/-----BEGIN[\s\S]+?-----END CERTIFICATE-----/g)!;
      return new X509Certificate(blocks.at(-1)!).issuer;
    };
    expect(await topmost(issuerYaml())).toBe('CN=Fake Root');
    expect(await topmost(preferred)).toBe('CN=Fake Alternate Root');
  });
});

describe('after a day without any answer', () => {
  it('the same order is gone on with, and nothing stands in DNS meanwhile', async () => {
    const w = await declared();
    w.faults.hook = ({ port, when }) => {
      if (port === 'AcmeAuthorizations' && when === 'before') throw new EvercertError('CA_UNREACHABLE', 'no answer');
    };
    for (let hours = 0; hours < 26; hours++) {
      await w.tick();
      w.pass(HOUR);
    }
    expect(w.route53.standing()).toEqual([]);
    expect(progress(w).failure!.count).toBe(4);
    w.faults.hook = () => undefined;
    w.pass(DAY);
    await w.tick();
    expect(progress(w).current).toBeDefined();
    expect(w.ca.ordersOpened(NAMES)).toBe(1);
  });
});
