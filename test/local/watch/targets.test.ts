// Delivery targets in words: on the board, and for those who wait.
import { describe, expect, it } from 'vitest';
import type { Delivery } from '#core/bridge/model.ts';
import { copyNamespaces, namespacesOf } from '#local/cloud/copy-namespaces.ts';
import { deliveryWords, isLost, lagsOf } from '#local/watch/targets.ts';
import { declaredCertificate } from '#test/support/declared.ts';

const at = (second: number): string => new Date(Date.UTC(2026, 10, 25, 8, 0, second)).toISOString();
const NOW = new Date(at(10));

const target = (namespace: string, change: Partial<Delivery> = {}): Delivery => ({
  target: { certificate: 'shop/web', cluster: 'local', namespace, secret: 'web-tls', kind: 'ExternalSecret' },
  edit: 1,
  wanted: { revision: 1, versionId: 'v1', fingerprint: 'f1', since: at(1) },
  bumps: 0,
  ...change,
});
const there = (afterMs: number): Partial<Delivery> => ({
  confirmed: { versionId: 'v1', fingerprint: 'f1', serial: '01', notAfter: at(0), at: at(2), afterMs },
});
const FAILURE = { code: 'TARGET_STORE', message: 'wrong store', at: at(5), count: 1 };

describe('on the board', () => {
  it.each([
    ['nothing where nothing is delivered', [], ''],
    ['on its way', [target('shop')], 'on its way to local/shop'],
    ['one place', [target('shop', there(420))], 'in local/shop after 0.4 s'],
    ['several, with the slowest', [target('a', there(420)), target('b', there(1_900))], 'in 2 places after 1.9 s'],
    [
      'the field at fault, with the next try',
      [target('a', there(420)), target('b', { failure: FAILURE, tryAt: at(40) })],
      'NOT in local/b: TARGET_STORE: wrong store; next try in 30 s',
    ],
  ])('%s', (_, deliveries, words) => {
    expect(deliveryWords(deliveries, NOW)).toBe(words);
  });

  it('lags carry code and message', () => {
    expect(lagsOf([target('a', there(1)), target('b', { failure: FAILURE })])).toEqual([
      { place: 'local/b', code: 'TARGET_STORE', message: 'wrong store' },
    ]);
  });
});

describe('what is waited for', () => {
  it.each([
    ['a target on its way', [target('a')], false],
    ['a failure that is tried again in time', [target('a', { failure: FAILURE, tryAt: at(20) })], false],
    ['a failure that is tried again too late', [target('a', { failure: FAILURE, tryAt: at(50) })], true],
    ['one too late, another on its way', [target('a', { failure: FAILURE, tryAt: at(50) }), target('b')], false],
    ['nothing open', [target('a', there(1))], false],
  ])('%s', (_, deliveries, lost) => {
    expect(isLost(deliveries, new Date(at(30)))).toBe(lost);
  });
});

describe('the namespaces of a local cluster', () => {
  const copied = (name: string, namespaceSelector: Record<string, string>) => {
    const declared = declaredCertificate({ name: `shop/${name}` });
    const delivery = { clusters: ['local'], namespaces: [], namespaceSelector };
    return { ...declared, certificate: { ...declared.certificate, delivery } };
  };
  const certificates = [
    copied('a', { team: 'x', tls: 'yes' }),
    copied('b', { tls: 'yes' }),
    copied('c', { tls: 'yes' }),
  ];
  const copies = copyNamespaces({ hash: '', certificates }, 'local');

  it('have one for each selector of a copy', () => {
    expect(copies).toEqual([
      { name: 'copies-1', labels: { team: 'x', tls: 'yes' } },
      { name: 'copies-2', labels: { tls: 'yes' } },
    ]);
    expect(copyNamespaces({ hash: '', certificates }, 'other')).toEqual([]);
  });

  it('get the copies whose labels they have', () => {
    expect(certificates.map(({ certificate }) => namespacesOf(certificate, copies))).toEqual([
      ['copies-1'],
      ['copies-1', 'copies-2'],
      ['copies-1', 'copies-2'],
    ]);
  });
});
