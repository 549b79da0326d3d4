// The journey told in sentences, on the whole service in memory.
import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { certificateYaml, issuerYaml, world } from '#test/support/world.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('a certificate that is declared', () => {
  it('is issued by the next sweep, stored as one version, announced once, and leaves nothing behind', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    const report = await w.tick();

    expect(report.fed).toEqual({ started: 1, waiting: 0, stillRunning: 0, failed: 0 });
    const value = w.current('default/web');
    const leaf = new X509Certificate(value['tls.crt']!);
    expect(leaf.subjectAltName).toBe('DNS:web.example.com');
    expect(value.sha256).toBe(leaf.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(Object.keys(value).sort()).toEqual([
      'issuer',
      'not-after',
      'not-before',
      'serial',
      'sha256',
      'tls.crt',
      'tls.key',
      'version-id',
    ]);
    const row = w.ledger.row('default/web')!;
    expect(row.progress.current).toMatchObject({
      fingerprint: value.sha256,
      versionId: value['version-id'],
      revision: 1,
    });
    expect(row.progress.work).toBeUndefined();
    expect(row.leaseUntil).toBeUndefined();
    expect(row.startAt).toBe(row.progress.renewAt);
    expect(w.secrets.labels('evercert/default/web')).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
    expect(w.route53.standing()).toEqual([]);
    expect(w.ledger.txtClaims()).toEqual([]);
    expect(w.bus.published().map(({ detailType }) => detailType)).toEqual(['Evercert Certificate Issued']);
    expect(w.ledger.history('default/web')).toHaveLength(1);
    expect(w.bus.published()[0]!.detail.id).toBe(w.ledger.history('default/web')[0]!.id);
  });

  it('is announced while its TXT values are still being taken back', async () => {
    const w = world();
    const order: string[] = [];
    w.faults.hook = ({ port, method, when }) => {
      if (when === 'after' && ['publish', 'forget'].includes(method)) order.push(`${port}.${method}`);
    };
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    expect(order).toEqual(['eventBus.publish', 'txtBook.forget']);
  });

  it('covers apex and wildcard, which share one TXT name, and names of several zones', async () => {
    const w = world();
    const names = ['example.com', '*.example.com', 'shop.example.org'];
    await w.deploy(issuerYaml() + certificateYaml('all', names));
    await w.tick();
    const leaf = new X509Certificate(w.current('default/all')['tls.crt']!);
    expect(leaf.subjectAltName?.split(', ').sort()).toEqual(names.map((name) => `DNS:${name}`).sort());
    expect(w.route53.standing()).toEqual([]);
  });

  it('is not touched again before its renewal instant, and renewed by the first sweep after it', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    const first = w.current('default/web').sha256;
    w.pass(59 * DAY);
    expect((await w.tick()).fed.started).toBe(0);
    w.pass(DAY + MINUTE);
    expect((await w.tick()).fed.started).toBe(1);
    expect(w.current('default/web').sha256).not.toBe(first);
    expect(w.bus.published().map(({ detailType }) => detailType)).toEqual([
      'Evercert Certificate Issued',
      'Evercert Certificate Renewed',
    ]);
  });

  it('gets a new key at each renewal, or keeps it where rotationPolicy is Never', async () => {
    const w = world();
    await w.deploy(
      issuerYaml() +
        certificateYaml('fresh', ['fresh.example.com']) +
        certificateYaml('kept', ['kept.example.com'], '    rotationPolicy: Never'),
    );
    await w.tick();
    const before = { fresh: w.current('default/fresh')['tls.key'], kept: w.current('default/kept')['tls.key'] };
    w.pass(61 * DAY);
    await w.tick();
    expect(w.current('default/fresh')['tls.key']).not.toBe(before.fresh);
    expect(w.current('default/kept')['tls.key']).toBe(before.kept);
    expect(w.ledger.row('default/kept')!.progress.revision).toBe(2);
  });

  it('is issued anew, with the reason, when its names or its server change', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com', 'www.example.com']));
    await w.tick();
    expect(new X509Certificate(w.current('default/web')['tls.crt']!).subjectAltName).toContain('www.example.com');
    await w.deploy(
      issuerYaml({ server: 'https://other.test/directory' }) +
        certificateYaml('web', ['web.example.com', 'www.example.com']),
    );
    await w.tick();
    expect(w.ledger.history('default/web').map(({ reason }) => reason)).toEqual([
      'SecretMissing',
      'RequestChanged',
      'IssuerChanged',
    ]);
  });

  it('keeps its certificate when only the time of renewal changes', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com'], '  renewBefore: 1440h'));
    await w.tick();
    expect(w.ledger.history('default/web')).toHaveLength(1);
    expect(w.ledger.row('default/web')!.startAt).toMatch(/^2026-12-2(4T1[4-9]|4T2|5T0|5T1[0-2])/);
  });

  it('is retired when its declaration goes: told once, never looked at again, its secret kept; and comes back without an order', async () => {
    const w = world();
    const both =
      issuerYaml() + certificateYaml('web', ['web.example.com']) + certificateYaml('api', ['api.example.com']);
    await w.deploy(both);
    await w.tick();
    const before = w.current('default/web').sha256;
    await w.deploy(issuerYaml() + certificateYaml('api', ['api.example.com']));
    await w.tick();
    w.pass(80 * DAY);
    await w.tick();
    expect(w.ledger.row('default/web')!.nextActionAt).toBeUndefined();
    expect(w.current('default/web').sha256).toBe(before);
    expect(w.bus.published().filter(({ detailType }) => detailType === 'Evercert Certificate Retired')).toHaveLength(1);
    await w.deploy(both);
    await w.tick();
    expect(w.ledger.row('default/web')!.retiredAt).toBeUndefined();
    expect(w.ledger.row('default/web')!.progress.revision).toBe(2);
  });
});

