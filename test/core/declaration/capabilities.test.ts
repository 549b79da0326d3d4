// What an issuer cannot honour is refused at check time, with the field, the issuer and what to do.
import { describe, expect, it } from 'vitest';
import { type AuthorityType, CAPABILITIES, FEATURES } from '#core/declaration/capabilities.ts';
import { LEAF, OWN_CA, PRIVATE_CA, read, saidAtPrivateCa, withSpec } from './own-ca-table.ts';
import { exchange, ISSUER, saidOf } from './problem-table.ts';

const OTHER_ACME = exchange(ISSUER, 'acme-v02.api.letsencrypt.org', 'acme.internal.example.com');

const saidAt = (issuer: string, lines: string): string[] => {
  const named = exchange(withSpec(lines), 'name: ours', 'name: letsencrypt\n    kind: ClusterIssuer');
  return saidOf('web.yaml', { 'web.yaml': exchange(named, 'web.internal', 'www.example.com'), 'issuer.yaml': issuer });
};

describe('the table of capabilities', () => {
  it('answers for every feature at every type of issuer, and tells why and what to do where it refuses', () => {
    const types: AuthorityType[] = ['acme', 'publicAcme', 'ca', 'selfSigned', 'awspca'];
    expect(Object.keys(CAPABILITIES).sort()).toEqual(types.sort());
    for (const type of types) {
      expect(Object.keys(CAPABILITIES[type])).toEqual(Object.keys(FEATURES));
      for (const one of Object.values(CAPABILITIES[type])) {
        if (one.is === 'refused') expect([one.reason, one.instead].every((text) => text.length > 10)).toBe(true);
      }
    }
  });

  it('honours everything where we sign ourselves', () => {
    const answers = [CAPABILITIES.ca, CAPABILITIES.selfSigned].flatMap((one) => Object.values(one).map(({ is }) => is));
    expect(new Set(answers)).toEqual(new Set(['honoured']));
  });
});

describe('an ACME CA', () => {
  it.each<[string, string, ...string[]]>([
    ['IP addresses', '  ipAddresses: [192.0.2.1]', 'error 7:16 FIELD_NOT_SUPPORTED spec.ipAddresses'],
    ['URIs', '  uris: ["spiffe://a/b"]', 'error 7:9 FIELD_NOT_SUPPORTED spec.uris'],
    ['mail addresses', '  emailAddresses: [a@example.com]', 'error 7:19 FIELD_NOT_SUPPORTED spec.emailAddresses'],
    ['other names', '  otherNames: [{oid: 1.2.3, utf8Value: a}]', 'error 7:15 FIELD_NOT_SUPPORTED spec.otherNames'],
    ['a CA', '  isCA: true', 'error 7:9 FIELD_NOT_SUPPORTED spec.isCA'],
    [
      'name constraints',
      '  isCA: true\n  nameConstraints: {permitted: {dnsDomains: [example.com]}}',
      'error 7:9 FIELD_NOT_SUPPORTED spec.isCA',
      'error 8:20 FIELD_NOT_SUPPORTED spec.nameConstraints',
    ],
    [
      'a common name in a literal subject that is no DNS name of it',
      '  literalSubject: CN=other.example.com',
      'error 7:19 COMMON_NAME_NOT_IN_DNS_NAMES spec.literalSubject',
      'warning 7:19 FIELD_NO_EFFECT spec.literalSubject',
    ],
  ])('is not asked for %s', (_what, lines, ...said) => {
    expect(saidAt(ISSUER, lines)).toEqual(said);
    expect(saidAt(OTHER_ACME, lines)).toEqual(said);
  });

  it.each<[string, string, ...string[]]>([
    ['usages', '  usages: [client auth]', 'warning 7:11 FIELD_NO_EFFECT spec.usages'],
    ['a subject', '  subject: {organizations: [Acme]}', 'warning 7:12 FIELD_NO_EFFECT spec.subject'],
    ['a literal subject', '  literalSubject: CN=www.example.com', 'warning 7:19 FIELD_NO_EFFECT spec.literalSubject'],
    ['a lifetime, as everybody does', '  duration: 2160h'],
    ['an empty subject', '  subject: {}'],
    ['usages out of the request', '  encodeUsagesInRequest: false'],
    ['an algorithm for the request', '  signatureAlgorithm: SHA512WithRSA'],
    ['what is no CA', '  isCA: false'],
  ])('hears, but need not heed %s', (_what, lines, ...said) => {
    expect(saidAt(ISSUER, lines)).toEqual(said);
  });

  it('that the public web trusts signs no Ed25519 key; another may', () => {
    const lines = '  privateKey: {algorithm: Ed25519}';
    expect(saidAt(ISSUER, lines)).toEqual(['error 7:27 FIELD_NOT_SUPPORTED spec.privateKey.algorithm']);
    expect(saidAt(OTHER_ACME, lines)).toEqual([]);
  });

  it('is named in the refusal, with its reason and what to do', () => {
    const text = exchange(
      withSpec('  ipAddresses: [192.0.2.1]'),
      'name: ours',
      'name: letsencrypt\n    kind: ClusterIssuer',
    );
    const { problems } = read(`${ISSUER}---\n${exchange(text, 'web.internal', 'www.example.com')}`);
    expect(problems[0]).toMatchObject({
      message:
        'ClusterIssuer/letsencrypt cannot honour ipAddresses: DNS-01, by which Evercert validates, proves no IP address (RFC 8738 section 7)',
      hint: 'name a host in dnsNames, or use a ca issuer or a Private CA issuer (AWSPCAIssuer)',
    });
  });
});

