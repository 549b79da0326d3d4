// Every field of cert-manager.io/v1 Certificate (1.21), and what Evercert does with it. It must never hold a rule
// that looks at two fields.
import { BOOLEAN, type Fields, INTEGER, REQUIRED_TEXT, TEXT, TEXT_MAP, TEXTS } from './field.ts';
import { OBJECT } from './metadata-fields.ts';

/** KeyUsage (cert-manager pkg/apis/certmanager/v1/types_certificate.go): 23 names. */
export const USAGES = [
  'signing',
  'digital signature',
  'content commitment',
  'key encipherment',
  'key agreement',
  'data encipherment',
  'cert sign',
  'crl sign',
  'encipher only',
  'decipher only',
  'any',
  'server auth',
  'client auth',
  'code signing',
  'email protection',
  's/mime',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'timestamping',
  'ocsp signing',
  'microsoft sgc',
  'netscape sgc',
] as const;

const SUBJECT = {
  organizations: TEXTS,
  countries: TEXTS,
  organizationalUnits: TEXTS,
  localities: TEXTS,
  provinces: TEXTS,
  streetAddresses: TEXTS,
  postalCodes: TEXTS,
  serialNumber: TEXT,
} as const satisfies Fields;

const CONSTRAINTS = {
  dnsDomains: TEXTS,
  ipRanges: TEXTS,
  emailAddresses: TEXTS,
  uriDomains: TEXTS,
} as const satisfies Fields;

const PASSWORD_REFERENCE = {
  is: 'object',
  fields: {
    name: REQUIRED_TEXT,
    key: { is: 'text', required: true, reason: 'the property of the Secret that holds the password' },
  },
} as const;
const CREATE = { is: 'boolean', required: true, reason: 'true, to have the keystore made' } as const;

const KEYSTORES = {
  jks: { is: 'object', fields: { create: CREATE, alias: TEXT, password: TEXT, passwordSecretRef: PASSWORD_REFERENCE } },
  pkcs12: {
    is: 'object',
    fields: {
      create: CREATE,
      profile: { is: 'text', oneOf: ['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'] },
      password: TEXT,
      passwordSecretRef: PASSWORD_REFERENCE,
    },
  },
} as const satisfies Fields;

const SIGNATURE_ALGORITHMS = [
  'SHA256WithRSA',
  'SHA384WithRSA',
  'SHA512WithRSA',
  'ECDSAWithSHA256',
  'ECDSAWithSHA384',
  'ECDSAWithSHA512',
  'PureEd25519',
] as const;

const SPEC = {
  secretName: { is: 'text', required: true, reason: 'the name of the Secret that will hold tls.crt and tls.key' },
  secretTemplate: { is: 'object', fields: { annotations: TEXT_MAP, labels: TEXT_MAP } },
  issuerRef: {
    is: 'object',
    required: true,
    reason: 'the name and kind of the issuer',
    fields: {
      name: { is: 'text', required: true, reason: 'the name of an Issuer or ClusterIssuer' },
      kind: TEXT,
      group: TEXT,
    },
  },
  commonName: TEXT,
  dnsNames: TEXTS,
  duration: TEXT,
  renewBefore: TEXT,
  renewBeforePercentage: INTEGER,
  privateKey: {
    is: 'object',
    fields: {
      algorithm: { is: 'text', oneOf: ['RSA', 'ECDSA', 'Ed25519'] },
      size: INTEGER,
      encoding: { is: 'text', oneOf: ['PKCS1', 'PKCS8'] },
      rotationPolicy: { is: 'text', oneOf: ['Always', 'Never'] },
    },
  },
  revisionHistoryLimit: INTEGER,
  usages: { is: 'list', of: { is: 'text', oneOf: USAGES } },
  encodeUsagesInRequest: BOOLEAN,
  subject: { is: 'object', fields: SUBJECT },
  literalSubject: TEXT,
  isCA: BOOLEAN,
  ipAddresses: TEXTS,
  uris: TEXTS,
  emailAddresses: TEXTS,
  otherNames: {
    is: 'list',
    of: {
      is: 'object',
      fields: {
        oid: { is: 'text', required: true, reason: 'the object identifier, such as 1.3.6.1.4.1.311.20.2.3' },
        utf8Value: REQUIRED_TEXT,
      },
    },
  },
  signatureAlgorithm: { is: 'text', oneOf: SIGNATURE_ALGORITHMS },
  keystores: { is: 'object', fields: KEYSTORES },
  additionalOutputFormats: {
    is: 'list',
    of: { is: 'object', fields: { type: { is: 'text', oneOf: ['DER', 'CombinedPEM'], required: true } } },
  },
  nameConstraints: {
    is: 'object',
    fields: {
      critical: BOOLEAN,
      permitted: { is: 'object', fields: CONSTRAINTS },
      excluded: { is: 'object', fields: CONSTRAINTS },
    },
  },
  renewal: {
    is: 'object',
    fields: {
      policy: { is: 'text', oneOf: ['RenewBefore', 'Disabled'] },
      windows: {
        is: 'list',
        of: {
          is: 'object',
          fields: {
            cron: { is: 'text', required: true, reason: 'when it opens, such as "0 2 * * 1-5"' },
            windowDuration: { is: 'text', required: true, reason: 'how long it stays open, such as 2h' },
            timezone: TEXT,
          },
        },
      },
    },
  },
} as const satisfies Fields;

export const CERTIFICATE = {
  ...OBJECT,
  spec: { is: 'object', required: true, fields: SPEC },
} as const satisfies Fields;
