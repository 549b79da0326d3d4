// Declarations as people write them, made by the dozen for end-to-end tests. It must never know what is deployed.

export interface IssuerText {
  readonly name: string;
  readonly server?: string;
  readonly profile?: string;
  readonly preferredChain?: string;
  readonly externalId?: string;
  /** The account key's Secret; one for all issuers is one account at each CA. */
  readonly account?: string;
  /** Lines under `dns01:`, at its indentation. */
  readonly dns01?: readonly string[];
}

const optional = (line: string, value: string | undefined): string[] =>
  value === undefined ? [] : [`${line}: ${JSON.stringify(value)}`];

/** One ClusterIssuer. */
export const issuerText = (issuer: IssuerText): string =>
  [
    'apiVersion: cert-manager.io/v1',
    'kind: ClusterIssuer',
    'metadata:',
    `  name: ${issuer.name}`,
    ...(issuer.externalId === undefined
      ? []
      : ['  annotations:', `    evercert.dev/route53-external-id: ${issuer.externalId}`]),
    'spec:',
    '  acme:',
    `    server: ${issuer.server ?? 'https://acme-staging-v02.api.letsencrypt.org/directory'}`,
    '    email: ops@example.com',
    ...optional('    profile', issuer.profile),
    ...optional('    preferredChain', issuer.preferredChain),
    '    privateKeySecretRef:',
    `      name: ${issuer.account ?? 'account'}`,
    '    solvers:',
    '      - dns01:',
    ...(issuer.dns01 ?? ['route53: {}']).map((line) => `          ${line}`),
    '',
  ].join('\n');

export interface CertificateText {
  /** In the namespace `default`. */
  readonly name: string;
  readonly dnsNames: readonly string[];
  /** The ClusterIssuer. */
  readonly issuer: string;
  /** Default: ECDSA in cert-manager's default encoding, PKCS1. */
  readonly key?: { readonly algorithm: 'RSA' | 'ECDSA'; readonly size?: number; readonly encoding?: 'PKCS1' | 'PKCS8' };
  readonly labels?: Readonly<Record<string, string>>;
}

/** One Certificate. */
export const certificateText = ({ name, dnsNames, issuer, key, labels = {} }: CertificateText): string =>
  [
    'apiVersion: cert-manager.io/v1',
    'kind: Certificate',
    'metadata:',
    `  name: ${name}`,
    `  labels: ${JSON.stringify(labels)}`,
    'spec:',
    `  secretName: ${name}-tls`,
    `  issuerRef: { kind: ClusterIssuer, name: ${issuer} }`,
    `  privateKey: ${JSON.stringify(key ?? { algorithm: 'ECDSA' })}`,
    `  dnsNames: ${JSON.stringify(dnsNames)}`,
    '',
  ].join('\n');

/** All of it as one file in memory. */
export const declarationFiles = (all: {
  readonly issuers: readonly IssuerText[];
  readonly certificates: readonly CertificateText[];
}): { files: { file: string; text: string }[] } => ({
  files: [
    {
      file: 'declarations.yaml',
      text: [...all.issuers.map(issuerText), ...all.certificates.map(certificateText)].join('---\n'),
    },
  ],
});
