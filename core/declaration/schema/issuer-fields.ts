// Every field of cert-manager.io/v1 Issuer and ClusterIssuer (1.21). It must never hold a rule that looks at two fields.
import { ANY, BOOLEAN, type Fields, REQUIRED_TEXT, SECRET_KEY, TEXT, TEXTS } from './field.ts';
import { OBJECT } from './metadata-fields.ts';
import { SECRET_REFERENCE, SOLVER } from './solver-fields.ts';

const OTHER_SYSTEM = 'Evercert signs with acme, ca, selfSigned or AWS Private CA: use one of them';

const ACME = {
  server: {
    is: 'text',
    required: true,
    reason: "the directory's URL, such as https://acme-v02.api.letsencrypt.org/directory",
  },
  email: TEXT,
  caBundle: TEXT,
  skipTLSVerify: BOOLEAN,
  preferredChain: TEXT,
  profile: TEXT,
  privateKeySecretRef: SECRET_REFERENCE,
  solvers: { is: 'list', of: { is: 'object', fields: SOLVER } },
  disableAccountKeyGeneration: BOOLEAN,
  enableDurationFeature: BOOLEAN,
  externalAccountBinding: {
    is: 'object',
    fields: {
      keyID: { is: 'text', required: true, reason: 'the key identifier that the CA gave for the account' },
      keySecretRef: {
        is: 'object',
        required: true,
        reason: 'name and key of the Secret that holds the HMAC key',
        fields: {
          name: REQUIRED_TEXT,
          key: { is: 'text', required: true, reason: 'the property of the Secret that holds the HMAC key' },
        },
      },
      keyAlgorithm: {
        is: 'text',
        status: 'no-effect',
        reason: 'a binding is always signed with HS256; leave it out',
      },
    },
  },
  renewalInformationSource: { is: 'text', oneOf: ['ARI', 'None'] },
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
    fields: {
      secretName: { is: 'text', required: true, reason: 'the Secret of the pair that signs' },
      crlDistributionPoints: TEXTS,
      ocspServers: TEXTS,
      issuingCertificateURLs: TEXTS,
    },
  },
  selfSigned: { is: 'object', fields: { crlDistributionPoints: TEXTS } },
  vault: { is: 'object', fields: VAULT, status: 'refused', reason: OTHER_SYSTEM },
  venafi: { is: 'object', fields: VENAFI, status: 'refused', reason: OTHER_SYSTEM },
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
