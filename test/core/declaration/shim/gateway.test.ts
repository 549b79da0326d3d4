// Gateway documents become Certificates as cert-manager's gateway-shim makes them.
import { describe, expect, it } from 'vitest';
import { gateway, madeOf, passedOver, saidOf } from './manifests.ts';

const listener = (more: string, name = 'a'): string => `  - {name: ${name}, protocol: HTTPS, port: 443, ${more}}`;
const REFERENCE = 'tls: {mode: Terminate, certificateRefs: [{name: web-tls}]}';

describe('an annotated Gateway', () => {
  it.each(['v1', 'v1beta1'])(
    'of %s becomes one Certificate for each Secret, with the names of all its listeners',
    (version) => {
      const text = gateway(
        [
          listener(`hostname: a.example.com, ${REFERENCE}`, 'a'),
          listener(
            'hostname: b.example.com, tls: {certificateRefs: [{name: web-tls}, {name: other, kind: Secret, group: ""}]}',
            'b',
          ),
          listener(`hostname: a.example.com, ${REFERENCE}`, 'c'),
        ].join('\n'),
      ).replace('k8s.io/v1', `k8s.io/${version}`);
      expect(saidOf(text)).toEqual([]);
      expect(madeOf(text).map(({ name, dnsNames }) => [name, dnsNames])).toEqual([
        ['other', ['b.example.com']],
        ['web-tls', ['a.example.com', 'b.example.com']],
      ]);
    },
  );

  it.each([
    ['another protocol', '  - {name: a, protocol: HTTP, port: 80, hostname: a.example.com}'],
    ['TLS that is passed through', listener('hostname: a.example.com, tls: {mode: Passthrough}')],
  ])('makes nothing of a listener with %s, and says nothing', (_, text) => {
    expect(saidOf(gateway(text))).toEqual([]);
    expect(passedOver(gateway(text))).toEqual(['Gateway 1']);
  });

  it('leaves out listeners that an annotation names', () => {
    const annotations = 'cert-manager.io/cluster-issuer: letsencrypt\n    cert-manager.io/ignore-tls-listeners: "b, a"';
    expect(madeOf(gateway(listener(`hostname: a.example.com, ${REFERENCE}`), annotations))).toEqual([]);
  });

  it.each([
    ['no hostname', REFERENCE, '9:5', '.hostname'],
    ['no tls', 'hostname: a.example.com', '9:5', '.tls'],
    ['no certificateRefs', 'hostname: a.example.com, tls: {mode: Terminate}', '9:68', '.tls.certificateRefs'],
    [
      'an unknown mode',
      'hostname: a.example.com, tls: {mode: Else, certificateRefs: [{name: s}]}',
      '9:80',
      '.tls.mode',
    ],
    [
      'a reference of another group',
      'hostname: a.example.com, tls: {certificateRefs: [{name: s, group: example.org}]}',
      '9:109',
      '.tls.certificateRefs[0].group',
    ],
    [
      'a reference of another kind',
      'hostname: a.example.com, tls: {certificateRefs: [{name: s, kind: ConfigMap}]}',
      '9:108',
      '.tls.certificateRefs[0].kind',
    ],
    [
      'a Secret of another namespace',
      'hostname: a.example.com, tls: {certificateRefs: [{name: s, namespace: shop}]}',
      '9:113',
      '.tls.certificateRefs[0].namespace',
    ],
  ])('skips a listener with %s', (_, more, place, path) => {
    const text = gateway(listener(more));
    expect(saidOf(text)).toEqual([`warning ${place} SHIM_ENTRY_SKIPPED spec.listeners[0]${path}`]);
    expect(madeOf(text)).toEqual([]);
  });

  it('is refused at the hostname that is none', () => {
    expect(saidOf(gateway(listener(`hostname: a_b.example.com, ${REFERENCE}`)))).toEqual([
      'error 9:53 DNS_NAME_INVALID spec.listeners[0].hostname',
    ]);
  });
});