const allowing = (pathLength: string): string =>
  exchange(
    PRIVATE_CA,
    '  name: pca\n',
    `  name: pca\n  annotations: {evercert.dev/allow-subordinate-ca: "${pathLength}"}\n`,
  );
const byTemplate = (issuer: string, name: string): string =>
  `${issuer}  pcaTemplate: {defaultTemplateName: ${name}/V1}\n`;
const CA = '  isCA: true\n  commonName: Sub CA';

describe('a Private CA', () => {
  it.each<[string, string, string, ...string[]]>([
    ['a plain leaf', '', PRIVATE_CA],
    ['a server', '  usages: [server auth]', PRIVATE_CA],
    [
      'a client with names of all kinds',
      '  usages: [client auth, digital signature]\n  uris: ["spiffe://a/b"]\n  ipAddresses: [192.0.2.1]\n  emailAddresses: [a@example.com]',
      PRIVATE_CA,
    ],
    ['server and client', '  usages: [server auth, client auth, signing]', PRIVATE_CA],
    ['code signing', '  usages: [code signing, digital signature]', PRIVATE_CA],
    ['a CA where the issuer allows it', CA, allowing('0')],
    ['a CA with what a CA template gives', `${CA}\n  usages: [cert sign, crl sign]`, allowing('1')],
    ['a CA by a template', CA, byTemplate(allowing('1'), 'SubordinateCACertificate_PathLen1')],
  ])('issues %s', (_what, lines, issuer) => {
    expect(saidAtPrivateCa(lines, issuer)).toEqual([]);
  });

  it.each<[string, string, string, ...string[]]>([
    [
      'an Ed25519 key',
      '  privateKey: {algorithm: Ed25519}',
      PRIVATE_CA,
      'error 7:27 FIELD_NOT_SUPPORTED spec.privateKey.algorithm',
    ],
    [
      'a usage that no template gives',
      '  usages: [server auth, timestamping]',
      PRIVATE_CA,
      'error 7:25 FIELD_NOT_SUPPORTED spec.usages[1]',
    ],
    [
      'usages that no template gives together',
      '  usages: [server auth, code signing]',
      PRIVATE_CA,
      'error 7:11 FIELD_NOT_SUPPORTED spec.usages',
    ],
    ['a CA that the issuer does not allow', CA, PRIVATE_CA, 'error 7:9 FIELD_NOT_SUPPORTED spec.isCA'],
    [
      'a CA by a template that is longer than allowed',
      CA,
      byTemplate(allowing('0'), 'SubordinateCACertificate_PathLen1'),
      'error 7:9 FIELD_NOT_SUPPORTED spec.isCA',
    ],
    [
      'a CA by a template for leaves',
      CA,
      byTemplate(allowing('0'), 'EndEntityCertificate'),
      'error 7:9 FIELD_NOT_SUPPORTED spec.isCA',
    ],
    [
      'a leaf by a template for CAs',
      '',
      byTemplate(allowing('0'), 'SubordinateCACertificate_PathLen0'),
      'error 10:11 FIELD_NOT_SUPPORTED spec.issuerRef.name',
    ],
    [
      'name constraints',
      `${CA}\n  nameConstraints: {permitted: {dnsDomains: [internal]}}`,
      allowing('0'),
      'error 9:20 FIELD_NOT_SUPPORTED spec.nameConstraints',
    ],
    [
      'other usages than its template gives',
      '  usages: [client auth]',
      byTemplate(PRIVATE_CA, 'EndEntityServerAuthCertificate'),
      'error 7:11 FIELD_NOT_SUPPORTED spec.usages',
    ],
  ])('does not issue %s', (_what, lines, issuer, ...said) => {
    expect(saidAtPrivateCa(lines, issuer)).toEqual(said);
  });
});

describe('an issuer that is declared elsewhere', () => {
  it('is not guessed at: only its absence is warned of', () => {
    const text = withSpec('  ipAddresses: [192.0.2.1]\n  usages: [client auth]');
    expect(saidOf('a.yaml', { 'a.yaml': text }, 'file')).toEqual([
      'warning 12:11 ISSUER_NOT_FOUND spec.issuerRef.name',
    ]);
  });
});

describe('a self-signed issuer', () => {
  it('warns of a certificate that would name nobody as its issuer', () => {
    const text = exchange(LEAF, 'name: ours', 'name: root');
    expect(saidOf('web.yaml', { 'web.yaml': text, 'ca.yaml': OWN_CA })).toEqual([
      'warning 5:1 SUBJECT_EMPTY spec.commonName',
    ]);
  });
});
