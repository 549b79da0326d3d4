// What a certificate (or a request for one) is to say, whoever signs it: subject, names, usages and constraints, as they
// stand in X.509 (RFC 5280). It must never know who signs, nor how DER is written.
import { parseLiteralSubject } from '../declaration/literal-subject.ts';
import type { CertificateSpec, NameConstraintsSpec, SignatureAlgorithm } from '../declaration/model.ts';

/** One RDN: most have one attribute; a literal subject may join several with `+`. */
export type Rdn = readonly { readonly oid: string; readonly value: string }[];

export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly uris: readonly string[];
  readonly emailAddresses: readonly string[];
  readonly otherNames: readonly { readonly oid: string; readonly utf8Value: string }[];
}

export interface CertificateContent {
  /** In the order in which they stand in the certificate. */
  readonly subject: readonly Rdn[];
  readonly names: AlternativeNames;
  /** cert-manager's words; never empty. */
  readonly usages: readonly string[];
  readonly isCa: boolean;
  readonly nameConstraints?: NameConstraintsSpec;
  /** How the request is signed; absent: SHA-256 for RSA and P-256, SHA-384 and SHA-512 for the larger curves. */
  readonly signatureAlgorithm?: SignatureAlgorithm;
}

export const DEFAULT_USAGES = ['digital signature', 'key encipherment'] as const;

/** The attribute types of a subject and their place: the order in which cert-manager (Go's pkix.Name) writes them. */
const SUBJECT_PARTS = [
  ['2.5.4.6', 'countries'],
  ['2.5.4.10', 'organizations'],
  ['2.5.4.11', 'organizationalUnits'],
  ['2.5.4.7', 'localities'],
  ['2.5.4.8', 'provinces'],
  ['2.5.4.9', 'streetAddresses'],
  ['2.5.4.17', 'postalCodes'],
] as const;

const COMMON_NAME = '2.5.4.3';
const SERIAL_NUMBER = '2.5.4.5';

/** The accepted text has been parsed once already: it has no fault. */
const literal = (text: string): readonly Rdn[] => {
  const parsed = parseLiteralSubject(text);
  return 'rdns' in parsed ? parsed.rdns : [];
};

/** One RDN an attribute type (its values joined in one set), as Go writes it. */
const partsOf = ({ subject = {}, commonName }: CertificateSpec): readonly Rdn[] => [
  ...SUBJECT_PARTS.flatMap(([oid, part]): Rdn[] => {
    const values = subject[part] ?? [];
    return values.length === 0 ? [] : [values.map((value) => ({ oid, value }))];
  }),
  ...(commonName === undefined ? [] : [[{ oid: COMMON_NAME, value: commonName }]]),
  ...(subject.serialNumber === undefined ? [] : [[{ oid: SERIAL_NUMBER, value: subject.serialNumber }]]),
];

/** What the declaration asks to be said. */
export const contentOf = (spec: CertificateSpec): CertificateContent => ({
  subject: spec.literalSubject === undefined ? partsOf(spec) : literal(spec.literalSubject),
  names: {
    dnsNames: spec.dnsNames,
    ipAddresses: spec.ipAddresses ?? [],
    uris: spec.uris ?? [],
    emailAddresses: spec.emailAddresses ?? [],
    otherNames: spec.otherNames ?? [],
  },
  usages: spec.usages.length > 0 ? spec.usages : DEFAULT_USAGES,
  isCa: spec.isCa === true,
  ...(spec.nameConstraints === undefined ? {} : { nameConstraints: spec.nameConstraints }),
  ...(spec.signatureAlgorithm === undefined ? {} : { signatureAlgorithm: spec.signatureAlgorithm }),
});
