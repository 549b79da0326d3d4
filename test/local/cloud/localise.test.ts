// Declarations are pointed at the local parts, and survive being written again.

import { expect, test } from 'vitest';
import { readDeclarationFiles } from '#adapters/declaration-files.ts';
import type { AcmeIssuerSpec } from '#core/declaration/issuer-model.ts';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import { type Declarations, readDeclarations } from '#core/declaration/read.ts';
import { type LocalPlaces, localise } from '#local/declarations/localise.ts';
import { writeYaml } from '#local/declarations/write-yaml.ts';
import { EVERY_FIELD } from '#test/core/declaration/every-field.ts';

const places: LocalPlaces = {
  caOf: () => ({
    name: 'Pebble',
    directory: 'https://127.0.0.1:14000/dir',
    tlsRootPem: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
    profiles: ['classic', 'six-minutes'],
  }),
  zones: new Map([
    ['example.com', 'ZLOCALCOM'],
    ['example.net', 'ZLOCALNET'],
  ]),
  account: '000000000000',
};

const read = (text: string): Declarations => readDeclarations([{ file: 'a.yaml', text }], { scope: 'folder' });

const ISSUER = (acme: string) => `apiVersion: cert-manager.io/v1
kind: Issuer
metadata: { name: ca, namespace: web, annotations: { evercert.dev/route53-external-id: "partner-7" } }
spec:
  acme:
    server: https://acme-v02.api.letsencrypt.org/directory
    email: ops@example.com
    privateKeySecretRef: { name: account }
${acme}`;

const CERTIFICATE = (name: string, dnsNames: string) => `---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ${name}, namespace: web, labels: { team: shop } }
spec:
  secretName: ${name}-tls
  dnsNames: ${dnsNames}
  issuerRef: { name: ca }
`;

const local = (text: string) => {
  const { issuers, catalogue, problems } = read(text);
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  return localise({ issuers, certificates: catalogue.certificates }, places);
};

const SOLVER = `    solvers:
      - selector: { dnsZones: [example.com] }
        dns01: { route53: { region: eu-west-1, hostedZoneID: ZTHEIRS, role: "arn:aws:iam::210987654321:role/dns" } }
`;

test('the server becomes the local CA, trusted by its root; the email and the account stay', () => {
  const { issuers } = local(ISSUER(SOLVER) + CERTIFICATE('www', '[www.example.com]'));
  expect(acmeOf(issuers[0]!)).toMatchObject({
    server: 'https://127.0.0.1:14000/dir',
    caBundlePem: '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
    skipTlsVerify: false,
    email: 'ops@example.com',
    privateKeySecretRef: { name: 'account', key: 'tls.key' },
  });
});

test('a zone id becomes the local zone of the names that its solver serves, a role the same role here', () => {
  const { issuers, roles, notes } = local(ISSUER(SOLVER) + CERTIFICATE('www', '[www.example.com]'));
  expect(acmeOf(issuers[0]!).solvers[0]?.route53).toEqual({
    region: 'eu-west-1',
    hostedZoneId: 'ZLOCALCOM',
    role: 'arn:aws:iam::000000000000:role/dns',
    externalId: 'partner-7',
  });
  expect(roles).toEqual(['arn:aws:iam::000000000000:role/dns']);
  expect(notes).toEqual([
    'Issuer web/ca: server https://acme-v02.api.letsencrypt.org/directory -> https://127.0.0.1:14000/dir (Pebble)',
    'Issuer web/ca: hosted zone ZTHEIRS -> ZLOCALCOM (example.com)',
    'Issuer web/ca: role arn:aws:iam::210987654321:role/dns -> arn:aws:iam::000000000000:role/dns',
  ]);
});

test('a zone id whose names lie in several local zones is taken off', () => {
  const solver = '    solvers: [{ dns01: { route53: { hostedZoneID: ZTHEIRS } } }]\n';
  const { issuers, notes } = local(
    ISSUER(solver).replace(/, annotations: \{[^}]*\}/, '') + CERTIFICATE('www', '[www.example.com, www.example.net]'),
  );
  expect(acmeOf(issuers[0]!).solvers[0]?.route53).toEqual({});
  expect(notes[1]).toBe('Issuer web/ca: hosted zone ZTHEIRS -> no fixed zone, the longest match is used');
});

test.each([
  ['a profile that the local CA knows is kept', '    profile: six-minutes\n', 'six-minutes'],
  ['a profile that it does not know becomes classic', '    profile: tlsserver\n', 'classic'],
  ['without a profile classic is asked for, so that none is chosen by chance', '', 'classic'],
])('%s', (_, profile, expected) => {
  const { issuers } = local(ISSUER(profile + SOLVER) + CERTIFICATE('www', '[www.example.com]'));
  expect(acmeOf(issuers[0]!).profile).toBe(expected);
});

test('a CA without profiles is asked for none', () => {
  const { issuers, catalogue } = read(
    ISSUER(`    profile: tlsserver\n${SOLVER}`) + CERTIFICATE('www', '[www.example.com]'),
  );
  const caddy = { ...places.caOf(issuers[0] as AcmeIssuerSpec), name: 'Caddy', profiles: [] };
  const { issuers: here, notes } = localise(
    { issuers, certificates: catalogue.certificates },
    { ...places, caOf: () => caddy },
  );
  expect(acmeOf(here[0]!)).not.toHaveProperty('profile');
  expect(notes).toContain('Issuer web/ca: profile tlsserver -> none');
});