describe('a hundred certificates that start together', () => {
  it('share one account', async () => {
    const w = world();
    const many = Array.from({ length: 100 }, (_, i) => certificateYaml(`c${i}`, [`c${i}.example.com`]));
    await w.deploy(issuerYaml() + many.join(''));
    await w.invokeSweep();
    const ports = w.compose();
    await Promise.all(w.executions.started().map((input) => w.invokeAdvance(input, ports)));
    expect(w.ca.registrations).toBe(1);
  });
});

describe('a failing certificate', () => {
  it('says which name no zone covers, lets go of everything, is tried again a day later, and stops no other', async () => {
    const w = world();
    await w.deploy(
      issuerYaml() + certificateYaml('lost', ['www.nowhere.net']) + certificateYaml('web', ['web.example.com']),
    );
    await w.tick();
    const { failure, work } = w.ledger.row('default/lost')!.progress;
    expect(failure).toMatchObject({
      code: 'DNS_NO_ZONE',
      class: 'human',
      count: 1,
      retryAt: '2026-11-26T12:00:00.250Z',
    });
    expect(failure!.message).toContain('_acme-challenge.www.nowhere.net');
    expect(work).toBeUndefined();
    expect(w.current('default/lost')['tls.crt']).toBeUndefined();
    expect(w.secrets.labels('evercert/default/lost')).toEqual(['AWSCURRENT']);
    expect(w.ledger.row('default/web')!.progress.current).toBeDefined();
    expect((await w.tick()).failing).toBe(1);
    expect(w.ca.ordersOpened(['www.nowhere.net'])).toBe(0);
  });

  it('succeeds at once when its declaration is mended', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['www.nowhere.net']));
    await w.tick();
    await w.deploy(issuerYaml() + certificateYaml('web', ['www.example.org']));
    const report = await w.tick();
    expect(report.fed.started).toBe(1);
    expect(w.ledger.row('default/web')!.progress.failure).toBeUndefined();
    expect(w.current('default/web').sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('waits 1, 10 and 100 minutes while the CA is down, and keeps its order', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    const { EvercertError } = await import('#core/errors.ts');
    w.faults.hook = ({ port, method, when }) => {
      if (port === 'AcmeOrders' && method === 'read' && when === 'before')
        throw new EvercertError('CA_UNREACHABLE', 'no answer');
    };
    const tries: string[] = [];
    const standing: number[] = [];
    for (let i = 0; i < 3; i++) {
      await w.tick();
      const row = w.ledger.row('default/web')!;
      tries.push(row.progress.failure!.retryAt);
      standing.push(w.route53.standing().length);
      w.pass(new Date(row.nextActionAt!).getTime() - w.clock.now().getTime());
    }
    w.faults.hook = () => undefined;
    await w.tick();
    expect(w.ca.ordersOpened(['web.example.com'])).toBe(1);
    expect(w.ledger.row('default/web')!.progress.failure).toBeUndefined();
    expect(w.current('default/web').sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(tries).toEqual(['2026-11-25T12:01:00.000Z', '2026-11-25T12:11:00.000Z', '2026-11-25T13:51:00.000Z']);
    // While the CA may be looking, its value stays; nothing of ours stands at the end.
    expect(standing).toEqual([1, 1, 1]);
    expect(w.route53.standing()).toEqual([]);
  });

  it('recovers by itself when the CA has lost its accounts', async () => {
    const w = world();
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    w.ca.loseAccounts();
    w.pass(61 * DAY);
    await w.tick();
    expect(w.ca.registrations).toBe(2);
    expect(w.ledger.row('default/web')!.progress.revision).toBe(2);
    expect(w.ledger.row('default/web')!.progress.failure).toBeUndefined();
  });

  it('leaves a foreign secret of its name untouched', async () => {
    const w = world();
    w.secrets.plant('evercert/default/web', 'somebody else');
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.failure).toMatchObject({ code: 'SECRET_FOREIGN', class: 'human' });
    expect(w.secrets.text('evercert/default/web')).toBe('somebody else');
  });

  it('names the plain TXT record that stands in its way', async () => {
    const w = world();
    w.route53.plantPlainTxt('Z1COM', '_acme-challenge.web.example.com', 'not ours');
    await w.deploy(issuerYaml() + certificateYaml('web', ['web.example.com']));
    await w.tick();
    expect(w.ledger.row('default/web')!.progress.failure).toMatchObject({ code: 'DNS_TXT_CONFLICT' });
    expect(w.route53.standing()).toEqual(['_acme-challenge.web.example.com not ours']);
  });
});

describe('nine certificates that are delegated to one TXT name', () => {
  it('are all issued, although Route53 answers eight values', async () => {
    const names = Array.from({ length: 9 }, (_, i) => `d${i}.example.org`);
    const cnames = Object.fromEntries(names.map((name) => [`_acme-challenge.${name}`, 'acme.example.com']));
    const w = world({ cnames, insyncAfterMs: 3_000 });
    await w.deploy(
      issuerYaml({ solver: 'cnameStrategy: Follow\n          route53: {}' }) +
        names.map((name, i) => certificateYaml(`d${i}`, [name])).join(''),
    );
    await w.tick();
    for (let i = 0; i < 9; i++) expect(w.current(`default/d${i}`).sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(w.route53.standing()).toEqual([]);
  });
});
