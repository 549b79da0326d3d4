// The role that ACM Private CA plays, with its obligations (test/contracts/private-ca.ts). It must never name an SDK.

/** Which CA, and how to reach it. */
export interface CaAccess {
  readonly arn: string;
  readonly region: string;
  /** Of another account; assumed with `externalId` where there is one. */
  readonly role?: string;
  readonly externalId?: string;
}

/** DescribeCertificateAuthority, as far as it matters here. */
export interface CaDescription {
  /** CREATING, PENDING_CERTIFICATE, ACTIVE, DISABLED, EXPIRED, DELETED, FAILED. */
  readonly status: string;
  /** GENERAL_PURPOSE or SHORT_LIVED_CERTIFICATE (at most seven days). */
  readonly usageMode: string;
  /** The CA's own, like SHA256WITHECDSA: what it signs with must be of its key's family. */
  readonly signingAlgorithm: string;
  /** End of the CA's certificate; absent while it has none. */
  readonly notAfter?: Date;
  readonly notBefore?: Date;
}

export interface IssueRequest {
  readonly access: CaAccess;
  /** PKCS#10, DER. */
  readonly csr: Uint8Array;
  readonly templateArn: string;
  readonly signingAlgorithm: string;
  /** Whole seconds: sent as ABSOLUTE (API_Validity). */
  readonly notAfter: Date;
  /** At most 36 characters; the same one within five minutes gives the same certificate (API_IssueCertificate). */
  readonly token: string;
}

/**
 * One CA of ACM Private CA. Errors: PRIVATE_CA_DENIED, PRIVATE_CA_UNUSABLE, PRIVATE_CA_QUOTA, CSR_REFUSED, CA_REFUSED,
 * ORDER_INVALID (the certificate failed or is unknown), CA_RATE_LIMITED (never tried again inside), CA_UNREACHABLE.
 */
export interface PrivateCa {
  describe(access: CaAccess): Promise<CaDescription>;
  /** Gives the certificate's ARN. Each request is billed: it is sent again with the same token alone. */
  issue(request: IssueRequest): Promise<string>;
  /** PEM, leaf first, up to the root where the CA knows it; undefined: still in progress. */
  certificate(request: { access: CaAccess; certificateArn: string }): Promise<string | undefined>;
}
