// Issuers that are no ACME CA: what is accepted of them, and what is wrong with them, at its place.
import { describe, expect, it } from 'vitest';
import { readDeclarations } from '#core/declaration/read.ts';
import { LEAF, OWN_CA, PRIVATE_CA, read } from './own-ca-table.ts';
import { exchange, saidOf, saidOfIssuer } from './problem-table.ts';

const annotated = (lines: string): string =>
  exchange(PRIVATE_CA, '  name: pca\n', `  name: pca\n  annotations:\n${lines}\n`);
const withField = (lines: string): string => `${PRIVATE_CA}${lines}\n`;
const ARN = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000';
const TEMPLATE = 'spec.pcaTemplate.defaultTemplateName';
const template = (name: string): string => withField(`  pcaTemplate: {defaultTemplateName: ${name}}`);

describe('an AWSPCAIssuer', () => {
  it('is accepted with every field, its region taken from the ARN', () => {
    const text = annotated(
      '    evercert.dev/external-id: ours-1\n    evercert.dev/allow-subordinate-ca: "1"\n    evercert.dev/clamp-to-ca: "true"',
    );
    const role = '  role: arn:aws:iam::111122223333:role/issuer\n';
    const { issuers, problems } = read(`${text}${role}  pcaTemplate: {defaultTemplateName: EndEntityCertificate/V1}\n`);
    expect(problems).toEqual([]);
    expect(issuers).toEqual([
      {
        type: 'awspca',
        kind: 'AWSPCAIssuer',
        namespace: 'default',
        name: 'pca',
        awspca: {
          arn: ARN,
          region: 'eu-central-1',
          role: 'arn:aws:iam::111122223333:role/issuer',
          externalId: 'ours-1',
          templateName: 'EndEntityCertificate/V1',
          allowSubordinateCa: 1,
          clampToCa: true,
        },
      },
    ]);
  });

  it('as a cluster issuer serves every namespace', () => {
    const cluster = exchange(PRIVATE_CA, 'AWSPCAIssuer', 'AWSPCAClusterIssuer');
    const leaf = exchange(
      LEAF,
      'name: ours',
      'name: pca\n    kind: AWSPCAClusterIssuer\n    group: awspca.cert-manager.io',
    );
    const { catalogue, problems } = read(`${cluster}---\n${leaf}`);
    expect(problems).toEqual([]);
    expect(catalogue.certificates.map(({ issuer }) => [issuer.kind, issuer.namespace, issuer.name])).toEqual([
      ['AWSPCAClusterIssuer', '', 'pca'],
    ]);
    expect(catalogue.certificates[0]!.certificate.issuerRef).toEqual({
      kind: 'AWSPCAClusterIssuer',
      name: 'pca',
      group: 'awspca.cert-manager.io',
    });
  });

  it.each<[string, string, ...string[]]>([
    [
      'the ARN is missing',
      exchange(PRIVATE_CA, `  arn: ${ARN}\n`, '  region: eu-central-1\n'),
      'error 5:1 FIELD_MISSING spec.arn',
    ],
    [
      'the ARN is that of a role',
      exchange(PRIVATE_CA, ARN, 'arn:aws:iam::111122223333:role/x'),
      'error 6:8 CA_ARN_INVALID spec.arn',
    ],
    [
      'the region is another than that of the ARN',
      withField('  region: eu-west-1'),
      'error 7:11 REGION_INVALID spec.region',
    ],
    ['there are access keys', withField('  secretRef: {name: keys}'), 'error 7:14 FIELD_NOT_SUPPORTED spec.secretRef'],
    ['the role is none', withField('  role: admin'), 'error 7:9 ROLE_INVALID spec.role'],
    [
      'the role has no account',
      withField('  role: arn:aws:iam::ACCOUNT:role/x'),
      'warning 7:9 ROLE_PLACEHOLDER spec.role',
    ],
    ['the template is unknown', template('EndEntity/V9'), `error 7:38 TEMPLATE_UNKNOWN ${TEMPLATE}`],
    ['the template is a root', template('RootCACertificate/V1'), `error 7:38 TEMPLATE_UNKNOWN ${TEMPLATE}`],
    [
      'the template takes extensions from the request',
      template('BlankEndEntityCertificate_APICSRPassthrough/V1'),
      `error 7:38 TEMPLATE_PASSES_THROUGH ${TEMPLATE}`,
    ],
    [
      'the path length is too long',
      annotated('    evercert.dev/allow-subordinate-ca: "4"'),
      'error 6:40 FIELD_VALUE metadata.annotations["evercert.dev/allow-subordinate-ca"]',
    ],
    [
      'clamping is neither true nor false',
      annotated('    evercert.dev/clamp-to-ca: "yes"'),
      'error 6:31 FIELD_VALUE metadata.annotations["evercert.dev/clamp-to-ca"]',
    ],
    [
      'an external id belongs to no role',
      annotated('    evercert.dev/external-id: ours-1'),
      'warning 6:31 EXTERNAL_ID_UNUSED metadata.annotations["evercert.dev/external-id"]',
    ],
    ['a field is misspelled', withField('  roleArn: a'), 'error 7:3 FIELD_UNKNOWN spec.roleArn'],
  ])('%s', (_sentence, text, ...said) => {
    expect(saidOfIssuer(text)).toEqual(said);
  });

  it('tells which template was meant', () => {
    expect(read(template('EndEntityServerAuthCertificate')).problems[0]).toMatchObject({
      hint: 'did you mean EndEntityServerAuthCertificate/V1?',
    });
  });
});

