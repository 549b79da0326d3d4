// cert-manager's rules for a Certificate (internal/apis/certmanager/validation/certificate.go), one broken at a time at an
// issuer that honours everything: exact line, column, code and path.
import { describe, expect, it } from 'vitest';
import { LEAF, saidOfLeaf, withSpec } from './own-ca-table.ts';
import { exchange } from './problem-table.ts';

const without = (lines: string): string => exchange(LEAF, '  dnsNames:\n    - web.internal\n', `${lines}\n`);
const long = 'x'.repeat(65);
const keystore = (lines: string): string => withSpec(`  keystores:\n    pkcs12:\n${lines}`);
const constraints = (lines: string): string => withSpec(`  isCA: true\n  commonName: a\n  nameConstraints:\n${lines}`);

const refused: Record<string, [text: string, ...said: string[]]> = {
  'literalSubject stands beside commonName': [
    withSpec('  commonName: web\n  literalSubject: CN=web'),
    'error 7:15 LITERAL_SUBJECT_TWICE spec.commonName',
  ],
  'literalSubject stands beside subject': [
    withSpec('  subject: {organizations: [Acme]}\n  literalSubject: CN=web'),
    'error 7:12 LITERAL_SUBJECT_TWICE spec.subject',
  ],
  'literalSubject has no equals sign': [
    withSpec('  literalSubject: web'),
    'error 7:19 LITERAL_SUBJECT_INVALID spec.literalSubject',
  ],
  'literalSubject names an unknown attribute': [
    withSpec('  literalSubject: CN=web,FOO=bar'),
    'error 7:19 LITERAL_SUBJECT_INVALID spec.literalSubject',
  ],
  'the common name in literalSubject is too long': [
    withSpec(`  literalSubject: CN=${long}`),
    'error 7:19 COMMON_NAME_TOO_LONG spec.literalSubject',
  ],
  'there is no name at all': [without('  subject: {organizations: [Acme]}'), 'error 5:1 NAMES_MISSING spec.dnsNames'],
  'literalSubject has no common name and nothing else names': [
    without('  literalSubject: O=Acme'),
    'error 5:1 NAMES_MISSING spec.dnsNames',
  ],
  'all lists of names are empty': [
    without('  ipAddresses: []\n  uris: []\n  emailAddresses: []\n  otherNames: []'),
    'error 5:1 NAMES_MISSING spec.dnsNames',
  ],
  'commonName is too long': [withSpec(`  commonName: ${long}`), 'error 7:15 COMMON_NAME_TOO_LONG spec.commonName'],
  'an IP address is none': [
    withSpec('  ipAddresses: [192.0.2.1, 300.0.2.1]'),
    'error 7:28 IP_ADDRESS_INVALID spec.ipAddresses[1]',
  ],
  'an IP address has a mask': [
    withSpec('  ipAddresses: [10.0.0.0/8]'),
    'error 7:17 IP_ADDRESS_INVALID spec.ipAddresses[0]',
  ],
  'a mail address has a display name': [
    withSpec('  emailAddresses: ["Ann <ann@example.com>"]'),
    'error 7:20 EMAIL_INVALID spec.emailAddresses[0]',
  ],
  'a mail address is none': [withSpec('  emailAddresses: [ann]'), 'error 7:20 EMAIL_INVALID spec.emailAddresses[0]'],
  'a URI has no scheme': [withSpec('  uris: [example.org/web]'), 'error 7:10 URI_INVALID spec.uris[0]'],
  'an other name has no oid': [
    withSpec('  otherNames:\n    - utf8Value: ann@example.com'),
    'error 8:7 FIELD_MISSING spec.otherNames[0].oid',
  ],
  'the oid of an other name is none': [
    withSpec('  otherNames:\n    - {oid: 1.x, utf8Value: ann}'),
    'error 8:13 OID_INVALID spec.otherNames[0].oid',
  ],
  'an other name has no value': [
    withSpec('  otherNames:\n    - {oid: 1.2.3, utf8Value: ""}'),
    'error 8:31 FIELD_MISSING spec.otherNames[0].utf8Value',
  ],
  'an RSA key is too small': [
    withSpec('  privateKey: {size: 1024}'),
    'error 7:22 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'an RSA key is too large': [
    withSpec('  privateKey: {algorithm: RSA, size: 8193}'),
    'error 7:38 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'an ECDSA key has the size of no curve': [
    withSpec('  privateKey: {algorithm: ECDSA, size: 512}'),
    'error 7:40 KEY_SIZE_INVALID spec.privateKey.size',
  ],
  'the key algorithm is unknown': [
    withSpec('  privateKey: {algorithm: DSA}'),
    'error 7:27 FIELD_VALUE spec.privateKey.algorithm',
  ],
  'an RSA key is to sign as ECDSA does': [
    withSpec('  signatureAlgorithm: ECDSAWithSHA256'),
    'error 7:23 SIGNATURE_ALGORITHM_INVALID spec.signatureAlgorithm',
  ],
  'an Ed25519 key is to sign as RSA does': [
    withSpec('  privateKey: {algorithm: Ed25519}\n  signatureAlgorithm: SHA256WithRSA'),
    'error 8:23 SIGNATURE_ALGORITHM_INVALID spec.signatureAlgorithm',
  ],
  'the signature algorithm is unknown': [
    withSpec('  signatureAlgorithm: MD5WithRSA'),
    'error 7:23 FIELD_VALUE spec.signatureAlgorithm',
  ],
  'the duration is under an hour': [withSpec('  duration: 59m'), 'error 7:13 DURATION_TOO_SHORT spec.duration'],
  'renewBefore is the duration': [
    withSpec('  duration: 2h\n  renewBefore: 2h'),
    'error 8:16 RENEW_BEFORE_TOO_LONG spec.renewBefore',
  ],
  'renewBefore is under five minutes': [
    withSpec('  renewBefore: 4m'),
    'error 7:16 RENEW_BEFORE_TOO_SHORT spec.renewBefore',
  ],
  'renewBefore is said twice': [
    withSpec('  renewBefore: 1h\n  renewBeforePercentage: 33'),
    'error 7:16 RENEW_BEFORE_TWICE spec.renewBefore',
    'error 8:26 RENEW_BEFORE_TWICE spec.renewBeforePercentage',
  ],
  'a usage is unknown': [withSpec('  usages: [server auth, server-auth]'), 'error 7:25 FIELD_VALUE spec.usages[1]'],
  'revisionHistoryLimit is zero': [
    withSpec('  revisionHistoryLimit: 0'),
    'error 7:25 FIELD_VALUE spec.revisionHistoryLimit',
  ],
  'the secret template sets an annotation of cert-manager': [
    withSpec('  secretTemplate: {annotations: {cert-manager.io/x: a}}'),
    'error 7:34 ANNOTATION_FORBIDDEN spec.secretTemplate.annotations["cert-manager.io/x"]',
  ],
  'name constraints stand in a certificate that is no CA': [
    withSpec('  nameConstraints: {permitted: {dnsDomains: [internal]}}'),
    'error 7:20 NAME_CONSTRAINTS_WITHOUT_CA spec.nameConstraints',
  ],
  'name constraints permit and exclude nothing': [
    constraints('    critical: true'),
    'error 10:5 NAME_CONSTRAINTS_EMPTY spec.nameConstraints',
  ],
  'a permitted range is no CIDR': [
    constraints('    permitted: {ipRanges: [10.0.0.0/8, 10.0.0.1]}'),
    'error 10:40 IP_RANGE_INVALID spec.nameConstraints.permitted.ipRanges[1]',
  ],
  'an excluded range is too narrow': [
    constraints('    excluded: {ipRanges: [10.0.0.0/33]}'),
    'error 10:27 IP_RANGE_INVALID spec.nameConstraints.excluded.ipRanges[0]',
  ],
  'an output format stands twice': [
    withSpec('  additionalOutputFormats: [{type: DER}, {type: DER}]'),
    'error 7:49 OUTPUT_FORMAT_TWICE spec.additionalOutputFormats[1].type',
  ],
  'an output format is unknown': [
    withSpec('  additionalOutputFormats: [{type: PEM}]'),
    'error 7:36 FIELD_VALUE spec.additionalOutputFormats[0].type',
  ],
  'a keystore has two passwords': [
    keystore('      {create: true, password: a, passwordSecretRef: {name: b, key: c}}'),
    'error 9:7 KEYSTORE_PASSWORD_TWICE spec.keystores.pkcs12',
  ],
  'a keystore has no password': [
    keystore('      create: true'),
    'error 9:7 KEYSTORE_PASSWORD_MISSING spec.keystores.pkcs12',
  ],
  'the password of a keystore is empty': [
    keystore('      {create: true, password: ""}'),
    'error 9:32 KEYSTORE_PASSWORD_EMPTY spec.keystores.pkcs12.password',
  ],
  'the password of a keystore stands in the declaration': [
    keystore('      {create: true, password: a}'),
    'warning 9:32 KEYSTORE_PASSWORD_WRITTEN spec.keystores.pkcs12.password',
  ],
  'a Java keystore has no password': [
    withSpec('  keystores: {jks: {create: true}}'),
    'error 7:20 KEYSTORE_PASSWORD_MISSING spec.keystores.jks',
  ],
  'a keystore does not say whether it is made': [
    keystore('      passwordSecretRef: {name: b, key: c}'),
    'error 8:5 FIELD_MISSING spec.keystores.pkcs12.create',
  ],
  'the property of the password is missing': [
    keystore('      {create: true, passwordSecretRef: {name: b}}'),
    'error 9:22 FIELD_MISSING spec.keystores.pkcs12.passwordSecretRef.key',
  ],
  'the profile is unknown': [
    keystore('      {create: true, passwordSecretRef: {name: b, key: c}, profile: Modern}'),
    'error 9:69 FIELD_VALUE spec.keystores.pkcs12.profile',
  ],
  'windows stand beside the policy Disabled': [
    withSpec('  renewal: {policy: Disabled, windows: [{cron: "0 2 * * *", windowDuration: 1h}]}'),
    'warning 7:21 RENEWAL_DISABLED spec.renewal.policy',
    'error 7:40 RENEWAL_WINDOWS_UNUSED spec.renewal.windows',
  ],
  'the issuer has no name': [
    exchange(LEAF, '    name: ours\n', '    kind: Issuer\n'),
    'error 9:3 FIELD_MISSING spec.issuerRef.name',
  ],
};

const warned: Record<string, [text: string, ...said: string[]]> = {
  'a sound certificate': [LEAF],
  'an address stands twice, in two spellings': [
    withSpec('  ipAddresses: ["2001:db8::1", "2001:DB8:0::1"]'),
    'warning 7:32 NAME_DUPLICATE spec.ipAddresses[1]',
  ],
  'a CA without a subject': [withSpec('  isCA: true'), 'warning 5:1 SUBJECT_EMPTY spec.commonName'],
};

describe('a rule of cert-manager is broken', () => {
  it.each(Object.entries(refused))('%s', (_sentence, [text, ...said]) => {
    expect(saidOfLeaf(text)).toEqual(said);
  });

  it.each(Object.entries(warned))('no, but: %s', (_sentence, [text, ...said]) => {
    expect(saidOfLeaf(text)).toEqual(said);
  });
});
