// The roles that renewal needs played beside those of core/ports.ts.

/** A directory and how to reach it. */
export interface AcmeDirectory {
  readonly url: string;
  readonly caBundlePem?: string;
  readonly skipTlsVerify: boolean;
}

/** What a CA says of one certificate (RFC 9773 section 4.2), as it said it: judged elsewhere. */
export interface RenewalAnswer {
  readonly window: { readonly start: Date; readonly end: Date };
  readonly explanationUrl?: string;
  /** Retry-After, in ms from now; absent where it is missing or unreadable. */
  readonly retryAfterMs?: number;
}

export interface RenewalInformation {
  /**
   * One unauthenticated GET, and that of the directory where it is not remembered. `unsupported`: the directory offers none.
   * Read only. Errors: CA_UNREACHABLE, CA_UNTRUSTED, CA_PROTOCOL, CA_REFUSED, CA_RATE_LIMITED (detail.retryAt).
   */
  read(request: { directory: AcmeDirectory; certId: string }): Promise<RenewalAnswer | 'unsupported'>;
}

export interface RenewalMarks {
  /**
   * Marks a row: one more certificate is wanted, whatever its dates and its last failure say. Due now, unless somebody is
   * at work; the mark outlives that. False: no such row, or it is retired.
   */
  request(mark: { name: string; now: Date }): Promise<boolean>;
}
