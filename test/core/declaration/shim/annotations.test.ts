// Each annotation of cert-manager's shims: the field it becomes, and what is said where it cannot be.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { ISSUER } from '../problem-table.ts';
import { CLUSTER, ingress, madeOf, saidOf, wordsOf } from './manifests.ts';

const OWN = 'cert-manager.io/cluster-issuer: own';

describe('an annotation', () => {
  it.each([
    ['common-name', 'www.example.com', { commonName: 'www.example.com' }],
    ['alt-names', 'a.example.com,b.example.com', { dnsNames: ['www.example.com', 'a.example.com', 'b.example.com'] }],
    ['ip-sans', '192.0.2.1, 2001:db8::1', { ipAddresses: ['192.0.2.1', '2001:db8::1'] }],
    ['email-sans', 'a@example.com,b@example.com', { emailAddresses: ['a@example.com', 'b@example.com'] }],
    ['email-sans', '""', { dnsNames: ['www.example.com'] }],
    ['duration', '1000h', { durationMs: 3_600_000_000 }],
    ['renew-before', '24h', { renewBeforeMs: 86_400_000 }],
    ['renew-before-percentage', '"25"', { renewBeforePercentage: 25 }],
    ['usages', 'server auth, client auth', { usages: ['server auth', 'client auth'] }],
    ['revision-history-limit', '"7"', { revisionHistoryLimit: 7 }],
    ['private-key-algorithm', 'ECDSA', { privateKey: { algorithm: 'ECDSA', size: 256 } }],
    ['private-key-encoding', 'PKCS8', { privateKey: { encoding: 'PKCS8' } }],
    ['private-key-size', '"4096"', { privateKey: { algorithm: 'RSA', size: 4096 } }],
    ['private-key-rotation-policy', 'Never', { privateKey: { rotationPolicy: 'Never' } }],
    ['subject-organizations', `'"Acme, Inc.",Other'`, { subject: { organizations: ['Acme, Inc.', 'Other'] } }],
    ['subject-organizationalunits', 'a', { subject: { organizationalUnits: ['a'] } }],
    ['subject-countries', 'DE', { subject: { countries: ['DE'] } }],
    ['subject-provinces', 'Berlin', { subject: { provinces: ['Berlin'] } }],
    ['subject-localities', 'Berlin', { subject: { localities: ['Berlin'] } }],
    ['subject-streetaddresses', 'Street 1', { subject: { streetAddresses: ['Street 1'] } }],
    ['subject-postalcodes', '"10115"', { subject: { postalCodes: ['10115'] } }],
    ['subject-serialnumber', '"12"', { subject: { serialNumber: '12' } }],
    [
      'secret-template',
      `'{"annotations": {"a": "b"}, "labels": {"c": "d"}}'`,
      { secretTemplate: { annotations: { a: 'b' }, labels: { c: 'd' } } },
    ],
  ])('%s: %s says what the field would', (key, text, expected) => {
    const document = ingress(`${OWN}\ncert-manager.io/${key}: ${text}`);
    expect(saidOf(document).filter((said) => said.startsWith('error'))).toEqual([]);
    expect(madeOf(document)).toMatchObject([expected]);
  });

  it.each([
    ['duration', '90d', 'error 7:31 DURATION_INVALID'],
    ['duration', '30m', 'error 7:31 DURATION_TOO_SHORT'],
    ['duration', '""', 'error 7:31 SHIM_ANNOTATION_INVALID'],
    ['duration', '5', 'error 7:31 FIELD_TYPE'],
    ['renew-before', '1m', 'error 7:35 RENEW_BEFORE_TOO_SHORT'],
    ['renew-before-percentage', 'half', 'error 7:46 SHIM_ANNOTATION_INVALID'],
    ['usages', 'server auth,servr auth', 'error 7:29 FIELD_VALUE'],
    ['usages', '""', 'error 7:29 SHIM_ANNOTATION_INVALID'],
    ['revision-history-limit', '"0"', 'error 7:45 FIELD_VALUE'],
    ['private-key-algorithm', 'DSA', 'error 7:44 FIELD_VALUE'],
    ['private-key-encoding', 'PKCS7', 'error 7:43 FIELD_VALUE'],
    ['private-key-size', 'big', 'error 7:39 SHIM_ANNOTATION_INVALID'],
    ['private-key-size', '"0"', 'error 7:39 SHIM_ANNOTATION_INVALID'],
    ['private-key-size', '"1024"', 'error 7:39 KEY_SIZE_INVALID'],
    ['private-key-rotation-policy', 'Sometimes', 'error 7:50 FIELD_VALUE'],
    ['ip-sans', '192.0.2', 'error 7:30 IP_ADDRESS_INVALID'],
    ['email-sans', 'A <a@example.com>', 'error 7:33 EMAIL_INVALID'],
    ['subject-countries', `'"DE'`, 'error 7:40 SHIM_ANNOTATION_INVALID'],
    ['secret-template', '"{"', 'error 7:38 SHIM_ANNOTATION_INVALID'],
    ['secret-template', `'{"x": {}}'`, 'error 7:38 FIELD_UNKNOWN'],
    ['secret-template', `'{"annotations": {"cert-manager.io/a": "b"}}'`, 'error 7:38 ANNOTATION_FORBIDDEN'],
  ])('%s: %s is refused where it stands', (key, text, said) => {
    const document = ingress(`${OWN}\ncert-manager.io/${key}: ${text}\ncert-manager.io/common-name: web`);
    expect(saidOf(document)).toEqual([`${said} metadata.annotations["cert-manager.io/${key}"]`]);
    expect(madeOf(document)).toEqual([]);
  });

  it('that is misspelled has no effect, and a warning that says what was meant', () => {
    const document = ingress(`${CLUSTER}\ncert-manager.io/commonname: a`);
    expect(saidOf(document)).toEqual([
      'warning 7:5 ANNOTATION_NO_EFFECT metadata.annotations["cert-manager.io/commonname"]',
    ]);
    expect(wordsOf(document)).toEqual([
      'cert-manager\'s shims do not read "cert-manager.io/commonname"; did you mean cert-manager.io/common-name?',
    ]);
    expect(madeOf(document)).toHaveLength(1);
  });

  it('uri-sans has no effect, as there', () => {
    expect(wordsOf(ingress(`${CLUSTER}\ncert-manager.io/uri-sans: spiffe://a/b`))).toEqual([
      'cert-manager\'s shims do not read "cert-manager.io/uri-sans"; write a Certificate instead: it has all fields',
    ]);
  });

  it("of the cainjector is nobody else's business", () => {
    expect(saidOf(ingress(`${CLUSTER}\ncert-manager.io/inject-ca-from: a/b`))).toEqual([]);
  });

  it('of Evercert goes over to the Certificate', () => {
    expect(madeOf(ingress(`${CLUSTER}\nevercert.dev/on-drift: repair`))).toMatchObject([{ onDrift: 'repair' }]);
  });

  it('of the delivery goes over too, and a mistake in it is told where it is annotated', () => {
    const tls = '  - {hosts: [a.example.com], secretName: a-tls}\n  - {hosts: [b.example.com], secretName: b-tls}';
    const files = (clusters: string) => [
      { file: 'web.yaml', text: ingress(`${CLUSTER}\nevercert.dev/clusters: ${clusters}`, tls) },
      { file: 'issuer.yaml', text: ISSUER },
    ];
    const read = (clusters: string) =>
      readDeclarations(files(clusters), { scope: 'folder', clusters: ['blue', 'green'] });
    expect(read('green').catalogue.certificates.map(({ certificate }) => certificate.delivery)).toEqual([
      { clusters: ['green'], namespaces: ['default'] },
      { clusters: ['green'], namespaces: ['default'] },
    ]);
    expect(read('gren').problems.map(({ code, line, column, hint }) => `${line}:${column} ${code} ${hint}`)).toEqual([
      '7:28 CLUSTER_UNKNOWN did you mean green?',
    ]);
  });

  it('to edit in place asks for a temporary certificate', () => {
    expect(madeOf(ingress(`${CLUSTER}\nacme.cert-manager.io/http01-edit-in-place: "true"`))).toMatchObject([
      { temporaryCertificate: true },
    ]);
  });
});
