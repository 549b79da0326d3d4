// One certificate's row in the ledger, as the core sees it. Instants are ISO 8601 strings here, because a row is plain
// JSON; no private key, token, account key or PEM ever lies in it.

import type { Outputs } from '../certificate/outputs.ts';
import type { ErrorCode, FailureClass } from '../codes.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { Drift } from './drift.ts';
import type { Timers } from './timers.ts';

/** Where an issuance stands. `issue` is the issuer's own segment and the judgement of what it gave. */
export type Phase = 'key' | 'issue' | 'render' | 'store' | 'clean' | 'announce';

/** Why a certificate is (re-)issued, in the order in which the reasons are looked for. */
export type ReissueReason =
  | 'SecretMissing'
  | 'DataMissing'
  | 'PairDiffers'
  | 'IssuerChanged'
  | 'KeyChanged'
  | 'RequestChanged'
  | 'RenewRequested'
  | 'NearExpiry'
  /** No reason to issue: the same pair is rendered anew (encoding, formats, keystores, passwords, trust anchors). */
  | 'OutputsChanged'
  /** No reason to issue: a certificate was found in the secret and taken over. */
  | 'Adopted';

/** An issuer's own state, under one versioned attribute; only that issuer reads `state`. */
export interface SegmentState {
  readonly issuer: string;
  readonly version: number;
  readonly state: Readonly<Record<string, unknown>>;
}

/** What is current in the secret, and what it was made from. */
export interface CurrentVersion {
  readonly versionId: string;
  /** SHA-256 of the leaf's DER, 64 hex characters, lower case. */
  readonly fingerprint: string;
  readonly serial: string;
  /** How ARI names it (RFC 9773 section 4.1); absent: it has no authority key identifier. */
  readonly certId?: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly generation: number;
  readonly revision: number;
  /** What the declaration asked when it was issued, to tell later what changed. */
  readonly asked: AskedSummary;
  /** The row's renewal mark that this issuance has served. */
  readonly servedMark?: string;
  /** What lies beside the certificate; absent: its key in the encoding that was asked, and nothing else. */
  readonly rendered?: Outputs;
  /** SHA-256 (hex) of the text of `ca.crt`; absent: the issuer does not know its trust anchors. */
  readonly trust?: string;
  /** The trust (see `signerTrust` of the row) that had been told when this version was rendered. */
  readonly servedTrust?: string;
}

/** What the CA's renewal information said last (RFC 9773); it speaks for the leaf that `certId` names alone. */
export interface RenewalInfo {
  readonly certId: string;
  /** Absent: no usable answer yet. */
  readonly window?: { readonly start: string; readonly end: string };
  /** A window that was past already when it was first told: mass revocation. */
  readonly isPast?: true;
  /** Leaves in a row of which that was said, this one included; more than one: a CA that would have us renew for ever. */
  readonly pastInARow?: number;
  /** Where the CA explains the window, for people. */
  readonly explanationUrl?: string;
  /** The instant inside the window, kept until the window changes; of a past one, when it was heard. */
  readonly chosenAt?: string;
  readonly checkedAt: string;
  readonly pollAt: string;
  /** Why the last look gave no window; an earlier one stands. */
  readonly lastError?: string;
}

/** The parts of a declaration whose change means a new certificate. */
export interface AskedSummary {
  readonly issuer: string;
  readonly server: string;
  readonly profile?: string;
  readonly dnsNames: readonly string[];
  readonly commonName?: string;
  /** Lists are sorted, and absent where nothing is asked; so are the parts that the issuer does not honour. */
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
  /** `oid=value`. */
  readonly otherNames?: readonly string[];
  /** RDNs as `oid=value`, in the certificate's order; absent: none but the common name. */
  readonly subject?: string;
  readonly usages?: readonly string[];
  readonly isCa?: true;
  readonly nameConstraints?: readonly string[];
  readonly signatureAlgorithm?: string;
  readonly durationMs?: number;
  readonly key: string;
  readonly encoding: string;
  /** Annotation `evercert.dev/renew-requested`. */
  readonly renewRequested?: string;
}

export interface RowFailure {
  readonly code: ErrorCode;
  readonly class: Exclude<FailureClass, 'delivery'>;
  readonly message: string;
  readonly at: string;
  /** Failures in a row since the last success or change of the declaration. */
  readonly count: number;
  readonly retryAt: string;
  /** The declaration's generation that failed: a newer one is tried at once. */
  readonly generation: number;
  /** What had been told of the signer by then: another telling is tried at once. */
  readonly signerTrust?: string;
}

/** How an issuance ended; kept in the work until it is cleaned and announced. */
export interface WorkOutcome {
  readonly kind: 'issued' | 'failed' | 'superseded';
  /** The id of the history record and of its event. */
  readonly recordId: string;
  /** ISO 8601: when it was decided; the record and its event say the same. */
  readonly at: string;
  readonly failure?: RowFailure;
  /** Announced already, while the clean-up went on. */
  readonly told?: true;
  /** Set when the order is still good: where the next try goes on. */
  readonly resume?: Phase;
}

