// Which names lie outside what a CA allows.
import { describe, expect, it } from 'vitest';
import type { CaConstraints, ConstrainedKind } from '#core/certificate/ca-constraints.ts';
import type { AlternativeNames } from '#core/certificate/content.ts';
import { outside } from '#core/own-ca/within.ts';

const NONE: AlternativeNames = { dnsNames: [], ipAddresses: [], uris: [], emailAddresses: [], otherNames: [] };
const field = { dns: 'dnsNames', ip: 'ipAddresses', uri: 'uris', email: 'emailAddresses' } as const;

const judge = (
  kind: ConstrainedKind,
  name: string,
  which: 'permitted' | 'excluded',
  base: string,
): 'passes' | 'refused' => {
  const constraints: CaConstraints = { permitted: [], excluded: [], hasOthers: false, [which]: [{ kind, base }] };
  return outside({ ...NONE, [field[kind]]: [name] }, constraints).length === 0 ? 'passes' : 'refused';
};

describe('what is permitted', () => {
  it.each([
    ['dns', 'example.com', 'example.com', 'passes'],
    ['dns', 'a.b.example.com', 'example.com', 'passes'],
    ['dns', '*.example.com', 'example.com', 'passes'],
    ['dns', 'badexample.com', 'example.com', 'refused'],
    ['dns', 'example.com', '.example.com', 'refused'],
    ['dns', 'a.example.com', '.example.com', 'passes'],
    ['dns', 'anything.test', '', 'passes'],
    ['email', 'ops@example.com', 'example.com', 'passes'],
    ['email', 'ops@mail.example.com', 'example.com', 'refused'],
    ['email', 'ops@mail.example.com', '.example.com', 'passes'],
    ['email', 'ops@example.com', 'ops@example.com', 'passes'],
    ['email', 'dev@example.com', 'ops@example.com', 'refused'],
    ['uri', 'spiffe://cluster.test/ns/shop', 'cluster.test', 'passes'],
    ['uri', 'spiffe://a.cluster.test/ns/shop', 'cluster.test', 'refused'],
    ['uri', 'https://user@a.cluster.test:8443/x', '.cluster.test', 'passes'],
    ['ip', '10.1.2.3', '0a000000ff000000', 'passes'],
    ['ip', '11.1.2.3', '0a000000ff000000', 'refused'],
    ['ip', '2001:db8::1', '0a000000ff000000', 'refused'],
    ['ip', '2001:db8::1', '20010db8000000000000000000000000ffffffff000000000000000000000000', 'passes'],
  ] as const)('%s %s under "%s" %s', (kind, name, base, verdict) => {
    expect(judge(kind, name, 'permitted', base)).toBe(verdict);
  });

  it('of one kind says nothing of another', () => {
    const constraints: CaConstraints = {
      permitted: [{ kind: 'dns', base: 'example.com' }],
      excluded: [],
      hasOthers: false,
    };
    expect(outside({ ...NONE, ipAddresses: ['10.0.0.1'] }, constraints)).toEqual([]);
  });
});

describe('what is excluded', () => {
  it.each([
    ['dns', 'a.example.com', 'example.com', 'refused'],
    ['dns', '*.example.com', 'secret.example.com', 'refused'],
    ['dns', '*.example.com', 'a.secret.example.com', 'passes'],
    ['dns', 'example.org', 'example.com', 'passes'],
    ['email', 'ops@mail.example.com', 'example.com', 'refused'],
    ['uri', 'https://a.example.com/', 'example.com', 'refused'],
    ['ip', '10.1.2.3', '0a000000ff000000', 'refused'],
  ] as const)('%s %s under "%s" is %s', (kind, name, base, verdict) => {
    expect(judge(kind, name, 'excluded', base)).toBe(verdict);
  });
});
