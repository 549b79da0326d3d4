// The accepted issuers, each type with what it needs. Plain JSON, as they lie in the ledger's rows. It must never know
// of files being parsed, of AWS, or of what has been issued.

/** `Issuer` lives in a namespace; `ClusterIssuer` serves all of them (cert-manager.io/v1, awspca.cert-manager.io/v1beta1). */
export type IssuerKind = 'Issuer' | 'ClusterIssuer' | 'AWSPCAIssuer' | 'AWSPCAClusterIssuer';

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

interface IssuerIdentity {
  readonly kind: IssuerKind;
  /** Empty for an issuer that serves all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

/** cert-manager.io/v1 Issuer or ClusterIssuer with `spec.acme`, accepted. */
export interface AcmeIssuerSpec extends IssuerIdentity {
  readonly type: 'acme';
  readonly acme: {
    readonly server: string;
    readonly email?: string;
    /** PEM, already decoded from the declaration's base64. */
    readonly caBundlePem?: string;
    readonly skipTlsVerify: boolean;
    readonly preferredChain?: string;
    readonly profile?: string;
    /** The declared `duration` goes into the order as its `notAfter`. */
    readonly enableDurationFeature?: true;
    /** Kubernetes Secret reference of the account key; resolved by `names.accountKeySecret`. */
    readonly privateKeySecretRef: { readonly name: string; readonly key: string };
    /** The account key is brought along: none is made. */
    readonly disableAccountKeyGeneration?: true;
    /** RFC 8555 section 7.3.4; the HMAC key lies in a secret that the declaration refers to. */
    readonly externalAccountBinding?: {
      readonly keyId: string;
      readonly keySecretRef: { readonly name: string; readonly key: string };
    };
    /** `None`: ARI is not asked. */
    readonly renewalInformationSource?: 'None';
    readonly solvers: readonly SolverSpec[];
  };
}

/** Whose pair a CA issuer signs with. */
export type CaSigner =
  /** A declared Certificate, as `namespace/name`. */
  | { readonly kind: 'declared'; readonly certificate: string }
  /** Brought along: a secret that the declaration refers to, in this namespace (names.ts `referenceSecret`). */
  | { readonly kind: 'referenced'; readonly namespace: string; readonly name: string };

/** cert-manager.io/v1 Issuer or ClusterIssuer with `spec.ca`, accepted. */
export interface CaIssuerSpec extends IssuerIdentity {
  readonly type: 'ca';
  readonly ca: {
    readonly signer: CaSigner;
    readonly crlDistributionPoints?: readonly string[];
    readonly ocspServers?: readonly string[];
    readonly issuingCertificateUrls?: readonly string[];
  };
}

/** cert-manager.io/v1 Issuer or ClusterIssuer with `spec.selfSigned`, accepted. */
export interface SelfSignedIssuerSpec extends IssuerIdentity {
  readonly type: 'selfSigned';
  readonly selfSigned: { readonly crlDistributionPoints?: readonly string[] };
}

/** awspca.cert-manager.io/v1beta1 AWSPCAIssuer or AWSPCAClusterIssuer, accepted. */
export interface PrivateCaIssuerSpec extends IssuerIdentity {
  readonly type: 'awspca';
  readonly awspca: {
    /** Of the certificate authority. */
    readonly arn: string;
    /** Written, else taken from the ARN. */
    readonly region: string;
    readonly role?: string;
    /** Annotation `evercert.dev/external-id`; sts:ExternalId of `role`. */
    readonly externalId?: string;
    /** `pcaTemplate.defaultTemplateName`: stands before the choice by usages. */
    readonly templateName?: string;
    /** Annotation `evercert.dev/allow-subordinate-ca` ("0" to "3"): the longest path length that `isCA` may ask. */
    readonly allowSubordinateCa?: number;
    /** Annotation `evercert.dev/clamp-to-ca`: a certificate that would outlive its CA ends with it. */
    readonly clampToCa?: true;
  };
}

export type IssuerSpec = AcmeIssuerSpec | CaIssuerSpec | SelfSignedIssuerSpec | PrivateCaIssuerSpec;
export type IssuerType = IssuerSpec['type'];
