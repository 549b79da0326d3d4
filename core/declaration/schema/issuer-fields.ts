// Every field of cert-manager.io/v1 Issuer and ClusterIssuer (1.21). It must never hold a rule that looks at two fields.
import { ANY, type Fields, SECRET_KEY, TEXT, TEXTS } from './field.ts';
import { OBJECT } from './metadata-fields.ts';
import { SECRET_REFERENCE, SOLVER } from './solver-fields.ts';

const NO_TYPE_YET = 'for now only ACME issuers are supported (spec.acme)';

const ACME = {
  server: {
    is: 'text',
    required: true,
    reason: "the directory's URL, such as https://acme-v02.api.letsencrypt.org/directory",
  },
  email: TEXT,
  caBundle: TEXT,
  skipTLSVerify: { is: 'boolean' },
  preferredChain: TEXT,
  profile: TEXT,
  privateKeySecretRef: SECRET_REFERENCE,
  solvers: { is: 'list', of: { is: 'object', fields: SOLVER } },
  disableAccountKeyGeneration: {
    is: 'boolean',
    status: 'refused',
    harmless: false,
    reason: 'Evercert makes the account key; leave it out',
  },
  enableDurationFeature: {
    is: 'boolean',
    status: 'refused',
    harmless: false,
    reason: 'the CA chooses the lifetime; leave it out',
  },
  externalAccountBinding: {
    is: 'object',
    fields: { keyID: TEXT, keySecretRef: SECRET_KEY, keyAlgorithm: TEXT },
    status: 'refused',
    reason: 'use a CA that opens accounts without a binding',
  },
  renewalInformationSource: { is: 'text', oneOf: ['ARI', 'None'], status: 'refused', reason: 'leave it out' },
} as const satisfies Fields;

const SERVICE_ACCOUNT = { is: 'object', fields: { name: TEXT, audiences: TEXTS } } as const;

const VAULT_AUTH = {
  tokenSecretRef: SECRET_KEY,
  appRole: { is: 'object', fields: { path: TEXT, roleId: TEXT, secretRef: SECRET_KEY } },
  clientCertificate: { is: 'object', fields: { mountPath: TEXT, name: TEXT, secretName: TEXT } },
  kubernetes: {
    is: 'object',
    fields: { mountPath: TEXT, role: TEXT, secretRef: SECRET_KEY, serviceAccountRef: SERVICE_ACCOUNT },
  },
  aws: {
    is: 'object',
    fields: {
      role: TEXT,
      mountPath: TEXT,
      region: TEXT,
      iamRoleArn: TEXT,
      vaultHeaderValue: TEXT,
      serviceAccountRef: SERVICE_ACCOUNT,
    },
  },
} as const satisfies Fields;

const VAULT = {
  server: TEXT,
  serverName: TEXT,
  path: TEXT,
  namespace: TEXT,
  caBundle: TEXT,
  caBundleSecretRef: SECRET_KEY,
  clientCertSecretRef: SECRET_KEY,
  clientKeySecretRef: SECRET_KEY,
  auth: { is: 'object', fields: VAULT_AUTH },
} as const satisfies Fields;

const VENAFI = {
  zone: TEXT,
  tpp: {
    is: 'object',
    fields: {
      url: TEXT,
      credentialsRef: { is: 'object', fields: { name: TEXT } },
      caBundle: TEXT,
      caBundleSecretRef: SECRET_KEY,
    },
  },
  cloud: { is: 'object', fields: { url: TEXT, apiTokenSecretRef: SECRET_KEY } },
  ngts: {
    is: 'object',
    fields: { url: TEXT, tokenEndpoint: TEXT, tsgID: TEXT, credentialsRef: { is: 'object', fields: { name: TEXT } } },
  },
} as const satisfies Fields;

const SPEC = {
  acme: { is: 'object', fields: ACME },
  ca: {
    is: 'object',
    fields: { secretName: TEXT, crlDistributionPoints: TEXTS, ocspServers: TEXTS, issuingCertificateURLs: TEXTS },
    status: 'refused',
    reason: NO_TYPE_YET,
  },
  selfSigned: { is: 'object', fields: { crlDistributionPoints: TEXTS }, status: 'refused', reason: NO_TYPE_YET },
  vault: { is: 'object', fields: VAULT, status: 'refused', reason: NO_TYPE_YET },
  venafi: { is: 'object', fields: VENAFI, status: 'refused', reason: NO_TYPE_YET },
} as const satisfies Fields;

/** The issuer types of cert-manager: an issuer names exactly one. */
export const ISSUER_TYPES = [
  'acme',
  'ca',
  'selfSigned',
  'vault',
  'venafi',
] as const satisfies readonly (keyof typeof SPEC)[];

export const ISSUER = {
  ...OBJECT,
  status: ANY,
  spec: { is: 'object', required: true, fields: SPEC },
} as const satisfies Fields;