/** An issuance in progress. */
export interface Work {
  readonly revision: number;
  readonly keyNumber: number;
  readonly generation: number;
  readonly attemptId: string;
  readonly reason: { readonly code: ReissueReason; readonly message: string; readonly explanationUrl?: string };
  /** The row's renewal mark as the work began. */
  readonly servedMark?: string;
  readonly startedAt: string;
  readonly phase: Phase;
  /** VersionId of the staged key. */
  readonly keyVersionId?: string;
  /** VersionId of the staged bundle, and what it holds. */
  readonly bundle?: Omit<CurrentVersion, 'generation' | 'revision'>;
  readonly segment?: SegmentState;
  readonly outcome?: WorkOutcome;
  /** Circuits that this work probes: it goes on where the others wait. */
  readonly probing?: readonly string[];
  /** What was found and did not stop the issuance; for people. */
  readonly warnings?: readonly string[];
  /** What is being waited for, in words, for people. */
  readonly waitingFor?: string;
  /** The state waiting-for-issuer: the declared CA certificate (`namespace/name`) that must be there first. */
  readonly waitingForIssuer?: string;
  /** The last step was put off before anything went out, or refused; the next one begins with nothing unrecorded. */
  readonly waited?: true;
}

/** A segment whose order and authorizations are still open at the CA. */
export interface OpenSegment {
  readonly segment: SegmentState;
  readonly holder: string;
}

/** What an ended issuance could not take back at once; the next runs try again (leftover.ts). */
export interface Leftover {
  readonly since: string;
  readonly tries: number;
  /** Not tried before then. */
  readonly tryAt: string;
  /** Staging labels of ours that no issuance needs any more. */
  readonly labels?: true;
  /** Newest last. */
  readonly segments: readonly OpenSegment[];
}

/** Written by the claim's holder; by the sweep's own looks only while nobody holds the row. */
export interface Progress {
  readonly revision: number;
  readonly work?: Work;
  readonly current?: CurrentVersion;
  /** VersionId that had AWSCURRENT before `current`. */
  readonly previousVersionId?: string;
  readonly failure?: RowFailure;
  readonly renewAt?: string;
  /** How long CA, DNS and AWS may be out from `renewAt` on without an expiry (renewal/budget.ts). */
  readonly outageBudgetMs?: number;
  /** By which rule, and why then, in words. */
  readonly renewBecause?: string;
  readonly ari?: RenewalInfo;
  /** The generation whose retirement was recorded. */
  readonly retiredGeneration?: number;
  /** A retirement that was recorded and not yet announced; told also when the declaration has come back since. */
  readonly untoldRetirement?: { readonly generation: number; readonly at: string };
  /** What the secret's daily look found last. */
  readonly drift?: Drift;
  readonly leftover?: Leftover;
  /** Current versions of the secrets of keystore passwords, where the daily look found others than were read; by the name of the reference. */
  readonly passwordVersions?: Readonly<Record<string, string>>;
  /** Of a CA certificate: the trust of which all its dependents have been told, or how far the telling has come. */
  readonly dependents?: { readonly trust: string; readonly after?: string; readonly told?: true };
  /** With what the target items were last compared; absent: there are none. */
  readonly aimed?: { readonly generation: number; readonly revision: number };
  /** The run that ended in order: its execution needs no look. */
  readonly endedRun?: number;
}

/** Told by a stored CA certificate to those that it signs. */
export interface SignerTrust {
  /** The CA certificate, `namespace/name`. */
  readonly signer: string;
  /** SHA-256 (hex) of the text of its `ca.crt`. */
  readonly trust: string;
}

export interface CertificateRow extends Timers {
  readonly schema: 1;
  readonly name: string;
  readonly uid: string;
  readonly origin: 'declared';
  /** Written by reconcile alone. */
  readonly declared: DeclaredCertificate;
  readonly generation: number;
  readonly retiredAt?: string;
  /** A person's mark: one more certificate is wanted (ISO 8601). Written by RenewalMarks alone. */
  readonly renewRequestedAt?: string;
  /** What the CA certificate that signs this one has told of its trust. Written by Dependents alone. */
  readonly signerTrust?: SignerTrust;
  /** Written by the sweep alone, before each start of an execution. */
  readonly run: number;
  /** Grows with each claim; every later write of that claim is conditional on it. */
  readonly fence: number;
  readonly leaseUntil?: string;
  readonly leaseRun?: number;
  readonly progress: Progress;
  /** When the sweep must look at the row next: the earliest of its timers, or the end of a lease; absent: never (retired). */
  readonly nextActionAt?: string;
}