const CA_ISSUER = OWN_CA.split('---\n')[2]!;
const CA_CERTIFICATE = OWN_CA.split('---\n')[1]!;

describe('a ca issuer', () => {
  it('signs with the pair of the Certificate that makes its Secret', () => {
    const { issuers, problems } = read(OWN_CA);
    expect(problems).toEqual([]);
    expect(issuers).toEqual([
      { type: 'selfSigned', kind: 'Issuer', namespace: 'default', name: 'root', selfSigned: {} },
      {
        type: 'ca',
        kind: 'Issuer',
        namespace: 'default',
        name: 'ours',
        ca: { signer: { kind: 'declared', certificate: 'default/ca' } },
      },
    ]);
  });

  it('without such a Certificate signs with a pair that is brought along', () => {
    const urls =
      '    crlDistributionPoints: ["http://crl.example.com/a.crl"]\n    ocspServers: ["http://ocsp.example.com"]\n';
    const { issuers, problems } = read(
      `${CA_ISSUER}${urls}    issuingCertificateURLs: ["http://crl.example.com/a.crt"]\n`,
    );
    expect(problems).toEqual([]);
    expect(issuers[0]).toMatchObject({
      ca: {
        signer: { kind: 'referenced', namespace: 'default', name: 'ca-tls' },
        crlDistributionPoints: ['http://crl.example.com/a.crl'],
        ocspServers: ['http://ocsp.example.com'],
        issuingCertificateUrls: ['http://crl.example.com/a.crt'],
      },
    });
  });

  it.each([
    [{}, 'cert-manager'],
    [{ clusterResourceNamespace: 'pki' }, 'pki'],
  ])('that serves the cluster looks in clusterResourceNamespace (%j: %s)', (options, namespace) => {
    const certificate = exchange(CA_CERTIFICATE, '  name: ca\n', `  name: ca\n  namespace: ${namespace}\n`);
    const cluster = exchange(CA_ISSUER, 'kind: Issuer', 'kind: ClusterIssuer');
    const files = [{ file: 'a.yaml', text: `${certificate}---\n${cluster}` }];
    expect(readDeclarations(files, { scope: 'folder', ...options }).issuers[0]).toMatchObject({
      ca: { signer: { kind: 'declared', certificate: `${namespace}/ca` } },
    });
  });

  it.each<[string, Record<string, string>, ...string[]]>([
    [
      'has no secretName',
      { 'a.yaml': exchange(CA_ISSUER, '    secretName: ca-tls\n', '    ocspServers: []\n') },
      'error 6:3 FIELD_MISSING spec.ca.secretName',
    ],
    [
      'names a Secret badly',
      { 'a.yaml': exchange(CA_ISSUER, 'ca-tls', 'Ca_TLS') },
      'error 7:17 NAME_INVALID spec.ca.secretName',
    ],
    [
      'is to sign with a certificate that is no CA',
      {
        'a.yaml': CA_ISSUER,
        'ca.yaml': exchange(OWN_CA.split('---\n').slice(0, 2).join('---\n'), '  isCA: true\n', ''),
      },
      'error 7:17 SIGNER_NOT_CA spec.ca.secretName',
    ],
    [
      'misspells the Secret of a CA',
      { 'a.yaml': exchange(CA_ISSUER, 'ca-tls', 'ca-tsl'), 'ca.yaml': OWN_CA.split('---\n').slice(0, 2).join('---\n') },
      'warning 7:17 SIGNER_BROUGHT_ALONG spec.ca.secretName',
    ],
    [
      'looks in another namespace than its CA lies in',
      {
        'a.yaml': exchange(CA_ISSUER, 'kind: Issuer', 'kind: ClusterIssuer'),
        'ca.yaml': OWN_CA.split('---\n').slice(0, 2).join('---\n'),
      },
      'warning 7:17 SIGNER_BROUGHT_ALONG spec.ca.secretName',
    ],
    [
      'writes something into its certificates that is no URL',
      { 'a.yaml': `${CA_ISSUER}    ocspServers: [ocsp.example.com]\n` },
      'error 8:19 URI_INVALID spec.ca.ocspServers[0]',
    ],
  ])('%s', (_sentence, files, ...said) => {
    expect(saidOf('a.yaml', files)).toEqual(said);
  });
});

