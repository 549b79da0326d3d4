// What happens in the middle of an issuance: the declaration changes or goes, the secret moves, the bus is down, time is up.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { advance } from '#core/journey/advance.ts';
import { serviceSettings } from '#core/settings.ts';
import type { HookedCall } from '#test/support/hooks.ts';
import { lying } from '#test/support/lying-ca.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEB = issuerYaml() + certificateYaml('web', ['web.example.com']);
const TWO = issuerYaml() + certificateYaml('web', ['web.example.com', 'www.example.com']);

const declared = async (yaml = WEB, options: WorldOptions = {}): Promise<World> => {
  const w = world(options);
  await w.deploy(yaml);
  return w;
};
const row = (w: World) => w.ledger.row('default/web')!;
const names = (w: World) => new X509Certificate(w.current('default/web')['tls.crt']!).subjectAltName;
const at = (port: string, method: string, when: HookedCall['when'], then: () => void) => (call: HookedCall) => {
  if (call.port === port && call.method === method && call.when === when) then();
};
const told = (w: World) => w.bus.published().map(({ detailType }) => detailType.replace('Evercert Certificate ', ''));

/** Runs `meanwhile` once, in the middle of the given call of the first execution. */
const interrupted = async (w: World, port: object, method: string, meanwhile: () => Promise<void>): Promise<void> => {
  const ports = port as Record<string, (request: unknown) => Promise<unknown>>;
  const real = ports[method]!.bind(port);
  let done = false;
  ports[method] = async (request) => {
    const answer = await real(request);
    if (!done) {
      done = true;
      await meanwhile();
    }
    return answer;
  };
  await w.tick();
};

const redeclared = (w: World, yaml: string) => async () => {
  await w.deploy(yaml);
  await w.invokeSweep();
};

describe('a declaration that changes while its certificate is being issued', () => {
  it.each([
    { when: 'its values are put up', port: 'provider', method: 'change' },
    { when: 'its bundle is staged', port: 'versions', method: 'read' },
  ] as const)('never publishes the old names: it changes when $when', async ({ port, method }) => {
    const w = await declared();
    const target = port === 'provider' ? w.route53.provider : w.secrets.versions;
    const published: string[] = [];
    const { promote } = w.secrets.versions;
    w.secrets.versions.promote = async (request) => {
      await promote(request);
      published.push(names(w)!);
    };
    await interrupted(w, target, method, redeclared(w, TWO));
    w.pass(5 * MINUTE);
    await w.tick();
    expect(published).toEqual(['DNS:web.example.com, DNS:www.example.com']);
    expect(w.ledger.history('default/web').map(({ kind, generation }) => `${kind} ${generation}`)).toEqual([
      'superseded 1',
      'issued 2',
    ]);
    expect(told(w)).toEqual(['Superseded', 'Issued']);
    expect(w.route53.standing()).toEqual([]);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it.each([
    { when: 'is being cleaned', port: 'versions', method: 'open', call: 2 },
    { when: 'has just been announced', port: 'bus', method: 'publish', call: 1 },
  ] as const)(
    'while a failure $when is tried at once, not when the old failure would be',
    async ({ port, method, call }) => {
      const w = await declared();
      w.faults.hook = at('DnsProvider', 'change', 'before', () => {
        throw new EvercertError('DNS_DENIED', 'Route53 refuses us the zone');
      });
      let seen = 0;
      const target = (port === 'bus' ? w.bus : w.secrets.versions) as unknown as Record<
        string,
        (request: unknown) => Promise<unknown>
      >;
      const real = target[method]!.bind(target);
      target[method] = async (request) => {
        const answer = await real(request);
        if (++seen === call) {
          w.faults.hook = () => undefined;
          await redeclared(w, TWO)();
        }
        return answer;
      };
      await w.tick();
      w.pass(5 * MINUTE);
      await w.tick();
      expect(seen).toBeGreaterThanOrEqual(call);
      expect(row(w).progress.current?.generation).toBe(2);
      expect(names(w)).toContain('www.example.com');
    },
  );

  it('back and forth leaves the certificate as it was, without an order', async () => {
    const w = await declared();
    await w.tick();
    await w.deploy(TWO);
    await w.deploy(WEB);
    await w.tick();
    expect(w.ca.orders.size).toBe(1);
    expect(row(w).progress.current?.revision).toBe(1);
  });
});

describe('a declaration that is removed while its certificate is being issued', () => {
  it('publishes nothing, takes back its values, and is told as superseded and retired', async () => {
    const w = await declared(WEB + certificateYaml('api', ['api.example.com']));
    await interrupted(
      w,
      w.route53.provider,
      'change',
      redeclared(w, issuerYaml() + certificateYaml('api', ['api.example.com'])),
    );
    w.pass(10 * MINUTE);
    await w.tick();
    expect(w.current('default/web')['tls.crt']).toBeUndefined();
    expect(w.route53.standing()).toEqual([]);
    expect(row(w).nextActionAt).toBeUndefined();
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['superseded', 'retired']);
    expect(w.current('default/api')['tls.crt']).toBeDefined();
  });

  it('after it was published keeps the secret, and is told as issued and retired', async () => {
    const w = await declared(WEB + certificateYaml('api', ['api.example.com']));
    await interrupted(w, w.bus, 'publish', redeclared(w, issuerYaml() + certificateYaml('api', ['api.example.com'])));
    w.pass(10 * MINUTE);
    await w.tick();
    expect(w.current('default/web')['tls.crt']).toBeDefined();
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued', 'retired']);
  });

  it('is told as retired once the bus is up again, without any execution failing', async () => {
    const w = await declared();
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('api', ['api.example.com']));
    w.faults.hook = at('eventBus', 'publish', 'before', () => {
      throw new EvercertError('AWS_UNAVAILABLE', 'the bus is down');
    });
    await w.invokeSweep();
    const input = w.executions.started().find(({ name, run }) => name === 'default/web' && run === 2)!;
    expect(await w.invokeAdvance(input)).toMatchObject({ done: false, until: '2026-11-25T12:01:00.250Z' });
    w.faults.hook = () => undefined;
    w.pass(MINUTE);
    expect(await w.invokeAdvance(input)).toMatchObject({ done: true });
    expect(told(w).filter((kind) => kind === 'Retired')).toHaveLength(1);
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued', 'retired']);
  });
});

