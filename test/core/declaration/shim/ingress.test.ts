// Ingress documents become Certificates as cert-manager's ingress-shim makes them.
import { describe, expect, it } from 'vitest';
import { CERTIFICATE } from '../problem-table.ts';
import { CLUSTER, ingress, madeOf, passedOver, saidOf, wordsOf } from './manifests.ts';

describe('an annotated Ingress', () => {
  it('becomes the Certificate that a person would have declared', () => {
    const text = ingress(CLUSTER);
    expect(saidOf(text)).toEqual([]);
    expect(madeOf(text)).toMatchObject([
      {
        namespace: 'default',
        name: 'web-tls',
        secretName: 'web-tls',
        dnsNames: ['www.example.com'],
        issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt', group: 'cert-manager.io' },
        usages: [],
        privateKey: { algorithm: 'RSA', size: 2048 },
      },
    ]);
  });

  it('becomes one Certificate for each tls entry', () => {
    const text = ingress(
      CLUSTER,
      '  - {hosts: [a.example.com], secretName: a}\n  - {hosts: [b.example.com], secretName: b}',
    );
    expect(madeOf(text).map(({ name, dnsNames }) => [name, dnsNames])).toEqual([
      ['a', ['a.example.com']],
      ['b', ['b.example.com']],
    ]);
  });

  it('gives its namespace and labels, but not the label of an apply set', () => {
    const text = ingress(CLUSTER).replace(
      '  name: web\n',
      '  name: web\n  namespace: shop\n  labels: {app: web, applyset.kubernetes.io/part-of: x}\n',
    );
    expect(madeOf(text)).toMatchObject([{ namespace: 'shop', name: 'web-tls', labels: { app: 'web' } }]);
    expect(madeOf(text)[0]!.labels).toEqual({ app: 'web' });
  });

  it('gives hosts that are addresses as addresses, and each host once', () => {
    const hosts = '[www.example.com, 192.0.2.1, www.example.com, "2001:db8::1"]';
    const text = ingress(
      'cert-manager.io/cluster-issuer: own\ncert-manager.io/common-name: web',
      `  - {hosts: ${hosts}, secretName: web-tls}`,
    );
    expect(saidOf(text)).toEqual([]);
    expect(madeOf(text)).toMatchObject([{ dnsNames: ['www.example.com'], ipAddresses: ['192.0.2.1', '2001:db8::1'] }]);
  });

  it('is found in a List and in an IngressList', () => {
    const item = ingress(CLUSTER).split('\n').slice(2, -1).join('\n    ');
    const list = `apiVersion: networking.k8s.io/v1\nkind: IngressList\nitems:\n  - ${item}\n`;
    expect(madeOf(list).map(({ name }) => name)).toEqual(['web-tls']);
  });

  it('that is being deleted with its dependents is passed over', () => {
    const text = ingress(CLUSTER).replace('  name: web\n', '  name: web\n  finalizers: [foregroundDeletion]\n');
    expect(madeOf(text)).toEqual([]);
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });

  it('without tls makes nothing and is passed over', () => {
    const text = ingress(CLUSTER).split('spec:')[0]!;
    expect(saidOf(text)).toEqual([]);
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });
});

describe('an Ingress without annotations of cert-manager', () => {
  it('is passed over', () => {
    const text = ingress('nginx.ingress.kubernetes.io/ssl-redirect: "true"');
    expect(saidOf(text)).toEqual([]);
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });

  it('of another apiVersion is passed over although it is annotated', () => {
    const text = ingress(CLUSTER).replace('networking.k8s.io/v1', 'networking.k8s.io/v1beta1');
    expect(passedOver(text)).toEqual(['Ingress 1']);
  });
});

describe('a tls entry', () => {
  it.each([
    ['without hosts is skipped', '  - {secretName: web-tls}', 'warning 9:5 SHIM_ENTRY_SKIPPED spec.tls[0].hosts'],
    [
      'without secretName is skipped',
      '  - {hosts: [a.example.com]}',
      'warning 9:5 SHIM_ENTRY_SKIPPED spec.tls[0].secretName',
    ],
    ['that is text is refused', '  - web', 'error 9:5 FIELD_TYPE spec.tls[0]'],
    [
      'whose hosts are text is refused',
      '  - {hosts: a.example.com, secretName: a}',
      'error 9:13 FIELD_TYPE spec.tls[0].hosts',
    ],
    [
      'whose secretName is a number is refused',
      '  - {hosts: [a.example.com], secretName: 5}',
      'error 9:42 FIELD_TYPE spec.tls[0].secretName',
    ],
    [
      'with a host that is no name is refused there',
      '  - {hosts: [a_b.example.com], secretName: a}',
      'error 9:14 DNS_NAME_INVALID spec.tls[0].hosts[0]',
    ],
    [
      'with a Secret that is no name is refused once',
      '  - {hosts: [a.example.com], secretName: A_}',
      'error 9:42 NAME_INVALID spec.tls[0].secretName',
    ],
  ])('%s', (_, tls, said) => {
    expect(saidOf(ingress(CLUSTER, tls))).toEqual([said]);
    expect(madeOf(ingress(CLUSTER, tls))).toEqual([]);
  });

  it('that is skipped leaves the others', () => {
    const text = ingress(CLUSTER, '  - {secretName: a}\n  - {hosts: [b.example.com], secretName: b}');
    expect(madeOf(text).map(({ name }) => name)).toEqual(['b']);
  });

  it('whose Secret another entry names keeps the whole Ingress out', () => {
    const text = ingress(
      CLUSTER,
      '  - {hosts: [a.example.com], secretName: s}\n  - {hosts: [b.example.com], secretName: s}',
    );
    expect(saidOf(text)).toEqual(['error 10:42 SHIM_SECRET_TWICE spec.tls[1].secretName']);
    expect(madeOf(text)).toEqual([]);
  });
});

describe('a Certificate that is declared and made by an Ingress', () => {
  it('is declared twice, with both places', () => {
    const declared = CERTIFICATE.replace('name: web\n', 'name: web-tls\n');
    const text = `${ingress(CLUSTER)}---\n${declared}`;
    expect(saidOf(text)).toEqual([
      'error 9:44 DOCUMENT_TWICE spec.tls[0].secretName',
      'error 14:9 DOCUMENT_TWICE metadata.name',
    ]);
    expect(wordsOf(text)).toEqual([
      'Certificate "default/web-tls" is declared again at web.yaml:14; rename or remove one of them',
      'Certificate "default/web-tls" is declared again at web.yaml:9; rename or remove one of them',
    ]);
  });

  it('under another name wants the same Secret', () => {
    expect(saidOf(`${ingress(CLUSTER)}---\n${CERTIFICATE}`)).toEqual([
      'error 9:44 SECRET_NAME_TWICE spec.tls[0].secretName',
      'error 16:15 SECRET_NAME_TWICE spec.secretName',
    ]);
  });
});
