// Before an order is spent, on the whole service in memory: what would surely fail stops there with its code; what the
// CA might accept is only said; what cannot be looked at stops nothing.
import { describe, expect, it } from 'vitest';
import { EvercertError } from '#core/errors.ts';
import { certificateYaml, issuerYaml, type World, type WorldOptions, world } from '#test/support/world.ts';

const NAMES = ['web.example.com'];
const ELSEWHERE = { 'NS example.com': ['ns1.other.test', 'ns2.other.test'] };
const ADDRESSES = {
  ...Object.fromEntries(
    ['com', 'net', 'org', 'co.uk'].map((top, i) => [`A ns-${i}.z1com.awsdns.${top}`, [`192.0.2.${i + 1}`]]),
  ),
  'A ns1.other.test': ['198.51.100.1'],
  'A ns2.other.test': ['198.51.100.2'],
};

const tried = async (options: WorldOptions, names: readonly string[] = NAMES, solver?: string): Promise<World> => {
  const w = world(options);
  await w.deploy(issuerYaml(solver === undefined ? {} : { solver }) + certificateYaml('web', names));
  await w.tick();
  return w;
};
const failure = (w: World) => w.ledger.row('default/web')!.progress.failure;
const isIssued = (w: World) => w.ledger.row('default/web')!.progress.current !== undefined;
const warned = (w: World): string[] =>
  w.lines.filter(({ message }) => message === 'pre-flight warns').flatMap(({ fields }) => fields.warnings as string[]);

