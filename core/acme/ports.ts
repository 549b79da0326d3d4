// The ACME CA as the ACME segment needs it (RFC 8555). Every method is one request (or as few as the protocol allows):
// no polling, no sleeping, no retrying beyond badNonce. Errors are EvercertErrors: CA_UNREACHABLE, CA_UNTRUSTED,
// CA_RATE_LIMITED (detail.retryAt), CA_PAUSED, CA_PROTOCOL, CA_REFUSED, CA_PROFILE_UNKNOWN, CAA_FORBIDS, CSR_REFUSED,
// ACCOUNT_LOST, ACCOUNT_REFUSED, ACCOUNT_KEY_UNFIT, CHALLENGE_FAILED, ORDER_EXPIRED (404 on an order). The problem document is whole in detail.problem.
import type { ProblemDocument } from '../errors.ts';
import type { Sealed } from '../sealed.ts';

export interface AcmeConnection {
  readonly directoryUrl: string;
  readonly caBundlePem?: string;
  readonly skipTlsVerify: boolean;
  readonly accountKey: Sealed<string>;
  /** Absent before registration. */
  readonly accountUrl?: string;
}

/** RFC 8555 section 7.1.3. */
export interface AcmeOrder {
  readonly url: string;
  readonly status: 'pending' | 'ready' | 'processing' | 'valid' | 'invalid';
  readonly dnsNames: readonly string[];
  readonly authorizationUrls: readonly string[];
  /** Where to finalize; an order that was put together without it is read once more for it. */
  readonly finalizeUrl?: string;
  readonly certificateUrl?: string;
  readonly profile?: string;
  /** As the CA says it back (RFC 9773 section 5); absent: it was not asked, refused or left out. */
  readonly replaces?: string;
  readonly error?: ProblemDocument;
  /** Retry-After of the answer, if there was one, in ms from now. */
  readonly retryAfterMs?: number;
}

/** RFC 8555 section 7.1.4, with its dns-01 challenge. */
export interface AcmeAuthorization {
  readonly url: string;
  readonly dnsName: string;
  readonly wildcard: boolean;
  readonly status: 'pending' | 'valid' | 'invalid' | 'deactivated' | 'expired' | 'revoked';
  readonly dns01?: {
    readonly url: string;
    readonly status: 'pending' | 'processing' | 'valid' | 'invalid';
    /** What the TXT record must say: base64url(SHA-256(key authorization)), section 8.4. */
    readonly txtValue: string;
    readonly error?: ProblemDocument;
  };
  readonly retryAfterMs?: number;
}

export interface AcmeAccounts {
  /** newAccount with agreed terms; gives the account URL. */
  register(contact: { email?: string }): Promise<string>;
  /** newAccount with onlyReturnExisting; undefined when the CA knows no account of this key. */
  recover(): Promise<string | undefined>;
}

export interface AcmeOrders {
  /** Not idempotent: a lost answer leaves an orphan. Where the CA refuses `replaces`, once more without it. */
  open(request: { dnsNames: readonly string[]; profile?: string; replaces?: string }): Promise<AcmeOrder>;
  read(orderUrl: string): Promise<AcmeOrder>;
  /** Not idempotent: after any error, read the order first. */
  finalize(request: { order: AcmeOrder; csrDer: Uint8Array }): Promise<AcmeOrder>;
}

export interface AcmeAuthorizations {
  read(url: string): Promise<AcmeAuthorization>;
  /** POST {} to the dns-01 challenge: tells the CA to look. Harmless on one that is no longer pending. */
  answer(authorization: { readonly dns01?: { readonly url: string } }): Promise<void>;
  /** Gives up an authorization (section 7.5.2); one that is already dead is fine. */
  deactivate(url: string): Promise<void>;
}

export interface AcmeCertificates {
  /** Leaf first, PEM. Only for an order that is `valid`. With `preferredChain`, the alternate whose topmost issuer CN matches, else the default. */
  download(request: { order: AcmeOrder; preferredChain?: string }): Promise<string>;
}

export interface AcmeMeta {
  /** The host names by which CAA records name this CA (section 9.7.6); empty where the directory tells none. */
  caaIdentities(): Promise<readonly string[]>;
}

export interface AcmeSession {
  readonly accounts: AcmeAccounts;
  readonly orders: AcmeOrders;
  readonly authorizations: AcmeAuthorizations;
  readonly certificates: AcmeCertificates;
  readonly meta: AcmeMeta;
}

/** Opens no connection by itself: cheap. */
export interface AcmeCa {
  session(connection: AcmeConnection): AcmeSession;
}
