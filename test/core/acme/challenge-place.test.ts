// Where a challenge's value must stand, and in which zone.
import { describe, expect, it } from 'vitest';
import { challengePlace } from '#core/acme/challenge-place.ts';
import type { SolverSpec } from '#core/declaration/issuer-model.ts';
import type { DnsProvider, ZoneAccess } from '#core/ports.ts';
import { FakeRoute53 } from '#test/support/fake-route53.ts';

const ZONES = [
  { id: 'Z1COM', name: 'example.com' },
  { id: 'Z2DEV', name: 'dev.example.com' },
  { id: 'Z3ACME', name: 'acme.example.net' },
  { id: 'Z4PRIV', name: 'secret.example.com', isPrivate: true },
];

const solver = (cnameStrategy: 'None' | 'Follow', route53: SolverSpec['route53'] = {}): SolverSpec => ({
  selector: { dnsNames: [], dnsZones: [], matchLabels: {} },
  cnameStrategy,
  route53,
});

const stage = (cnames: Record<string, string> = {}) => {
  const lines: string[] = [];
  const asked: { name: string; pinnedZoneId?: string; access: ZoneAccess }[] = [];
  const real = new FakeRoute53({ clock: { now: () => new Date('2026-11-25T12:00:00Z') }, zones: ZONES }).provider;
  const dns: DnsProvider = {
    ...real,
    zoneFor: (request) => {
      asked.push(request);
      return real.zoneFor(request);
    },
  };
  const looked: string[] = [];
  const lookup = {
    cname: async (name: string) => {
      looked.push(name);
      return cnames[name];
    },
  };
  const log = { info: (line: string) => void lines.push(line), warn: () => undefined, error: () => undefined };
  const place = async (name: string, how: SolverSpec) => {
    const found = await challengePlace({ dns, lookup, log }, name, how);
    return found && `${found.txtName} in ${found.zone.id}`;
  };
  return { place, asked, looked, lines };
};

describe('the place of a challenge is', () => {
  it.each([
    { name: 'www.example.com', expected: '_acme-challenge.www.example.com in Z1COM' },
    { name: 'example.com', expected: '_acme-challenge.example.com in Z1COM' },
    { name: 'api.dev.example.com', expected: '_acme-challenge.api.dev.example.com in Z2DEV' },
    { name: 'dev.example.com', expected: '_acme-challenge.dev.example.com in Z2DEV' },
    { name: 'notdev.example.com', expected: '_acme-challenge.notdev.example.com in Z1COM' },
    { name: 'a.secret.example.com', expected: '_acme-challenge.a.secret.example.com in Z1COM' },
  ])('in the longest public zone: $name', async ({ name, expected }) => {
    expect(await stage().place(name, solver('None'))).toBe(expected);
  });

  it('nowhere when no zone of ours covers the name', async () => {
    expect(await stage().place('www.example.org', solver('None'))).toBeUndefined();
    expect(await stage().place('www.example.org', solver('Follow'))).toBeUndefined();
  });

  it('in the pinned zone, also where a longer one exists', async () => {
    const pinned = solver('None', { hostedZoneId: 'Z1COM' });
    expect(await stage().place('api.dev.example.com', pinned)).toBe('_acme-challenge.api.dev.example.com in Z1COM');
  });

  it('reached with the role, external id and region of the solver', async () => {
    const s = stage();
    const role = 'arn:aws:iam::111122223333:role/dns';
    await s.place('www.example.com', solver('None', { role, externalId: 'x1', region: 'eu-west-1' }));
    expect(s.asked).toEqual([
      { name: '_acme-challenge.www.example.com', access: { role, externalId: 'x1', region: 'eu-west-1' } },
    ]);
  });
});

describe('a CNAME', () => {
  const delegated = {
    '_acme-challenge.www.example.com': 'one.example.org',
    'one.example.org': 'www.acme.example.net',
  };

  it('is followed to its end with cnameStrategy Follow, also from a name in no zone of ours', async () => {
    expect(await stage(delegated).place('www.example.com', solver('Follow'))).toBe('www.acme.example.net in Z3ACME');
    const foreign = { '_acme-challenge.shop.example.org': 'shop.acme.example.net' };
    expect(await stage(foreign).place('shop.example.org', solver('Follow'))).toBe('shop.acme.example.net in Z3ACME');
  });

  it('that leads out of our zones leaves no place', async () => {
    const out = { '_acme-challenge.www.example.com': 'www.example.org' };
    expect(await stage(out).place('www.example.com', solver('Follow'))).toBeUndefined();
  });

  it('at exactly the name in our own zone is followed with None too, with a note', async () => {
    const s = stage(delegated);
    expect(await s.place('www.example.com', solver('None'))).toBe('www.acme.example.net in Z3ACME');
    expect(s.lines).toEqual([
      'a CNAME stands at the challenge name in our zone: followed, although cnameStrategy is None',
    ]);
  });

  it('in our own zone is followed with None where that zone is pinned', async () => {
    const s = stage(delegated);
    const pinned = solver('None', { hostedZoneId: 'Z1COM' });
    expect(await s.place('www.example.com', pinned)).toBe('www.acme.example.net in Z3ACME');
  });

  it('of a zone that is not ours is not even looked for with None', async () => {
    const s = stage({ '_acme-challenge.shop.example.org': 'shop.acme.example.net' });
    expect(await s.place('shop.example.org', solver('None'))).toBeUndefined();
    expect(s.looked).toEqual([]);
  });

  it.each([
    {
      what: 'a name that points at itself',
      cnames: { '_acme-challenge.a.example.com': '_acme-challenge.a.example.com' },
    },
    {
      what: 'a circle of two',
      cnames: { '_acme-challenge.a.example.com': 'x.test', 'x.test': '_acme-challenge.a.example.com' },
    },
    {
      what: 'a chain of twenty',
      cnames: Object.fromEntries(
        Array.from({ length: 20 }, (_, i) => [
          i === 0 ? '_acme-challenge.a.example.com' : `h${i}.test`,
          `h${i + 1}.test`,
        ]),
      ),
    },
  ])('chain that does not end is refused: $what', async ({ cnames }) => {
    await expect(stage(cnames).place('a.example.com', solver('Follow'))).rejects.toMatchObject({
      code: 'DNS_CNAME_LOOP',
      detail: { offenders: ['_acme-challenge.a.example.com'] },
    });
  });

  it('chain of eight is followed', async () => {
    const cnames = Object.fromEntries(
      Array.from({ length: 8 }, (_, i) => [
        i === 0 ? '_acme-challenge.a.example.com' : `h${i}.test`,
        i === 7 ? 'end.acme.example.net' : `h${i + 1}.test`,
      ]),
    );
    expect(await stage(cnames).place('a.example.com', solver('Follow'))).toBe('end.acme.example.net in Z3ACME');
  });
});
