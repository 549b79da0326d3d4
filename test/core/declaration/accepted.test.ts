// What a sound declaration becomes: cert-manager's defaults, names in A-labels, Kubernetes' extras.

import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import { type Declarations, readDeclarations } from '#core/declaration/read.ts';
import { CERTIFICATE, exchange, ISSUER } from './problem-table.ts';

const read = (...texts: string[]): Declarations =>
  readDeclarations(
    texts.map((text, index) => ({ file: `${index}.yaml`, text })),
    { scope: 'folder' },
  );
const certificateOf = (text: string) => read(text, ISSUER).catalogue.certificates[0]!.certificate;
const issuerOf = (text: string) => read(text).issuers[0]!;

describe('a sound declaration', () => {
  it("takes cert-manager's defaults where nothing is written", () => {
    expect(certificateOf(CERTIFICATE)).toEqual({
      namespace: 'default',
      name: 'web',
      labels: {},
      secretName: 'web-tls',
      issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt', group: 'cert-manager.io' },
      dnsNames: ['www.example.com'],
      privateKey: { algorithm: 'RSA', size: 2048, encoding: 'PKCS1', rotationPolicy: 'Always' },
      usages: [],
      secretTemplate: { annotations: {}, labels: {} },
    });
    expect(issuerOf(ISSUER)).toEqual({
      type: 'acme',
      kind: 'ClusterIssuer',
      namespace: '',
      name: 'letsencrypt',
      acme: {
        server: 'https://acme-v02.api.letsencrypt.org/directory',
        skipTlsVerify: false,
        privateKeySecretRef: { name: 'account', key: 'tls.key' },
        solvers: [{ selector: { dnsNames: [], dnsZones: [], matchLabels: {} }, cnameStrategy: 'None', route53: {} }],
      },
    });
  });

  it('finds an Issuer of its own namespace where issuerRef names no kind', () => {
    const certificate = exchange(
      exchange(CERTIFICATE, '    kind: ClusterIssuer\n', ''),
      'name: web\n',
      'name: web\n  namespace: prod\n',
    );
    const issuer = exchange(
      exchange(ISSUER, 'ClusterIssuer', 'Issuer'),
      'metadata:\n',
      'metadata:\n  namespace: prod\n',
    );
    const { catalogue, problems } = read(certificate, issuer);
    expect(problems).toEqual([]);
    expect(catalogue.certificates[0]).toMatchObject({
      name: 'prod/web',
      issuer: { kind: 'Issuer', namespace: 'prod' },
    });
  });

  it('takes everything that is written', () => {
    const written = `  commonName: WWW.example.com.
  duration: 2160h0m0s
  renewBefore: 360h
  revisionHistoryLimit: 3
  privateKey: {algorithm: ECDSA, size: 384, encoding: PKCS8, rotationPolicy: Never}
  secretTemplate:
    annotations: {example.com/owner: "web team"}
    labels: {app: web}
  isCA: false
  encodeUsagesInRequest: true
  ipAddresses: []
  literalSubject: ""
  keystores: null
`;
    const { catalogue, problems } = read(exchange(CERTIFICATE, '  secretName', `${written}  secretName`), ISSUER);
    expect(problems).toEqual([]);
    expect(catalogue.certificates[0]!.certificate).toMatchObject({
      commonName: 'www.example.com',
      durationMs: 7_776_000_000,
      renewBeforeMs: 1_296_000_000,
      revisionHistoryLimit: 3,
      privateKey: { algorithm: 'ECDSA', size: 384, encoding: 'PKCS8', rotationPolicy: 'Never' },
      secretTemplate: { annotations: { 'example.com/owner': 'web team' }, labels: { app: 'web' } },
    });
  });

  it('takes usages and subject with a warning, for issuers that will honour them', () => {
    const { catalogue, problems } = read(
      exchange(
        CERTIFICATE,
        '  secretName',
        '  usages: [digital signature, server auth]\n  subject: {organizations: [Acme]}\n  secretName',
      ),
      ISSUER,
    );
    expect(problems.map(({ severity, code, path }) => [severity, code, path])).toEqual([
      ['warning', 'FIELD_NO_EFFECT', 'spec.usages'],
      ['warning', 'FIELD_NO_EFFECT', 'spec.subject'],
    ]);
    expect(catalogue.certificates[0]!.certificate).toMatchObject({
      usages: ['digital signature', 'server auth'],
      subject: { organizations: ['Acme'] },
    });
  });

  it('accepts what kubectl get -o yaml adds', () => {
    const extras = `  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {"apiVersion":"cert-manager.io/v1","kind":"Certificate"}
  creationTimestamp: "2026-01-01T00:00:00Z"
  finalizers: [finalizer.acme.cert-manager.io]
  generation: 2
  managedFields: [{manager: kubectl, fieldsV1: {"f:spec": {}}}]
  ownerReferences: []
  resourceVersion: "12"
  uid: 0e0e
`;
    const text = `${exchange(CERTIFICATE, 'spec:', `${extras}spec:`)}status:\n  conditions: [{type: Ready}]\n`;
    expect(read(text, ISSUER).problems).toEqual([]);
  });

  it("reads an issuer's every field", () => {
    const pem = rootCertificates[0]!;
    expect(new X509Certificate(pem).ca).toBe(true);
    const solver = `      - selector: {dnsZones: [Bücher.example.], matchLabels: {a: b}}
        dns01:
          cnameStrategy: Follow
          route53: {region: eu-west-1, hostedZoneID: /hostedzone/Z123, role: "arn:aws:iam::111122223333:role/dns"}
`;
    const fields = `    email: a@example.org\n    preferredChain: ISRG Root X1\n    profile: tlsserver\n    caBundle: ${Buffer.from(pem).toString('base64')}\n`;
    const annotated = exchange(
      ISSUER,
      'metadata:\n',
      'metadata:\n  annotations: {evercert.dev/route53-external-id: ours-1}\n',
    );
    const text = exchange(
      exchange(annotated, '  acme:\n', `  acme:\n${fields}`),
      '      - dns01:\n          route53: {}\n',
      solver,
    );
    expect(read(text).problems).toEqual([]);
    expect(acmeOf(issuerOf(text))).toEqual({
      server: 'https://acme-v02.api.letsencrypt.org/directory',
      email: 'a@example.org',
      caBundlePem: `${pem.trim()}\n`,
      skipTlsVerify: false,
      preferredChain: 'ISRG Root X1',
      profile: 'tlsserver',
      privateKeySecretRef: { name: 'account', key: 'tls.key' },
      solvers: [
        {
          selector: { dnsNames: [], dnsZones: ['xn--bcher-kva.example'], matchLabels: { a: 'b' } },
          cnameStrategy: 'Follow',
          route53: {
            region: 'eu-west-1',
            hostedZoneId: 'Z123',
            role: 'arn:aws:iam::111122223333:role/dns',
            externalId: 'ours-1',
          },
        },
      ],
    });
  });

  it('accepts HTTP-01 solvers with all that tutorials write into them', () => {
    const solvers = `      - http01:
          ingress:
            ingressClassName: nginx
            serviceType: ClusterIP
            podTemplate:
              metadata: {labels: {a: b}}
              spec: {nodeSelector: {kubernetes.io/os: linux}, tolerations: [{key: x, operator: Exists}]}
            ingressTemplate: {metadata: {annotations: {nginx.ingress.kubernetes.io/whitelist-source-range: 0.0.0.0/0}}}
      - http01:
          gatewayHTTPRoute:
            parentRefs: [{name: gw, namespace: default, kind: Gateway, sectionName: http}]
      - selector: {dnsZones: [example.org]}
        dns01: {webhook: {groupName: acme.example.org, solverName: x, config: {any: [1, {b: c}]}}}
`;
    const text = exchange(ISSUER, '      - dns01:\n          route53: {}\n', solvers);
    expect(read(text).problems.map(({ severity, code }) => `${severity} ${code}`)).toEqual(
      Array(3).fill('warning SOLVER_STAND_IN'),
    );
    expect(acmeOf(issuerOf(text)).solvers.map(({ standIn }) => standIn)).toEqual(['http01', 'http01', 'dns01.webhook']);
  });

  it('reads the booleans of YAML 1.1, as Kubernetes does', () => {
    expect(acmeOf(issuerOf(exchange(ISSUER, '  acme:\n', '  acme:\n    skipTLSVerify: yes\n'))).skipTlsVerify).toBe(
      true,
    );
  });

  it('follows anchors and merge keys', () => {
    const text = `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web}
spec:
  privateKey: &key {algorithm: ECDSA, size: 384}
  <<: {secretName: web-tls, dnsNames: [a.example.com], privateKey: {size: 4096}}
  issuerRef: {name: letsencrypt, kind: ClusterIssuer}
`;
    expect(certificateOf(text)).toMatchObject({
      secretName: 'web-tls',
      dnsNames: ['a.example.com'],
      privateKey: { algorithm: 'ECDSA', size: 384 },
    });
  });

  it('reads JSON as YAML, and passes over JSON that is no object', () => {
    const { catalogue, problems } = readDeclarations(
      [
        {
          file: 'a.json',
          text: JSON.stringify({
            apiVersion: 'cert-manager.io/v1',
            kind: 'Certificate',
            metadata: { name: 'j' },
            spec: {
              secretName: 's',
              dnsNames: ['j.example.com'],
              issuerRef: { name: 'letsencrypt', kind: 'ClusterIssuer' },
            },
          }),
        },
        { file: 'b.json', text: '[1, 2]' },
        { file: 'c.yaml', text: ISSUER },
      ],
      { scope: 'folder' },
    );
    expect(problems).toEqual([]);
    expect(catalogue.certificates.map(({ name }) => name)).toEqual(['default/j']);
  });

  it('keeps a sound certificate beside a broken one', () => {
    const broken = exchange(exchange(CERTIFICATE, 'name: web\n', 'name: web2\n'), 'web-tls', 'Web');
    const { catalogue, leftOut } = read(`${CERTIFICATE}---\n${broken}`, ISSUER);
    expect(catalogue.certificates.map(({ name }) => name)).toEqual(['default/web']);
    expect(leftOut.map(({ name, reason }) => [name, reason.code])).toEqual([['default/web2', 'NAME_INVALID']]);
  });
});