describe('an ACME issuer beyond the first one', () => {
  const ACME = `apiVersion: cert-manager.io/v1
kind: Issuer
metadata:
  name: eab
spec:
  acme:
    server: https://acme.example.com/directory
    privateKeySecretRef: {name: account}
    disableAccountKeyGeneration: true
    enableDurationFeature: true
    renewalInformationSource: None
    preferredChain: Root X1
    externalAccountBinding:
      keyID: kid-1
      keySecretRef: {name: eab, key: secret}
    solvers: [{dns01: {route53: {}}}]
`;

  it('is accepted with a binding, a brought key, durations and without ARI', () => {
    const { issuers, problems } = read(ACME);
    expect(problems).toEqual([]);
    expect(issuers[0]).toMatchObject({
      acme: {
        privateKeySecretRef: { name: 'account', key: 'tls.key' },
        disableAccountKeyGeneration: true,
        enableDurationFeature: true,
        renewalInformationSource: 'None',
        preferredChain: 'Root X1',
        externalAccountBinding: { keyId: 'kid-1', keySecretRef: { name: 'eab', key: 'secret' } },
      },
    });
  });

  it('says nothing where everything is as by default', () => {
    const plain = ACME.replace('disableAccountKeyGeneration: true', 'disableAccountKeyGeneration: false')
      .replace('enableDurationFeature: true', 'enableDurationFeature: false')
      .replace('renewalInformationSource: None', 'renewalInformationSource: ARI');
    const { acme } = read(plain).issuers[0] as { acme: object } & object;
    expect(Object.keys(acme).sort()).toEqual([
      'externalAccountBinding',
      'preferredChain',
      'privateKeySecretRef',
      'server',
      'skipTlsVerify',
      'solvers',
    ]);
  });

  it.each([
    ['no key id', '      keyID: kid-1\n', '', 'error 13:5 FIELD_MISSING spec.acme.externalAccountBinding.keyID'],
    ['no property', ', key: secret', '', 'error 15:7 FIELD_MISSING spec.acme.externalAccountBinding.keySecretRef.key'],
    [
      'an algorithm',
      'keyID: kid-1',
      'keyID: kid-1\n      keyAlgorithm: HS512',
      'warning 15:21 FIELD_NO_EFFECT spec.acme.externalAccountBinding.keyAlgorithm',
    ],
    [
      'no such source of renewal information',
      'renewalInformationSource: None',
      'renewalInformationSource: Never',
      'error 11:31 FIELD_VALUE spec.acme.renewalInformationSource',
    ],
  ])('with %s', (_what, from, to, said) => {
    expect(saidOfIssuer(exchange(ACME, from, to))).toEqual([said]);
  });
});
