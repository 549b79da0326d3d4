// The one error class, the closed list of run-time codes, and what each means for the journey. It must never know
// which library or service an error came from: adapters translate at their edge.

/** fast: again inside the invocation; step: the row's backoff; wait: at a given time, no failure; human: a person must act, probed daily. */
export type FailureClass = 'fast' | 'step' | 'wait' | 'human';

interface CodeMeaning {
  readonly class: FailureClass;
  /** Whether the order (or other work at the CA) is worthless afterwards, so that the next try starts anew. */
  readonly endsWork: boolean;
  readonly summary: string;
  readonly fix: string;
}

const meaning = (m: CodeMeaning): CodeMeaning => m;

/** Code -> class, consequence and words. Each has a heading in docs/codes.md. */
export const CODES = {
  DNS_NO_ZONE: meaning({
    class: 'human',
    endsWork: true,
    summary: 'no hosted zone of ours covers the name',
    fix: 'create the public hosted zone, add its id to the setting "zones", or delegate _acme-challenge by CNAME into a zone of ours',
  }),
  DNS_DENIED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'Route53 refuses us this zone',
    fix: 'allow route53:ChangeResourceRecordSets on the zone for the advance role, or check the role and external id of the solver',
  }),
  DNS_TXT_CONFLICT: meaning({
    class: 'human',
    endsWork: false,
    summary: 'a plain TXT record stands at the challenge name',
    fix: 'remove the plain TXT record, or delegate the challenge name by CNAME',
  }),
  DNS_NAME_FULL: meaning({
    class: 'wait',
    endsWork: false,
    summary: 'eight challenge values already stand at this name',
    fix: 'nothing: it goes on as soon as one of them is done',
  }),
  DNS_CHANGE_REFUSED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'Route53 refuses the change',
    fix: 'read the messages of Route53 and mend the zone',
  }),
  DNS_NOT_SETTLED: meaning({
    class: 'step',
    endsWork: false,
    summary: 'Route53 did not report the change as INSYNC in time',
    fix: 'nothing: it is tried again',
  }),
  DNS_UNAVAILABLE: meaning({
    class: 'step',
    endsWork: false,
    summary: 'Route53 did not answer',
    fix: 'nothing: it is tried again',
  }),
  DNS_CNAME_LOOP: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the CNAME chain of the challenge name loops or is too long',
    fix: 'mend the CNAME records',
  }),
  DNS_LOOKUP_FAILED: meaning({
    class: 'step',
    endsWork: false,
    summary: 'the challenge name could not be looked up',
    fix: 'check the delegation of the zone',
  }),
  CA_UNREACHABLE: meaning({
    class: 'step',
    endsWork: false,
    summary: 'the CA did not answer',
    fix: 'nothing: it is tried again',
  }),
  CA_UNTRUSTED: meaning({
    class: 'human',
    endsWork: false,
    summary: "the TLS certificate of the CA's server is not trusted",
    fix: 'set acme.caBundle to the root of the ACME server',
  }),
  CA_RATE_LIMITED: meaning({
    class: 'wait',
    endsWork: false,
    summary: 'the CA limits the rate',
    fix: 'nothing: it is tried again when the CA says so',
  }),
  CA_PAUSED: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the CA has paused this name',
    fix: 'open the URL that the CA gives and unpause',
  }),
  CA_PROTOCOL: meaning({
    class: 'step',
    endsWork: false,
    summary: 'the CA answered what the protocol does not allow',
    fix: 'nothing: it is tried again; tell the CA when it stays',
  }),
  CA_REFUSED: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the CA refuses the request',
    fix: "read the CA's words and change the declaration",
  }),
  CA_PROFILE_UNKNOWN: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the CA does not know the profile',
    fix: 'choose a profile that the directory lists',
  }),
  CAA_FORBIDS: meaning({
    class: 'human',
    endsWork: true,
    summary: 'a CAA record forbids this CA',
    fix: 'add a CAA record that allows the CA',
  }),
  CHALLENGE_FAILED: meaning({
    class: 'step',
    endsWork: true,
    summary: 'the CA could not validate a name',
    fix: "check that the zone is delegated to Route53's name servers",
  }),
  ORDER_INVALID: meaning({
    class: 'step',
    endsWork: true,
    summary: 'the order has become invalid',
    fix: 'nothing: a new order follows',
  }),
  ORDER_EXPIRED: meaning({
    class: 'fast',
    endsWork: true,
    summary: 'the order is gone or expired',
    fix: 'nothing: a new order follows',
  }),
  CSR_REFUSED: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the CA refuses the certificate request or its key',
    fix: 'change privateKey to what the CA accepts',
  }),
  ACCOUNT_LOST: meaning({
    class: 'fast',
    endsWork: true,
    summary: 'the CA no longer knows our account',
    fix: 'nothing: the account is registered again',
  }),
  ACCOUNT_REFUSED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'the CA refuses our account',
    fix: 'the CA wants external account binding or agreement to new terms: see its words',
  }),
  ACCOUNT_BUSY: meaning({
    class: 'wait',
    endsWork: false,
    summary: 'another certificate is registering the account',
    fix: 'nothing: it goes on in a moment',
  }),
  ACCOUNT_KEY_UNFIT: meaning({
    class: 'human',
    endsWork: false,
    summary: 'the stored account key cannot be read',
    fix: 'put a PEM private key under the named property, or delete the secret so that a new account is made',
  }),
  CERT_REJECTED: meaning({
    class: 'step',
    endsWork: true,
    summary: 'what the CA issued is not what was asked; it is not published',
    fix: 'read the reasons; the previous certificate stays',
  }),
  KEY_UNFIT: meaning({
    class: 'human',
    endsWork: true,
    summary: 'rotationPolicy Never, but the current key does not fit the declaration',
    fix: 'set rotationPolicy: Always for one issuance, or the old key parameters',
  }),
  SECRET_FOREIGN: meaning({
    class: 'human',
    endsWork: false,
    summary: 'a secret of that name exists and is not ours',
    fix: 'rename one of them, or delete the foreign secret',
  }),
  SECRET_DELETED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'the secret is scheduled for deletion',
    fix: 'restore the secret, or wait until it is gone',
  }),
  SECRET_TOO_LARGE: meaning({
    class: 'human',
    endsWork: true,
    summary: 'the secret would exceed 65,536 bytes',
    fix: 'fewer names or smaller keys',
  }),
  SECRET_DENIED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'Secrets Manager refuses us the secret',
    fix: 'allow the action on the secret for the advance role',
  }),
  SECRET_CONTENTION: meaning({
    class: 'fast',
    endsWork: false,
    summary: 'the current version of the secret changed while it was written',
    fix: 'nothing: it is looked at again',
  }),
  SECRET_UNAVAILABLE: meaning({
    class: 'step',
    endsWork: false,
    summary: 'Secrets Manager did not answer',
    fix: 'nothing: it is tried again',
  }),
  STAGED_KEY_LOST: meaning({
    class: 'fast',
    endsWork: true,
    summary: 'the staged key of this issuance is gone',
    fix: 'nothing: the issuance starts anew with a new key',
  }),
  KMS_UNUSABLE: meaning({
    class: 'human',
    endsWork: false,
    summary: 'the KMS key of the secret cannot be used',
    fix: 'enable the key and allow it to the advance role; readers are affected too',
  }),
  LEDGER_UNAVAILABLE: meaning({
    class: 'step',
    endsWork: false,
    summary: 'the ledger did not answer',
    fix: 'nothing: it is tried again',
  }),
  LEASE_LOST: meaning({
    class: 'fast',
    endsWork: false,
    summary: 'another run has taken over this certificate',
    fix: 'nothing',
  }),
  AWS_DENIED: meaning({
    class: 'human',
    endsWork: false,
    summary: 'AWS refuses an action that Evercert needs',
    fix: 'compare the role with the deployed template',
  }),
  AWS_UNAVAILABLE: meaning({
    class: 'step',
    endsWork: false,
    summary: 'an AWS service did not answer',
    fix: 'nothing: it is tried again',
  }),
  INTERNAL: meaning({
    class: 'step',
    endsWork: false,
    summary: 'a fault in Evercert itself',
    fix: 'report it with the log line',
  }),
} as const satisfies Record<string, CodeMeaning>;

