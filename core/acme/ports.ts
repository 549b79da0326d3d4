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
  /** Goes with newAccount, and with nothing else. */
  readonly externalAccount?: ExternalAccount;
}

/** Credentials of an external account binding (RFC 8555 section 7.3.4); `hmacKey` is base64url or base64, signed with as HS256. */
export interface ExternalAccount {
  readonly keyId: string;
  readonly hmacKey: Sealed<string>;
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
  /** `pending` also where a CA calls an authorization `processing`. */
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
  /** The account's contact (section 7.3.2); without `email`: none. */
  setContact(contact: { email?: string }): Promise<void>;
}

export interface AcmeRollover {
  /** Whether the directory has keyChange. */
  isOffered(): Promise<boolean>;
  /** Section 7.3.5: from then on the account answers to the new key alone. Not idempotent: after any error, look which key it knows. */
  change(newKey: Sealed<string>): Promise<void>;
}

export interface AcmeOrderRequest {
  readonly dnsNames: readonly string[];
  readonly profile?: string;
  readonly replaces?: string;
  /** The end that the certificate is to have (section 7.4), to the second; many CAs refuse it. */
  readonly notAfter?: Date;
}

export interface AcmeOrders {
  /** Not idempotent: a lost answer leaves an orphan. Where the CA refuses `replaces`, once more without it. */
  open(request: AcmeOrderRequest): Promise<AcmeOrder>;
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
  /**
   * Leaf first, PEM. Only for an order that is `valid`. With `preferredChain`, the chain whose topmost issuer CN matches (the
   * alternates are fetched only for that), else the default one and the names that were found instead.
   */
  download(request: { order: AcmeOrder; preferredChain?: string }): Promise<DownloadedChain>;
}

export interface DownloadedChain {
  readonly chainPem: string;
  /** Set where no chain leads to the preferred root: the issuers at whose top the offered chains end. */
  readonly offered?: readonly string[];
}

export interface AcmeMeta {
  /** The host names by which CAA records name this CA (section 9.7.6); empty where the directory tells none. */
  caaIdentities(): Promise<readonly string[]>;
  /** Whether newAccount needs an external account binding (section 7.1.1). */
  externalAccountRequired(): Promise<boolean>;
}

export interface AcmeSession {
  readonly accounts: AcmeAccounts;
  readonly orders: AcmeOrders;
  readonly authorizations: AcmeAuthorizations;
  readonly certificates: AcmeCertificates;
  readonly meta: AcmeMeta;
  readonly rollover: AcmeRollover;
}

/** Opens no connection by itself: cheap. */
export interface AcmeCa {
  session(connection: AcmeConnection): AcmeSession;
}

export interface AccountRecord {
  readonly url?: string;
  /** VersionId of the key that the URL belongs to. */
  readonly keyVersionId?: string;
  /** The contact address that the CA was told last; absent: none. */
  readonly email?: string;
  /** Key id of the external account binding that was spent on an account; kept when that account is lost. */
  readonly externalAccountKeyId?: string;
  /** ISO 8601: a new key lies staged beside the old one, and the CA may know either. */
  readonly rolloverSince?: string;
}

/** One ACME account per (directory, key reference), registered by one holder at a time. */
export interface AccountBook {
  read(id: string): Promise<AccountRecord | undefined>;
  /** Conditional: true when nobody registers right now; expires by itself at `until`. */
  lock(request: { id: string; holder: string; now: Date; until: Date }): Promise<boolean>;
  /** Writes what is known and frees the lock of that holder; without `record`, only frees it. */
  save(request: { id: string; holder: string; record?: AccountRecord }): Promise<void>;
}
