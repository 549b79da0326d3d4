// Broken issuers, one mistake each: exact line, column, code and path.
import { describe, expect, it } from 'vitest';
import { exchange, ISSUER, saidOfIssuer } from './problem-table.ts';

const acme = (lines: string) => exchange(ISSUER, '  acme:\n', `  acme:\n${lines}\n`);
const SOLVERS = '    solvers:\n      - dns01:\n          route53: {}\n';
const solvers = (lines: string) => exchange(ISSUER, SOLVERS, `    solvers:\n${lines}\n`);
const server = (url: string) => exchange(ISSUER, 'https://acme-v02.api.letsencrypt.org/directory', url);
const typed = (lines: string) => `${ISSUER.split('  acme:')[0]}${lines}\n`;
const route53 = (fields: string) => solvers(`      - dns01:\n          route53: {${fields}}`);
const PEM = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n').toString('base64');

const cases: Record<string, [text: string, ...said: string[]]> = {
  'a sound issuer is not complained of': [ISSUER],
  'the issuer has no type': [typed('  {}'), 'error 5:1 ISSUER_TYPE_MISSING spec.acme'],
  'the type is misspelled': [exchange(ISSUER, 'acme:', 'acmee:'), 'error 6:3 FIELD_UNKNOWN spec.acmee'],
  'the issuer has two types': [`${ISSUER}  selfSigned: {}\n`, 'error 13:15 ISSUER_TYPE_TWICE spec.selfSigned'],
  'vault is not supported': [
    typed('  vault: {server: "https://vault.example.com"}'),
    'error 6:10 FIELD_NOT_SUPPORTED spec.vault',
  ],
  'venafi is not supported': [typed('  venafi: {zone: z}'), 'error 6:11 FIELD_NOT_SUPPORTED spec.venafi'],
  'the server is missing': [
    exchange(ISSUER, '    server: https://acme-v02.api.letsencrypt.org/directory\n', ''),
    'error 6:3 FIELD_MISSING spec.acme.server',
  ],
  'the server is no URL': [server('letsencrypt'), 'error 7:13 SERVER_INVALID spec.acme.server'],
  'the server is a file': [server('file:///etc/passwd'), 'error 7:13 SERVER_INVALID spec.acme.server'],
  'the server spoke ACME v1': [
    server('https://acme-v01.api.letsencrypt.org/directory'),
    'error 7:13 SERVER_RETIRED spec.acme.server',
  ],
  'the server has no TLS': [
    server('http://acme.internal.example.com/directory'),
    'warning 7:13 SERVER_NOT_HTTPS spec.acme.server',
  ],
  'the account key reference is missing': [
    exchange(ISSUER, '    privateKeySecretRef:\n      name: account\n', ''),
    'error 6:3 FIELD_MISSING spec.acme.privateKeySecretRef',
  ],
  'the account key reference has no name': [
    exchange(ISSUER, 'name: account', 'key: tls.key'),
    'error 8:5 FIELD_MISSING spec.acme.privateKeySecretRef.name',
  ],
  'the e-mail is none': [acme('    email: nobody'), 'error 7:12 EMAIL_INVALID spec.acme.email'],
  'skipTLSVerify trusts everybody': [
    acme('    skipTLSVerify: true'),
    'warning 7:20 TLS_VERIFY_OFF spec.acme.skipTLSVerify',
  ],
  'skipTLSVerify is text': [acme('    skipTLSVerify: "true"'), 'error 7:20 FIELD_TYPE spec.acme.skipTLSVerify'],
  'caBundle is PEM': [
    acme('    caBundle: |\n      -----BEGIN CERTIFICATE-----'),
    'error 7:15 CA_BUNDLE_INVALID spec.acme.caBundle',
  ],
  'caBundle is not base64': [acme('    caBundle: "***"'), 'error 7:15 CA_BUNDLE_INVALID spec.acme.caBundle'],
  'caBundle holds no certificate': [acme(`    caBundle: ${PEM}`), 'error 7:15 CA_BUNDLE_INVALID spec.acme.caBundle'],
  'preferredChain is too long': [
    acme(`    preferredChain: ${'x'.repeat(65)}`),
    'error 7:21 FIELD_VALUE spec.acme.preferredChain',
  ],
  'an account binding has no key': [
    acme('    externalAccountBinding: {keyID: a}'),
    'error 7:5 FIELD_MISSING spec.acme.externalAccountBinding.keySecretRef',
  ],
  'a field of acme is misspelled': [acme('    preferedChain: x'), 'error 7:5 FIELD_UNKNOWN spec.acme.preferedChain'],
  'there is no solver': [exchange(ISSUER, SOLVERS, ''), 'warning 6:3 SOLVERS_MISSING spec.acme.solvers'],
  'solvers is a mapping': [solvers('      dns01: {}'), 'error 11:7 FIELD_TYPE spec.acme.solvers'],
  'a solver names no type': [solvers('      - selector: {}'), 'error 11:9 SOLVER_TYPE_MISSING spec.acme.solvers[0]'],
  'a solver names no provider': [
    solvers('      - dns01: {cnameStrategy: Follow}'),
    'error 11:16 SOLVER_TYPE_MISSING spec.acme.solvers[0].dns01',
  ],
  'route53 has no value': [
    solvers('      - dns01:\n          route53:'),
    'error 12:11 SOLVER_TYPE_MISSING spec.acme.solvers[0].dns01',
  ],
  'a solver names two types': [
    solvers('      - dns01: {route53: {}}\n        http01: {ingress: {}}'),
    'error 11:9 SOLVER_TYPE_TWICE spec.acme.solvers[0]',
    'warning 12:17 SOLVER_STAND_IN spec.acme.solvers[0].http01',
  ],
  'a solver names two providers': [
    solvers('      - dns01: {route53: {}, cloudflare: {email: a}}'),
    'error 11:9 SOLVER_TYPE_TWICE spec.acme.solvers[0]',
    'warning 11:42 SOLVER_STAND_IN spec.acme.solvers[0].dns01.cloudflare',
  ],
  'HTTP-01 is stood in for': [
    solvers('      - http01: {ingress: {class: nginx}}'),
    'warning 11:17 SOLVER_STAND_IN spec.acme.solvers[0].http01',
  ],
  'another provider is stood in for': [
    solvers('      - dns01:\n          cloudDNS: {project: p}'),
    'warning 12:21 SOLVER_STAND_IN spec.acme.solvers[0].dns01.cloudDNS',
  ],
  'a provider is misspelled': [
    solvers('      - dns01: {route35: {}}'),
    'error 11:16 SOLVER_TYPE_MISSING spec.acme.solvers[0].dns01',
    'error 11:17 FIELD_UNKNOWN spec.acme.solvers[0].dns01.route35',
  ],
  'static keys are not supported yet': [
    route53('accessKeyID: A'),
    'error 12:34 FIELD_NOT_SUPPORTED spec.acme.solvers[0].dns01.route53.accessKeyID',
  ],
  'the role is no ARN': [
    route53('role: dns-writer'),
    'error 12:27 ROLE_INVALID spec.acme.solvers[0].dns01.route53.role',
  ],
  'the role is a placeholder': [
    route53('role: "arn:aws:iam::YYYYYYYYYYYY:role/dns"'),
    'warning 12:27 ROLE_PLACEHOLDER spec.acme.solvers[0].dns01.route53.role',
  ],
  'the zone id is a name': [
    route53('hostedZoneID: example.com'),
    'error 12:35 HOSTED_ZONE_ID_INVALID spec.acme.solvers[0].dns01.route53.hostedZoneID',
  ],
  'the region is none': [
    route53('region: Frankfurt'),
    'error 12:29 REGION_INVALID spec.acme.solvers[0].dns01.route53.region',
  ],
  'cnameStrategy is unknown': [
    solvers('      - dns01: {cnameStrategy: follow, route53: {}}'),
    'error 11:32 FIELD_VALUE spec.acme.solvers[0].dns01.cnameStrategy',
  ],
  'a selector names no zone': [
    solvers('      - selector: {dnsZones: ["exam ple.com"]}\n        dns01: {route53: {}}'),
    'error 11:31 DNS_NAME_INVALID spec.acme.solvers[0].selector.dnsZones[0]',
  ],
  'an external id is used by no role': [
    exchange(ISSUER, 'metadata:\n', 'metadata:\n  annotations: {evercert.dev/route53-external-id: abc}\n'),
    'warning 4:51 EXTERNAL_ID_UNUSED metadata.annotations["evercert.dev/route53-external-id"]',
  ],
  'an external id is too short': [
    exchange(ISSUER, 'metadata:\n', 'metadata:\n  annotations: {evercert.dev/route53-external-id: a}\n'),
    'error 4:51 EXTERNAL_ID_INVALID metadata.annotations["evercert.dev/route53-external-id"]',
  ],
  'an annotation of ours is misspelled': [
    exchange(ISSUER, 'metadata:\n', 'metadata:\n  annotations: {evercert.dev/route53-externalid: a}\n'),
    'warning 4:17 ANNOTATION_NO_EFFECT metadata.annotations["evercert.dev/route53-externalid"]',
  ],
  'a ClusterIssuer has a namespace': [
    exchange(ISSUER, 'metadata:\n', 'metadata:\n  namespace: prod\n'),
    'warning 4:14 NAMESPACE_IGNORED metadata.namespace',
  ],
};

describe('a broken issuer is answered at its place', () => {
  it.each(Object.entries(cases))('%s', (_sentence, [text, ...said]) => {
    expect(saidOfIssuer(text)).toEqual(said);
  });
});