test('a server that need not prove itself must do so here', () => {
  const { issuers } = local(ISSUER(`    skipTLSVerify: true\n${SOLVER}`) + CERTIFICATE('www', '[www.example.com]'));
  expect(acmeOf(issuers[0]!).skipTlsVerify).toBe(false);
});

test('a Private CA becomes the local one, its role one of the local account; own CAs stay as they are', () => {
  const before = read(EVERY_FIELD);
  const arn = 'arn:aws:acm-pca:us-east-1:000000000000:certificate-authority/local';
  const { issuers, notes, roles } = localise(
    { issuers: before.issuers, certificates: before.catalogue.certificates },
    { ...places, privateCaOf: () => ({ arn, region: 'us-east-1' }) },
  );
  const theirs = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000';
  expect(issuers.filter(({ type }) => type === 'awspca')).toMatchObject([
    { awspca: { arn, region: 'us-east-1', role: 'arn:aws:iam::000000000000:role/issuer', allowSubordinateCa: 2 } },
    { awspca: { arn, region: 'us-east-1', templateName: 'EndEntityServerAuthCertificate/V1' } },
  ]);
  expect(issuers.filter(({ type }) => type === 'ca' || type === 'selfSigned')).toEqual(
    before.issuers.filter(({ type }) => type === 'ca' || type === 'selfSigned'),
  );
  expect(notes).toContain(`AWSPCAIssuer shop/pca: CA ${theirs} -> ${arn}`);
  expect(roles).toEqual([]);
});

const RICH = `${ISSUER(`    preferredChain: Root X1
    profile: shortlived
    solvers:
      - selector: { dnsNames: [a.example.com], matchLabels: { team: shop } }
        dns01: { cnameStrategy: Follow, route53: { role: "arn:aws:iam::210987654321:role/dns" } }
      - http01: { ingress: { class: nginx } }
      - dns01: { cloudflare: { email: a@example.com, apiTokenSecretRef: { name: token, key: t } } }
`)}---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: rich, namespace: web, labels: { team: shop } }
spec:
  secretName: rich-tls
  secretTemplate: { annotations: { a: "1" }, labels: { b: "true" } }
  commonName: a.example.com
  dnsNames: [a.example.com, "*.example.com"]
  duration: 2160h
  renewBefore: 1h30m
  privateKey: { algorithm: RSA, size: 4096, encoding: PKCS8, rotationPolicy: Never }
  usages: [server auth, digital signature]
  subject: { organizations: [Example] }
  revisionHistoryLimit: 3
  issuerRef: { name: ca, kind: Issuer, group: cert-manager.io }
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: percent }
spec:
  secretName: percent-tls
  dnsNames: [b.example.com]
  renewBeforePercentage: 25
  issuerRef: { name: cluster, kind: ClusterIssuer }
---
apiVersion: cert-manager.io/v1
kind: ClusterIssuer
metadata: { name: cluster }
spec:
  acme:
    server: https://acme.internal.example.com/directory
    skipTLSVerify: true
    privateKeySecretRef: { name: account, key: other.key }
`;

const folder = (path: string): Declarations => {
  const source = readDeclarationFiles(path);
  if ('refusal' in source) throw new Error(source.refusal);
  return readDeclarations(source.files, { scope: 'folder' });
};

test.each([
  ['solvers of all kinds', () => read(RICH)],
  ['every field', () => read(EVERY_FIELD)],
  ['the first steps', () => folder('examples/first-steps')],
  ['YAML as tutorials write it', () => folder('examples/tutorial-yaml')],
  ['a CA of our own', () => folder('examples/own-ca')],
  ['ACM Private CA', () => folder('examples/private-ca')],
])('what is accepted of %s reads the same after it was written again', (_, source) => {
  const before = source();
  expect(before.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  const certificates = before.catalogue.certificates.map(({ certificate }) => certificate);
  const after = read(writeYaml({ issuers: before.issuers, certificates }));
  expect(after.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect(after.issuers).toEqual(before.issuers);
  expect(after.catalogue).toEqual(before.catalogue);
});

const DELIVERED = (name: string, annotations: string) =>
  CERTIFICATE(name, '[www.example.com]').replace('labels:', `annotations: { ${annotations} }, labels:`);

test('where a certificate is delivered to reads the same after it was written again', () => {
  const clusters = ['blue', 'green'];
  const text = [
    ISSUER(SOLVER),
    CERTIFICATE('all', '[all.example.com]'),
    DELIVERED('none', 'evercert.dev/clusters: none'),
    DELIVERED(
      'far',
      'evercert.dev/clusters: green, evercert.dev/namespaces: "api, shop", evercert.dev/reloader: "true"',
    ),
    DELIVERED('copied', 'evercert.dev/namespace-selector: "team=shop, tier="'),
    DELIVERED('restarting', 'evercert.dev/restart: "Deployment/web, StatefulSet/db"'),
  ].join('');
  const readWith = (yaml: string): Declarations =>
    readDeclarations([{ file: 'a.yaml', text: yaml }], { scope: 'folder', clusters });
  const { issuers, catalogue, problems } = readWith(text);
  expect(problems).toEqual([]);
  const certificates = catalogue.certificates.map(({ certificate }) => certificate);
  expect(certificates.filter(({ delivery }) => delivery === undefined).map(({ name }) => name)).toEqual(['none']);
  expect(readWith(writeYaml({ issuers, certificates, clusters })).catalogue).toEqual(catalogue);
});