describe('a certificate that became current when its process died', () => {
  it('is recorded as issued, also when its declaration went meanwhile', async () => {
    const w = await declared();
    let dead = false;
    w.faults.hook = (call) => {
      if (dead) throw new Error('the process is dead');
      at('SecretLabels', 'promote', 'after', () => {
        dead = true;
        throw new Error('killed');
      })(call);
    };
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    await w.deploy(issuerYaml() + certificateYaml('api', ['api.example.com']));
    w.pass(11 * MINUTE);
    await w.tick();
    expect(new Set(w.ledger.history('default/web').map(({ kind }) => kind))).toEqual(new Set(['issued', 'retired']));
    expect(row(w).progress.current?.versionId).toBe(w.current('default/web')['version-id']);
  });
});

describe('a retirement that was recorded when its process died', () => {
  it('is told, also when the declaration has come back meanwhile', async () => {
    const w = await declared();
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('api', ['api.example.com']));
    let dead = false;
    w.faults.hook = (call) => {
      if (dead) throw new Error('the process is dead');
      at('eventBus', 'publish', 'before', () => {
        dead = true;
        throw new Error('killed');
      })(call);
    };
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    await w.deploy(WEB);
    w.pass(11 * MINUTE);
    await w.tick();
    expect(told(w)).toContain('Retired');
    expect(w.ledger.history('default/web').map(({ kind }) => kind)).toEqual(['issued', 'retired']);
    expect(row(w).startAt).toBe(row(w).progress.renewAt);
  });
});

describe('a certificate that is not what was asked', () => {
  const renewalWithLie = async () => {
    const w = await declared();
    await w.tick();
    const honest = w.current('default/web');
    w.pass(61 * DAY);
    const restore = lying(w.ca, () => ({ certificates: { download: async () => ({ chainPem: honest['tls.crt']! }) } }));
    await w.tick();
    return { w, honest, restore };
  };

  it('is never published: the previous one stays, and the reasons are told', async () => {
    const { w, honest } = await renewalWithLie();
    expect(w.current('default/web')).toEqual(honest);
    expect(row(w).progress.failure).toMatchObject({ code: 'CERT_REJECTED', class: 'step', count: 1 });
    expect(row(w).progress.failure!.message).toContain('the certificate is for another key');
    expect(row(w).progress.current?.fingerprint).toBe(honest.sha256);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(told(w)).toEqual(['Issued', 'Failed']);
  });

  it('is asked for anew, with a new order and key, when the CA has come to its senses', async () => {
    const { w, honest, restore } = await renewalWithLie();
    restore();
    w.pass(MINUTE);
    await w.tick();
    expect(row(w).progress.current?.revision).toBe(3);
    expect(w.current('default/web').sha256).not.toBe(honest.sha256);
    expect(row(w).progress.failure).toBeUndefined();
  });
});

