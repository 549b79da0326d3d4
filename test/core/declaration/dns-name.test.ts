// DNS names: what they become, and how they stand together in one certificate.
import { describe, expect, it } from 'vitest';
import { checkNames } from '#core/declaration/certificate-names.ts';
import { hasPublicTopLevel, normalizeDnsName, publicNameRefusal } from '#core/declaration/dns-name.ts';

const normalized: Record<string, string> = {
  'example.com': 'example.com',
  'WWW.Example.COM': 'www.example.com',
  'example.com.': 'example.com',
  '*.Example.com': '*.example.com',
  'bücher.example': 'xn--bcher-kva.example',
  'BÜCHER.example': 'xn--bcher-kva.example',
  'xn--bcher-kva.example': 'xn--bcher-kva.example',
  '*.bücher.example': '*.xn--bcher-kva.example',
  'faß.de': 'xn--fa-hia.de',
  '例え。テスト': 'xn--r8jz45g.xn--zckzah',
  '1.example.com': '1.example.com',
  '123.45.example': '123.45.example',
  'a--b.example.com': 'a--b.example.com',
  [`${'a'.repeat(63)}.example.com`]: `${'a'.repeat(63)}.example.com`,
};

const refused: Record<string, string> = {
  '.': 'DNS_NAME_INVALID',
  '*': 'DNS_NAME_WILDCARD',
  '*.': 'DNS_NAME_WILDCARD',
  'example.com..': 'DNS_NAME_INVALID',
  'example.123': 'DNS_NAME_INVALID',
  '127.0.0.1.': 'DNS_NAME_IS_IP',
  '1234': 'DNS_NAME_INVALID',
  '１２３': 'DNS_NAME_INVALID',
  '::1': 'DNS_NAME_IS_IP',
  'xn--a.example.com': 'DNS_NAME_INVALID',
  'example.com:443': 'DNS_NAME_INVALID',
  'exa\u0000mple.com': 'DNS_NAME_INVALID',
  '\ud800.example.com': 'DNS_NAME_INVALID',
  '**.example.com': 'DNS_NAME_WILDCARD',
};

describe('a DNS name', () => {
  it.each(Object.entries(normalized))('%j becomes %j', (written, name) => {
    expect(normalizeDnsName(written)).toEqual({ name });
  });

  it.each(Object.entries(refused))('%j is refused with %s', (written, code) => {
    expect(normalizeDnsName(written)).toMatchObject({ code });
  });

  it.each([
    ['com', 'DNS_NAME_PUBLIC_SUFFIX'],
    ['*.co.uk', 'DNS_NAME_PUBLIC_SUFFIX'],
    ['xn--p1ai', 'DNS_NAME_PUBLIC_SUFFIX'],
    ['localhost', 'DNS_NAME_SINGLE_LABEL'],
    ['*.internal', 'DNS_NAME_SINGLE_LABEL'],
    ['example.com', undefined],
    ['*.example.co.uk', undefined],
    ['app.cluster.internal', undefined],
    ['github.io', undefined],
    ['*.github.io', undefined],
  ])('%j at an ACME CA: %s', (name, code) => {
    expect(publicNameRefusal(name)?.code).toBe(code);
  });

  it('ends in a public top-level domain or not', () => {
    expect(['a.example.com', 'github.io', 'a.internal', 'x.test'].map(hasPublicTopLevel)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the names of one certificate', () => {
  const check = (dnsNames: string[], type: 'publicAcme' | 'acme' | 'ca' = 'publicAcme', commonName?: string) => {
    const { dnsNames: names, findings } = checkNames(
      { dnsNames, commonName, otherNames: false, commonNameInside: undefined },
      { type, name: 'Issuer/web/x' },
    );
    return { names, said: findings.map(({ code, path }) => `${code} ${path.join('.')}`) };
  };

  it('keep their order and lose their doubles, with a warning', () => {
    expect(check(['b.example.com', 'A.example.com', 'a.example.com.'])).toEqual({
      names: ['b.example.com', 'a.example.com'],
      said: ['DNS_NAME_DUPLICATE spec.dnsNames.2'],
    });
  });

  it('hold apex and wildcard together, but not a name that the wildcard covers', () => {
    expect(check(['example.com', '*.example.com']).said).toEqual([]);
    expect(check(['*.example.com', 'www.example.com', 'a.b.example.com']).said).toEqual([
      'DNS_NAME_REDUNDANT spec.dnsNames.1',
    ]);
  });

  it('outside the public DNS are warned of at a public CA only', () => {
    expect(check(['app.internal']).said).toEqual(['DNS_NAME_UNKNOWN_TLD spec.dnsNames.0']);
    expect(check(['app.internal'], 'acme').said).toEqual([]);
  });

  it('may have a single label where the CA does not speak ACME', () => {
    expect(check(['app'], 'ca').said).toEqual([]);
  });

  it('compare commonName after conversion', () => {
    expect(check(['xn--bcher-kva.example.com'], 'publicAcme', 'Bücher.example.com').said).toEqual([]);
  });

  it('may be exactly a hundred', () => {
    expect(check(Array.from({ length: 100 }, (_, i) => `n${i}.example.com`)).said).toEqual([]);
  });
});