describe('what would surely fail', () => {
  it.each<[string, WorldOptions, string, RegExp]>([
    [
      'a zone that no public DNS leads to',
      { dns: { 'NS example.com': 'absent' } },
      'DNS_NOT_DELEGATED',
      /does not know example\.com/,
    ],
    [
      'a zone that other servers answer for',
      { dns: { ...ELSEWHERE, ...ADDRESSES } },
      'DNS_NOT_DELEGATED',
      /sent to ns1\.other\.test, ns2\.other\.test for example\.com, not to the zone example\.com \(Z1COM, ns-0/,
    ],
    [
      'a private zone alone',
      { zones: [{ id: 'ZPRIV', name: 'example.com', isPrivate: true }] },
      'DNS_NO_ZONE',
      /covers _acme-challenge\.web\.example\.com; only the private zone example\.com \(ZPRIV\) does/,
    ],
    [
      'a CAA record for another CA',
      { dns: { 'CAA example.com': ['0 issue "other.test"'] } },
      'CAA_FORBIDS',
      /CAA of example\.com.*0 issue "other\.test" does not name ca\.test/,
    ],
    [
      'a CAA record for another method',
      { dns: { 'CAA web.example.com': ['0 issue "ca.test; validationmethods=http-01"'] } },
      'CAA_FORBIDS',
      /leave out dns-01/,
    ],
  ])('stops %s before the order', async (_, options, code, words) => {
    const w = await tried(options);
    expect(failure(w)).toMatchObject({ code, class: 'human' });
    expect(failure(w)!.message).toMatch(words);
    expect(failure(w)!.message).toContain('(fix: ');
    expect(w.ca.ordersOpened(NAMES)).toBe(0);
    expect(w.route53.standing()).toEqual([]);
  });

  it('stops a CNAME loop, and an alias that ends outside our zones', async () => {
    const own = '_acme-challenge.web.example.com';
    const follow = 'cnameStrategy: Follow\n          route53: {}';
    const loop = await tried({ cnames: { [own]: 'a.example.org', 'a.example.org': own } }, NAMES, follow);
    expect(failure(loop)).toMatchObject({ code: 'DNS_CNAME_LOOP' });
    const dangling = await tried({ cnames: { [own]: 'web.gone.test' } }, NAMES, follow);
    expect(failure(dangling)).toMatchObject({ code: 'DNS_NO_ZONE' });
    expect(failure(dangling)!.message).toContain(`covers ${own}, nor web.gone.test, its alias`);
    expect([loop, dangling].map((w) => w.ca.ordersOpened(NAMES))).toEqual([0, 0]);
  });

  it('stops a missing permission with the statement to add', async () => {
    const w = world();
    w.faults.hook = ({ port, method }) => {
      if (port === 'DnsProvider' && method === 'zoneFor')
        throw new EvercertError('DNS_DENIED', 'add this statement to its policy: {"Effect":"Allow"}');
    };
    await w.deploy(issuerYaml() + certificateYaml('web', NAMES));
    await w.tick();
    expect(failure(w)).toMatchObject({ code: 'DNS_DENIED' });
    expect(failure(w)!.message).toContain('add this statement');
    expect(w.ca.ordersOpened(NAMES)).toBe(0);
  });

  it('is told for all names at once, and mended by the next try', async () => {
    const dns: Record<string, readonly string[]> = {
      'CAA a.example.com': ['0 issue ";"'],
      'CAA b.example.com': ['0 issue ";"'],
    };
    const w = await tried({ dns }, ['a.example.com', 'b.example.com', 'c.example.com']);
    expect(failure(w)!.message).toContain('a.example.com: CAA');
    expect(failure(w)!.message).toContain('b.example.com: CAA');
    for (const question of Object.keys(dns)) delete w.publicDns.written[question];
    w.pass(24 * 60 * 60_000);
    await w.tick();
    expect(isIssued(w)).toBe(true);
  });
});

describe('what the CA might accept', () => {
  it.each<[string, WorldOptions, RegExp | undefined]>([
    [
      'our servers under names of their own (white label)',
      { dns: { ...ELSEWHERE, ...ADDRESSES, 'A ns1.other.test': ['192.0.2.1'], 'A ns2.other.test': ['192.0.2.2'] } },
      undefined,
    ],
    ['other servers whose addresses are not known', { dns: ELSEWHERE }, /DNS_NOT_DELEGATED: .*ns1\.other\.test/],
    [
      'one server of ours beside a foreign one',
      { dns: { 'NS example.com': ['ns-0.z1com.awsdns.com', 'ns1.other.test'] } },
      /not all serve/,
    ],
    [
      'the servers of a private zone, seen from inside a VPC',
      { dns: { 'NS example.com': ['ns-0.awsdns-00.com', 'ns-512.awsdns-00.net'] } },
      undefined,
    ],
    ['a zone without NS records', { dns: { 'NS example.com': [] } }, /no NS records/],
    [
      'SERVFAIL for CAA',
      { dns: { 'CAA web.example.com': 'failed' } },
      /DNS_LOOKUP_FAILED: CAA of web\.example\.com.*ESERVFAIL/,
    ],
    [
      'SERVFAIL for the challenge name',
      { dns: { 'TXT _acme-challenge.web.example.com': 'failed' } },
      /TXT of _acme-challenge/,
    ],
    [
      'a TXT record that is no challenge',
      { dns: { 'TXT _acme-challenge.web.example.com': ['v=spf1 -all'] } },
      /DNS_TXT_CONFLICT: .*"v=spf1 -all"/,
    ],
    ['a value of another tool', { dns: { 'TXT _acme-challenge.web.example.com': ['x'.repeat(43)] } }, undefined],
    [
      'a CAA record by an older address of our account',
      { dns: { 'CAA example.com': ['0 issue "ca.test; accounturi=https://old.test/reg/2"'] } },
      /CAA_FORBIDS/,
    ],
    [
      'a CA that tells no identities',
      { dns: { 'CAA example.com': ['0 issue "other.test"'] }, acme: { caaIdentities: [] } },
      undefined,
    ],
    [
      'a closer CAA record that allows',
      { dns: { 'CAA web.example.com': ['0 issue "ca.test"'], 'CAA example.com': ['0 issue ";"'] } },
      undefined,
    ],
  ])('is only said: %s', async (_, options, words) => {
    const w = await tried(options);
    expect(isIssued(w)).toBe(true);
    if (words === undefined) expect(warned(w)).toEqual([]);
    else expect(warned(w).join('\n')).toMatch(words);
  });

  it('lies in the row while the order is under way', async () => {
    const w = world({ dns: { 'TXT _acme-challenge.web.example.com': ['v=spf1 -all'] }, insyncAfterMs: 60_000 });
    await w.deploy(issuerYaml() + certificateYaml('web', NAMES));
    await w.invokeSweep();
    await w.invokeAdvance(w.executions.started()[0]!);
    expect(w.ledger.row('default/web')!.progress.work?.warnings?.[0]).toMatch(/^DNS_TXT_CONFLICT: .*\(fix: /);
  });
});

describe('pre-flight that cannot look', () => {
  it('stops nothing: no DNS, no directory, no answer of Route53', async () => {
    const silent = new Proxy({}, { get: () => 'failed' }) as Record<string, 'failed'>;
    const w = world({ dns: silent });
    w.faults.hook = ({ port, method }) => {
      if (port === 'ZoneFacts' || method === 'caaIdentities') throw new Error('no answer');
    };
    await w.deploy(issuerYaml() + certificateYaml('web', NAMES));
    await w.tick();
    expect(isIssued(w)).toBe(true);
  });

  it('asks few questions: what names share is asked once', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `n${i}.example.com`);
    const w = await tried({}, names);
    const asked = w.publicDns.questions;
    expect(asked.filter((question) => question === 'NS example.com')).toHaveLength(1);
    expect(asked.filter((question) => question === 'CAA com')).toHaveLength(1);
    expect(asked).toHaveLength(20 + 2 + 20 + 1);
  });
});