describe('the secret', () => {
  it('whose current version somebody changed meanwhile is looked at again, and the new certificate becomes current', async () => {
    const w = await declared();
    const { model } = w.secrets;
    await interrupted(w, w.secrets.versions, 'read', async () => {
      const { PutSecretValueCommand } = await import('@aws-sdk/client-secrets-manager');
      await model.send(new PutSecretValueCommand({ SecretId: 'evercert/default/web', SecretString: 'by hand' }));
    });
    expect(w.current('default/web').sha256).toBe(row(w).progress.current?.fingerprint);
    expect(row(w).progress.failure).toBeUndefined();
    expect(w.executions.started()).toHaveLength(1);
  });

  it('in which the staged key was lost gets a new key and a new order, without a failure', async () => {
    const w = await declared(WEB, { acme: { pollsUntilValidated: 3, retryAfterMs: 5_000 } });
    w.faults.hook = at('AcmeOrders', 'finalize', 'before', () => {
      throw new Error('the process is dead');
    });
    await w.tick();
    w.faults.hook = () => undefined;
    const { versions } = w.secrets.model.secrets.get('evercert/default/web')!;
    for (const [id, { text }] of versions) if (text.includes('staged-key')) versions.delete(id);
    w.pass(MINUTE);
    await w.tick();
    expect(row(w).progress.current).toBeDefined();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(2);
  });

  it('that holds a bundle of an order which the CA has forgotten takes the bundle of the next order', async () => {
    const w = await declared();
    let dead = false;
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'SecretVersions' && method === 'read' && when === 'after') dead = true;
      if (dead) throw new Error('the process is dead');
    };
    await w.tick().catch(() => undefined);
    w.faults.hook = () => undefined;
    w.ca.orders.clear();
    w.pass(11 * MINUTE);
    await w.tick();
    expect(row(w).progress.failure).toBeUndefined();
    expect(w.current('default/web').sha256).toBe(row(w).progress.current?.fingerprint);
  });

  it('of a key that must be kept, but no longer fits the declaration, waits for a person and stays', async () => {
    const keep = '    rotationPolicy: Never';
    const w = await declared(issuerYaml() + certificateYaml('web', ['web.example.com'], keep));
    await w.tick();
    const before = w.current('default/web');
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com'], `${keep}\n    size: 384`));
    await w.tick();
    expect(row(w).progress.failure).toMatchObject({ code: 'KEY_UNFIT', class: 'human' });
    expect(w.current('default/web')).toEqual(before);
    expect(w.ca.orders.size).toBe(1);
  });
});

describe('a bus that is down', () => {
  it('delays only the telling: the certificate is current at once, its outcome announced once the bus is up', async () => {
    const w = await declared();
    w.faults.hook = at('eventBus', 'publish', 'before', () => {
      throw new EvercertError('AWS_UNAVAILABLE', 'the bus is down');
    });
    await w.invokeSweep();
    const [input] = w.executions.started();
    const result = await w.invokeAdvance(input!);
    expect(result).toMatchObject({ done: false, phase: 'announce', until: '2026-11-25T12:01:00.250Z' });
    expect(w.current('default/web').sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(w.route53.standing()).toEqual([]);
    w.faults.hook = () => undefined;
    w.pass(MINUTE);
    expect(await w.invokeAdvance(input!)).toMatchObject({ done: true });
    const [record] = w.ledger.history('default/web');
    expect(told(w)).toEqual(['Issued']);
    expect(w.bus.published()[0]!.detail).toMatchObject({ id: record!.id, at: record!.at });
  });
});

describe('an invocation', () => {
  it('whose time is up returns at once to go on now, and the next one goes on with the same order', async () => {
    const w = await declared();
    await w.invokeSweep();
    const [input] = w.executions.started();
    const settings = { prefix: 'evercert', sweepPeriodMs: 5 * MINUTE, quotas: serviceSettings.parse({}).quotas };
    const ports = w.compose();
    const now = () => {
      w.pass(400);
      return w.clock.now();
    };
    const clock = { now };
    let rounds = 0;
    for (;;) {
      rounds++;
      const deadline = new Date(w.clock.now().getTime() + 3_000);
      const result = await advance(input!, { ports: { ...ports, clock }, settings, deadline });
      if (result.done) break;
      expect(new Date(result.until!).getTime()).toBeLessThanOrEqual(w.clock.now().getTime());
    }
    expect(rounds).toBeGreaterThan(2);
    expect(row(w).progress.current?.revision).toBe(1);
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(1);
  });

  it('that would wait longer than two sweep periods ends the execution; the ledger is the timer', async () => {
    const w = await declared(WEB, { acme: { pollsUntilIssued: 1, retryAfterMs: 11 * MINUTE } });
    await w.invokeSweep();
    const [input] = w.executions.started();
    expect(await w.invokeAdvance(input!)).toMatchObject({ done: true, phase: 'issue' });
    expect(row(w)).toMatchObject({ nextActionAt: '2026-11-25T12:11:00.000Z' });
    expect(row(w).leaseUntil).toBeUndefined();
    expect(row(w).progress.work?.waitingFor).toBe('the CA to issue');
  });

  it('that waits for two sweep periods keeps its execution', async () => {
    const w = await declared(WEB, { acme: { pollsUntilIssued: 1, retryAfterMs: 10 * MINUTE } });
    await w.invokeSweep();
    expect(await w.invokeAdvance(w.executions.started()[0]!)).toMatchObject({ done: false });
    expect(row(w).leaseUntil).toBe('2026-11-25T12:14:00.000Z');
  });

  it('that waited in the ledger for longer than its order lives opens a new one', async () => {
    const w = await declared(WEB, { acme: { pollsUntilIssued: 9, retryAfterMs: HOUR, orderLifetimeMs: 2 * HOUR } });
    await w.tick();
    w.pass(DAY);
    await w.tick();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(2);
    expect(row(w).progress.failure).toBeUndefined();
  });
});
