// Broken Certificates, one mistake each: exact line, column, code and path.
import { describe, expect, it } from 'vitest';
import { CERTIFICATE, exchange, saidOfCertificate } from './problem-table.ts';

const NAMES = '  dnsNames:\n    - www.example.com\n';
const name = (text: string) => exchange(CERTIFICATE, 'www.example.com', text);
const spec = (lines: string) => exchange(CERTIFICATE, '  secretName: web-tls\n', `  secretName: web-tls\n${lines}\n`);

const cases: Record<string, [text: string, ...said: string[]]> = {
  'a sound Certificate is not complained of': [CERTIFICATE],
  'secretName is missing': [
    exchange(CERTIFICATE, '  secretName: web-tls\n', ''),
    'error 5:1 FIELD_MISSING spec.secretName',
  ],
  'secretName is empty': [exchange(CERTIFICATE, 'web-tls', '""'), 'error 6:15 FIELD_MISSING spec.secretName'],
  'secretName has no value': [exchange(CERTIFICATE, ' web-tls', ''), 'error 6:3 FIELD_MISSING spec.secretName'],
  'secretName is no Kubernetes name': [
    exchange(CERTIFICATE, 'web-tls', 'Web_TLS'),
    'error 6:15 NAME_INVALID spec.secretName',
  ],
  'spec is missing': [CERTIFICATE.split('spec:')[0]!, 'error 1:1 FIELD_MISSING spec'],
  'metadata is missing': [exchange(CERTIFICATE, 'metadata:\n  name: web\n', ''), 'error 1:1 FIELD_MISSING metadata'],
  'the name is missing': [
    exchange(CERTIFICATE, '  name: web\n', '  labels: {}\n'),
    'error 3:1 FIELD_MISSING metadata.name',
  ],
  'the name is no Kubernetes name': [
    exchange(CERTIFICATE, 'name: web', 'name: Web'),
    'error 4:9 NAME_INVALID metadata.name',
  ],
  'the namespace has a dot': [
    exchange(CERTIFICATE, '  name: web\n', '  name: web\n  namespace: a.b\n'),
    'error 5:14 NAME_INVALID metadata.namespace',
  ],
  'a metadata field is misspelled': [
    exchange(CERTIFICATE, '  name: web\n', '  name: web\n  namespce: prod\n'),
    'error 5:3 FIELD_UNKNOWN metadata.namespce',
  ],
  'a label value is a number': [
    exchange(CERTIFICATE, '  name: web\n', '  name: web\n  labels:\n    tier: 1\n'),
    'error 6:11 FIELD_TYPE metadata.labels.tier',
  ],
  'a label value has a space': [
    exchange(CERTIFICATE, '  name: web\n', '  name: web\n  labels:\n    a.b/c: d e\n'),
    'error 6:12 LABEL_INVALID metadata.labels["a.b/c"]',
  ],
  'a field is misspelled': [
    exchange(CERTIFICATE, 'dnsNames', 'dnsName'),
    'error 5:1 NAMES_MISSING spec.dnsNames',
    'error 7:3 FIELD_UNKNOWN spec.dnsName',
  ],
  'a required field is misspelled': [
    exchange(CERTIFICATE, 'secretName', 'secretname'),
    'error 6:3 FIELD_UNKNOWN spec.secretname',
  ],
  'a top-level field is unknown': [`${CERTIFICATE}data: {}\n`, 'error 12:1 FIELD_UNKNOWN data'],
  'dnsNames is text': [
    exchange(CERTIFICATE, NAMES, '  dnsNames: www.example.com\n'),
    'error 7:13 FIELD_TYPE spec.dnsNames',
  ],
  'a name is a number': [name('12'), 'error 8:7 FIELD_TYPE spec.dnsNames[0]'],
  'a name is nothing': [exchange(CERTIFICATE, ' www.example.com', ''), 'error 8:6 FIELD_TYPE spec.dnsNames[0]'],
  'there is no name': [exchange(CERTIFICATE, NAMES, ''), 'error 5:1 NAMES_MISSING spec.dnsNames'],
  'the list of names is empty': [
    exchange(CERTIFICATE, NAMES, '  dnsNames: []\n'),
    'error 7:13 NAMES_MISSING spec.dnsNames',
  ],
  'a name is empty': [name('""'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a name is a URL': [name('https://www.example.com/'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a name has an underscore': [name('my_app.example.com'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a name has a space': [name('a.example.com b.example.com'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a name has an empty label': [name('www..example.com'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a label begins with a hyphen': [name('-www.example.com'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a name is an e-mail address': [name('me@example.com'), 'error 8:7 DNS_NAME_INVALID spec.dnsNames[0]'],
  'a label is too long': [name(`${'a'.repeat(64)}.example.com`), 'error 8:7 DNS_NAME_TOO_LONG spec.dnsNames[0]'],
  'a name is too long': [name(`${'abcdefg.'.repeat(31)}example.com`), 'error 8:7 DNS_NAME_TOO_LONG spec.dnsNames[0]'],
  'a name is an IPv4 address': [name('192.0.2.1'), 'error 8:7 DNS_NAME_IS_IP spec.dnsNames[0]'],
  'a name is an IPv6 address': [name('"2001:db8::1"'), 'error 8:7 DNS_NAME_IS_IP spec.dnsNames[0]'],
  'an asterisk stands in the middle': [name('www.*.example.com'), 'error 8:7 DNS_NAME_WILDCARD spec.dnsNames[0]'],
  'an asterisk is a part of a label': [name('"w*.example.com"'), 'error 8:7 DNS_NAME_WILDCARD spec.dnsNames[0]'],
  'there are two asterisks': [name('"*.*.example.com"'), 'error 8:7 DNS_NAME_WILDCARD spec.dnsNames[0]'],
  'an asterisk begins an alias': [name('*.example.com'), 'error 8:7 YAML_ALIAS spec.dnsNames[0]'],
  'a name has no dot': [name('intranet'), 'error 8:7 DNS_NAME_SINGLE_LABEL spec.dnsNames[0]'],
  'a name is a public suffix': [name('co.uk'), 'error 8:7 DNS_NAME_PUBLIC_SUFFIX spec.dnsNames[0]'],
  'a wildcard stands under a public suffix': [name('"*.com"'), 'error 8:7 DNS_NAME_PUBLIC_SUFFIX spec.dnsNames[0]'],
  'commonName is too long': [
    spec(`  commonName: ${'a'.repeat(60)}.com.`),
    'error 7:15 COMMON_NAME_TOO_LONG spec.commonName',
  ],
  'commonName is not among dnsNames': [
    spec('  commonName: example.com'),
    'error 7:15 COMMON_NAME_NOT_IN_DNS_NAMES spec.commonName',
  ],
  'duration is in days': [spec('  duration: 90d'), 'error 7:13 DURATION_INVALID spec.duration'],
  'duration is a number': [spec('  duration: 2160'), 'error 7:13 FIELD_TYPE spec.duration'],
  'duration is under an hour': [spec('  duration: 59m'), 'error 7:13 DURATION_TOO_SHORT spec.duration'],
  'renewBefore is under five minutes': [
    spec('  renewBefore: 4m59s'),
    'error 7:16 RENEW_BEFORE_TOO_SHORT spec.renewBefore',
  ],
  'renewBefore is not under duration': [
    spec('  duration: 24h\n  renewBefore: 24h'),
    'error 8:16 RENEW_BEFORE_TOO_LONG spec.renewBefore',
  ],
  'renewBefore is not under the default duration': [
    spec('  renewBefore: 2160h'),
    'error 7:16 RENEW_BEFORE_TOO_LONG spec.renewBefore',
  ],
  'both renewBefore forms are set': [
    spec('  renewBefore: 24h\n  renewBeforePercentage: 30'),
    'error 7:16 RENEW_BEFORE_TWICE spec.renewBefore',
    'error 8:26 RENEW_BEFORE_TWICE spec.renewBeforePercentage',
  ],
  'renewBeforePercentage is 0': [
    spec('  renewBeforePercentage: 0'),
    'error 7:26 RENEW_BEFORE_TOO_SHORT spec.renewBeforePercentage',
  ],
  'renewBeforePercentage is 100': [
    spec('  renewBeforePercentage: 100'),
    'error 7:26 RENEW_BEFORE_TOO_LONG spec.renewBeforePercentage',
  ],
  'an RSA key is too small': [
    spec('  privateKey:\n    size: 1024'),
    'error 8:11 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'an RSA key is too large': [
    spec('  privateKey: {algorithm: RSA, size: 16384}'),
    'error 7:38 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'an ECDSA key has an RSA size': [
    spec('  privateKey: {algorithm: ECDSA, size: 2048}'),
    'error 7:40 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'the key algorithm is misspelled': [
    spec('  privateKey: {algorithm: ecdsa}'),
    'error 7:27 FIELD_VALUE spec.privateKey.algorithm',
  ],
  'a public CA signs no Ed25519 key': [
    spec('  privateKey: {algorithm: Ed25519}'),
    'error 7:27 FIELD_NOT_SUPPORTED spec.privateKey.algorithm',
  ],
  'the key size is text': [spec('  privateKey: {size: "2048"}'), 'error 7:22 FIELD_TYPE spec.privateKey.size'],
  'the encoding is unknown': [
    spec('  privateKey: {encoding: PKCS12}'),
    'error 7:26 FIELD_VALUE spec.privateKey.encoding',
  ],
  'the rotation policy is unknown': [
    spec('  privateKey: {rotationPolicy: Sometimes}'),
    'error 7:32 FIELD_VALUE spec.privateKey.rotationPolicy',
  ],
  'a field of an older cert-manager': [spec('  keyAlgorithm: rsa'), 'error 7:3 FIELD_UNKNOWN spec.keyAlgorithm'],
  'revisionHistoryLimit is 0': [spec('  revisionHistoryLimit: 0'), 'error 7:25 FIELD_VALUE spec.revisionHistoryLimit'],
  'an ACME CA issues no CA certificate': [spec('  isCA: true'), 'error 7:9 FIELD_NOT_SUPPORTED spec.isCA'],
  'an ACME CA is asked for an IP address': [
    spec('  ipAddresses: [192.0.2.1]'),
    'error 7:16 FIELD_NOT_SUPPORTED spec.ipAddresses',
  ],
  'a usage is unknown': [
    spec('  usages:\n    - server-auth'),
    'warning 8:5 FIELD_NO_EFFECT spec.usages',
    'error 8:7 FIELD_VALUE spec.usages[0]',
  ],
  'usages have no effect': [spec('  usages: [server auth]'), 'warning 7:11 FIELD_NO_EFFECT spec.usages'],
  'subject has no effect': [spec('  subject:\n    organizations: [Acme]'), 'warning 8:5 FIELD_NO_EFFECT spec.subject'],
  'secretTemplate takes an annotation of cert-manager': [
    spec('  secretTemplate:\n    annotations:\n      cert-manager.io/revision: "1"'),
    'error 9:7 ANNOTATION_FORBIDDEN spec.secretTemplate.annotations["cert-manager.io/revision"]',
  ],
  'issuerRef is missing': [CERTIFICATE.split('  issuerRef:')[0]!, 'error 5:1 FIELD_MISSING spec.issuerRef'],
  'issuerRef is text': [
    exchange(CERTIFICATE, '  issuerRef:\n    name: letsencrypt\n    kind: ClusterIssuer', '  issuerRef: letsencrypt'),
    'error 9:14 FIELD_TYPE spec.issuerRef',
  ],
  'issuerRef has no name': [
    exchange(CERTIFICATE, '    name: letsencrypt\n', ''),
    'error 9:3 FIELD_MISSING spec.issuerRef.name',
  ],
  'the issuer kind is misspelled': [
    exchange(CERTIFICATE, 'kind: ClusterIssuer', 'kind: Clusterissuer'),
    'error 11:11 ISSUER_KIND_INVALID spec.issuerRef.kind',
  ],
  'the issuer is external': [
    exchange(CERTIFICATE, 'kind: ClusterIssuer', 'kind: StepIssuer\n    group: certmanager.step.sm'),
    'error 12:12 ISSUER_GROUP_NOT_SUPPORTED spec.issuerRef.group',
  ],
  'the kind of a Private CA issuer stands without its group': [
    exchange(CERTIFICATE, 'kind: ClusterIssuer', 'kind: AWSPCAIssuer'),
    'error 11:11 ISSUER_KIND_INVALID spec.issuerRef.kind',
  ],
  'a kind of cert-manager stands in the group of Private CA': [
    exchange(CERTIFICATE, 'kind: ClusterIssuer', 'kind: ClusterIssuer\n    group: awspca.cert-manager.io'),
    'error 11:11 ISSUER_KIND_INVALID spec.issuerRef.kind',
  ],
  'the issuer is of another kind': [
    exchange(CERTIFICATE, 'kind: ClusterIssuer', 'kind: Issuer'),
    'error 10:11 ISSUER_NOT_FOUND spec.issuerRef.name',
  ],
  'a key stands twice': [spec('  secretName: other'), 'error 7:3 YAML_DUPLICATE_KEY spec.secretName'],
};

describe('a broken Certificate is answered at its place', () => {
  it.each(Object.entries(cases))('%s', (_sentence, [text, ...said]) => {
    expect(saidOfCertificate(text)).toEqual(said);
  });

  it('a hundred and one names are too many', () => {
    const names = Array.from({ length: 101 }, (_, i) => `    - n${i}.example.com\n`).join('');
    expect(saidOfCertificate(exchange(CERTIFICATE, NAMES, `  dnsNames:\n${names}`))).toEqual([
      'error 8:5 DNS_NAMES_TOO_MANY spec.dnsNames',
    ]);
  });
});
