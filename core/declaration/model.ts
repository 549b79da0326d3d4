// The accepted declaration: what the rest of the house knows of YAML. Plain JSON, so that it can lie in the ledger
// as it is. It must never know of files being parsed, of AWS, or of what has been issued.
import type { DeliverySpec } from '../bridge/model.ts';
import type { IssuerKind, IssuerSpec } from './issuer-model.ts';

/** cert-manager.io/v1 Certificate.spec.privateKey, with every default filled in. */
export interface PrivateKeySpec {
  readonly algorithm: 'RSA' | 'ECDSA' | 'Ed25519';
  /** RSA: modulus bits (2048-8192). ECDSA: curve bits (256, 384, 521). Ed25519: 256. */
  readonly size: number;
  readonly encoding: 'PKCS1' | 'PKCS8';
  readonly rotationPolicy: 'Always' | 'Never';
}

/** Where a declared thing stands, for messages: 1-based line. */
export interface SourcePosition {
  readonly file: string;
  readonly line: number;
}

/** One `spec.renewal.windows[]` entry: open for `durationMs` from each instant that the expression names. */
export interface RenewalWindow {
  /** Five fields, or `@daily` and its like. */
  readonly cron: string;
  readonly durationMs: number;
  /** Of the tz database. */
  readonly timeZone: string;
}

/** `spec.subject`, in cert-manager's words; absent parts are not asked for. */
export interface SubjectSpec {
  readonly organizations?: readonly string[];
  readonly countries?: readonly string[];
  readonly organizationalUnits?: readonly string[];
  readonly localities?: readonly string[];
  readonly provinces?: readonly string[];
  readonly streetAddresses?: readonly string[];
  readonly postalCodes?: readonly string[];
  readonly serialNumber?: string;
}

/** One half of `spec.nameConstraints` (RFC 5280 section 4.2.1.10); ranges are CIDR. */
export interface NameSubtrees {
  readonly dnsDomains?: readonly string[];
  readonly ipRanges?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly uriDomains?: readonly string[];
}

export interface NameConstraintsSpec {
  readonly critical: boolean;
  readonly permitted?: NameSubtrees;
  readonly excluded?: NameSubtrees;
}

/** cert-manager's `signatureAlgorithm`: must fit the key that signs the request. */
export type SignatureAlgorithm =
  | 'SHA256WithRSA'
  | 'SHA384WithRSA'
  | 'SHA512WithRSA'
  | 'ECDSAWithSHA256'
  | 'ECDSAWithSHA384'
  | 'ECDSAWithSHA512'
  | 'PureEd25519';

/** Where a keystore's password comes from: the property of a secret that the declaration refers to, or the text itself. */
export type KeystorePassword =
  | { readonly text: string }
  | { readonly secretRef: { readonly name: string; readonly key: string } };

export interface KeystoresSpec {
  readonly pkcs12?: {
    readonly profile: 'LegacyRC2' | 'LegacyDES' | 'Modern2023' | 'Modern2026';
    readonly password: KeystorePassword;
  };
  readonly jks?: { readonly alias: string; readonly password: KeystorePassword };
}

/** cert-manager.io/v1 Certificate, accepted: names are lower-case A-labels without trailing dot, no duplicates, in declared order. */
export interface CertificateSpec {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly secretName: string;
  readonly issuerRef: { readonly kind: IssuerKind; readonly name: string; readonly group: string };
  readonly commonName?: string;
  readonly dnsNames: readonly string[];
  /** Canonical text: dotted IPv4, IPv6 by RFC 5952. */
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
  readonly otherNames?: readonly { readonly oid: string; readonly utf8Value: string }[];
  readonly durationMs?: number;
  readonly renewBeforeMs?: number;
  readonly renewBeforePercentage?: number;
  /** Annotation `evercert.dev/on-drift`; absent: report, but repair where readers would get nothing. */
  readonly onDrift?: 'report' | 'repair';
  /** `spec.renewal`; it only postpones, and never past the emergency margin. */
  readonly renewal?: { readonly policy: 'RenewBefore' | 'Disabled'; readonly windows: readonly RenewalWindow[] };
  /** Annotation `evercert.dev/renew-requested`: another text asks for one more certificate. */
  readonly renewRequested?: string;
  readonly privateKey: PrivateKeySpec;
  /** As written; empty means cert-manager's default, digital signature and key encipherment. */
  readonly usages: readonly string[];
  /** Absent: usages are in the request, as the default is. */
  readonly encodeUsagesInRequest?: false;
  readonly isCa?: true;
  readonly nameConstraints?: NameConstraintsSpec;
  readonly subject?: SubjectSpec;
  /** RFC 4514; excludes `subject` and `commonName`; its RDNs stand in the certificate in reverse of the written order. */
  readonly literalSubject?: string;
  readonly signatureAlgorithm?: SignatureAlgorithm;
  readonly keystores?: KeystoresSpec;
  readonly additionalOutputFormats?: readonly ('CombinedPEM' | 'DER')[];
  /** Annotation `cert-manager.io/issue-temporary-certificate`: a self-signed stand-in until the first certificate is there. */
  readonly temporaryCertificate?: true;
  readonly revisionHistoryLimit?: number;
  /** Where it is delivered to; absent: to no cluster. */
  readonly delivery?: DeliverySpec;
  readonly secretTemplate: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** One certificate with the issuer that it resolved to: the unit that reconcile compares and a row carries. */
export interface DeclaredCertificate {
  /** `namespace/name`: the one name that travels from declaration to served socket. */
  readonly name: string;
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerSpec;
  /** SHA-256 (hex) over the canonical JSON of certificate and issuer: changes when anything accepted changes. */
  readonly hash: string;
}

/** All that one folder declares. `hash` identifies the whole (hex SHA-256 over the certificates' names and hashes, sorted). */
export interface Catalogue {
  readonly hash: string;
  /** Sorted by name. */
  readonly certificates: readonly DeclaredCertificate[];
}

/** One finding of `evercert check`; this is the JSON shape that users script against. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: string;
  /** Relative to the checked path. */
  readonly file: string;
  /** 1-based; at the value, at the key if it is unknown, at the parent's key if it is missing. */
  readonly line: number;
  readonly column: number;
  /** Like `spec.dnsNames[0]`. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
}
