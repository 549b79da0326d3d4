// Every field of cert-manager.io/v1 Certificate (1.21), and what Evercert does with it. It must never hold a rule
// that looks at two fields.
import { BOOLEAN, type Fields, INTEGER, SECRET_KEY, TEXT, TEXT_MAP, TEXTS } from './field.ts';
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

const NOT_YET = 'ACME CAs issue for DNS names only; leave it out';
const IGNORED = 'public CAs decide it themselves';

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

const KEYSTORES = {
  jks: { is: 'object', fields: { create: BOOLEAN, alias: TEXT, password: TEXT, passwordSecretRef: SECRET_KEY } },
  pkcs12: {
    is: 'object',
    fields: {
      create: BOOLEAN,
      profile: { is: 'text', oneOf: ['LegacyRC2', 'LegacyDES', 'Modern2023', 'Modern2026'] },
      password: TEXT,
      passwordSecretRef: SECRET_KEY,
    },
  },
} as const satisfies Fields;

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
      algorithm: {
        is: 'text',
        oneOf: ['RSA', 'ECDSA', 'Ed25519'],
        refusedValues: ['Ed25519'],
        reason: 'write ECDSA or RSA: no public CA signs Ed25519 keys',
      },
      size: INTEGER,
      encoding: { is: 'text', oneOf: ['PKCS1', 'PKCS8'] },
      rotationPolicy: { is: 'text', oneOf: ['Always', 'Never'] },
    },
  },
  revisionHistoryLimit: INTEGER,
  usages: { is: 'list', of: { is: 'text', oneOf: USAGES }, status: 'no-effect', reason: IGNORED },
  subject: { is: 'object', fields: SUBJECT, status: 'no-effect', reason: IGNORED },
  isCA: { is: 'boolean', status: 'refused', harmless: false, reason: 'ACME CAs issue no CA certificates' },
  literalSubject: { is: 'text', status: 'refused', reason: 'public CAs ignore the subject; leave it out' },
  ipAddresses: { is: 'list', of: TEXT, status: 'refused', reason: NOT_YET },
  uris: { is: 'list', of: TEXT, status: 'refused', reason: NOT_YET },
  emailAddresses: { is: 'list', of: TEXT, status: 'refused', reason: NOT_YET },
  otherNames: {
    is: 'list',
    of: { is: 'object', fields: { oid: TEXT, utf8Value: TEXT } },
    status: 'refused',
    reason: NOT_YET,
  },
  encodeUsagesInRequest: {
    is: 'boolean',
    status: 'refused',
    harmless: true,
    reason: 'leave it out: public CAs ignore requested usages',
  },
  signatureAlgorithm: { is: 'text', status: 'refused', reason: 'leave it out: the CA chooses how it signs' },
  keystores: {
    is: 'object',
    fields: KEYSTORES,
    status: 'refused',
    reason: 'make the keystore from tls.key and tls.crt where it is used',
  },
  additionalOutputFormats: {
    is: 'list',
    of: { is: 'object', fields: { type: { is: 'text', oneOf: ['DER', 'CombinedPEM'] } } },
    status: 'refused',
    reason: 'combine tls.key and tls.crt where they are used',
  },
  nameConstraints: {
    is: 'object',
    fields: {
      critical: BOOLEAN,
      permitted: { is: 'object', fields: CONSTRAINTS },
      excluded: { is: 'object', fields: CONSTRAINTS },
    },
    status: 'refused',
    reason: 'only CA certificates carry name constraints',
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
