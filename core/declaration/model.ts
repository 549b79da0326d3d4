// The accepted declaration: what the rest of the house knows of YAML. Plain JSON, so that it can lie in the ledger
// as it is. It must never know of files being parsed, of AWS, or of what has been issued.

/** `Issuer` lives in a namespace; `ClusterIssuer` serves all of them (cert-manager.io/v1). */
export type IssuerKind = 'Issuer' | 'ClusterIssuer';

/** cert-manager.io/v1 Certificate.spec.privateKey, with every default filled in. */
export interface PrivateKeySpec {
  readonly algorithm: 'RSA' | 'ECDSA';
  /** RSA: modulus bits (2048-8192). ECDSA: curve bits (256, 384, 521). */
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

/** cert-manager.io/v1 Certificate, accepted: names are lower-case A-labels without trailing dot, no duplicates, in declared order. */
export interface CertificateSpec {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly secretName: string;
  readonly issuerRef: { readonly kind: IssuerKind; readonly name: string; readonly group: string };
  readonly commonName?: string;
  readonly dnsNames: readonly string[];
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
  readonly usages: readonly string[];
  readonly subject?: Readonly<Record<string, unknown>>;
  readonly revisionHistoryLimit?: number;
  readonly secretTemplate: {
    readonly annotations: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** One `acme.solvers[]` entry that Evercert can act on, or one that it stands in for (see `standIn`). */
export interface SolverSpec {
  readonly selector: {
    readonly dnsNames: readonly string[];
    readonly dnsZones: readonly string[];
    readonly matchLabels: Readonly<Record<string, string>>;
  };
  readonly cnameStrategy: 'None' | 'Follow';
  readonly route53: {
    readonly region?: string;
    readonly hostedZoneId?: string;
    readonly role?: string;
    /** Annotation `evercert.dev/route53-external-id` on the issuer; sts:ExternalId of `role`. */
    readonly externalId?: string;
  };
  /** Set where the declaration names HTTP-01 or another DNS provider: Route53 DNS-01 stands in for it. */
  readonly standIn?: string;
}

/** cert-manager.io/v1 Issuer or ClusterIssuer with `spec.acme`, accepted. */
export interface IssuerSpec {
  readonly kind: IssuerKind;
  /** Empty for a ClusterIssuer. */
  readonly namespace: string;
  readonly name: string;
  readonly acme: {
    readonly server: string;
    readonly email?: string;
    /** PEM, already decoded from the declaration's base64. */
    readonly caBundlePem?: string;
    readonly skipTlsVerify: boolean;
    readonly preferredChain?: string;
    readonly profile?: string;
    /** Kubernetes Secret reference of the account key; resolved by `names.accountKeySecret`. */
    readonly privateKeySecretRef: { readonly name: string; readonly key: string };
    readonly solvers: readonly SolverSpec[];
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