export type ErrorCode = keyof typeof CODES;

/** RFC 7807 problem document as RFC 8555 section 6.7 uses it; kept whole. */
export interface ProblemDocument {
  readonly type?: string;
  readonly detail?: string;
  readonly status?: number;
  readonly instance?: string;
  readonly subproblems?: readonly {
    readonly type?: string;
    readonly detail?: string;
    readonly identifier?: { readonly type: string; readonly value: string };
  }[];
}

export interface ErrorDetail {
  readonly problem?: ProblemDocument;
  /** When the other side allows the next try (Retry-After). */
  readonly retryAt?: Date;
  /** What exactly offends: DNS names, record names, secret names, reasons. */
  readonly offenders?: readonly string[];
  /** The AWS action or ACME URL that was refused. */
  readonly action?: string;
}

/** A failure that carries its code; `message` names the subject and what was seen, never any secret. */
export class EvercertError extends Error {
  readonly code: ErrorCode;
  readonly detail: ErrorDetail;
  constructor(code: ErrorCode, message: string, options: { detail?: ErrorDetail; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'EvercertError';
    this.code = code;
    this.detail = options.detail ?? {};
  }
  get class(): FailureClass {
    return CODES[this.code].class;
  }
  get endsWork(): boolean {
    return CODES[this.code].endsWork;
  }
}

/** Whatever was thrown, as an EvercertError: what no adapter has translated is INTERNAL. */
export const asEvercertError = (thrown: unknown): EvercertError =>
  thrown instanceof EvercertError
    ? thrown
    : new EvercertError('INTERNAL', thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown), {
        cause: thrown,
      });
