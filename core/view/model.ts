// What a person is shown of certificates: one shape for the page, the widget, the digest and the command line. Plain JSON
// (instants are ISO 8601); made from the ledger alone. It must never know how it is drawn, and holds no secret.
import type { Lateness } from '../health/life.ts';

/**
 * `issuing`: nothing is current yet and nothing has failed. `waiting`: others decide when it goes on (a CA that is not there,
 * a limit, a circuit). `failing`: the last attempt failed, also while it is tried again.
 */
export type ViewState = 'ready' | 'renewing' | 'issuing' | 'waiting' | 'failing' | 'expired' | 'retired';

/** Why it is not well, in the shape that every error of the house has. */
export interface ViewProblem {
  readonly code: string;
  /** What was seen. */
  readonly message: string;
  readonly fix: string;
  /** Of what failed: when it was tried last. */
  readonly since: string;
  /** In a row; 0: it has not failed, it waits. */
  readonly tries: number;
  /** When it is tried again by itself. */
  readonly nextTryAt?: string;
}

export interface DeliveryView {
  readonly cluster: string;
  /** `*`: each labelled namespace. */
  readonly namespace: string;
  readonly secret: string;
  readonly state: 'delivered' | 'pending' | 'lagging';
  readonly versionId?: string;
  readonly fingerprint?: string;
  readonly since: string;
  readonly seconds?: number;
  readonly problem?: ViewProblem;
}

export interface HistoryView {
  readonly at: string;
  /** As the event's detail-type says it, such as `renewed`. */
  readonly kind: string;
  readonly reason?: string;
  readonly message?: string;
  readonly fingerprint?: string;
}

export interface CertificateView {
  /** `namespace/name`. */
  readonly name: string;
  /** `Kind/name`. */
  readonly issuer: string;
  /** Of all kinds, the DNS names first. */
  readonly names: readonly string[];
  readonly state: ViewState;
  readonly lateness: Lateness;
  /** Of what is current. */
  readonly current?: {
    readonly notBefore: string;
    readonly notAfter: string;
    /** When it is to be renewed, and from when on it is late (core/health/life.ts). */
    readonly renewAt: string;
    readonly warnAt: string;
    readonly criticalAt: string;
    readonly remainingPercent: number;
    readonly serial: string;
    readonly fingerprint: string;
    readonly versionId: string;
  };
  /** What happens next by itself, in words, and when. */
  readonly next: { readonly what: string; readonly at?: string };
  readonly problem?: ViewProblem;
  /** How the secret differs from what was left there. */
  readonly drift?: { readonly kind: string; readonly message: string; readonly since: string };
  readonly deliveries: readonly DeliveryView[];
}

/** One certificate with all that a detail page shows. */
export interface CertificateDetail extends CertificateView {
  /** In Secrets Manager. */
  readonly secretName: string;
  /** By which rule it is renewed when it is, and why. */
  readonly renewBecause?: string;
  /** How long CA, DNS and AWS may be out without an expiry. */
  readonly outageBudgetMs?: number;
  /** What was found and did not stop the issuance in progress. */
  readonly warnings: readonly string[];
  /** Leaf first; subject and issuer as RFC 4514. Absent where nobody has read the chain. */
  readonly chain?: readonly { readonly subject: string; readonly issuer: string; readonly notAfter: string }[];
  /** Newest first. */
  readonly history: readonly HistoryView[];
}

export interface FleetCounts {
  /** Declared and not retired. */
  readonly managed: number;
  /** With a certificate that is valid now. */
  readonly ready: number;
  readonly failing: number;
  readonly overdueWarning: number;
  /** The emergencies too. */
  readonly overdueCritical: number;
  readonly expired: number;
  readonly dueIn24h: number;
}

/** One bar of the timeline: what ends in it, by how it stands now. */
export interface ExpiryWeek {
  /** Day, like `2026-11-23`. */
  readonly from: string;
  readonly inTime: number;
  readonly late: number;
}

export interface FleetView {
  readonly service: string;
  readonly at: string;
  readonly counts: FleetCounts;
  /** False: `managed` and `ready` are not known yet. */
  readonly isCounted: boolean;
  readonly lastSweep?: { readonly completedAt: string; readonly durationMs: number; readonly periodMs: number };
  /** No sweep has completed, and none need have: it was deployed a moment ago. */
  readonly isStarting?: true;
  /** The most urgent first: expired, emergency, critical, warning, failing, drifted, not delivered. */
  readonly attention: readonly CertificateView[];
  /** How many more want attention than are listed. */
  readonly more: number;
  /** Of all the others those that are listed, the next to be renewed first; and how many more there are. */
  readonly others: readonly CertificateView[];
  readonly othersMore: number;
  /** This week first; what has expired counts in it. */
  readonly weeks: readonly ExpiryWeek[];
  /** How many end after the last of the weeks. */
  readonly later: number;
  /** Of those that are not past. */
  readonly nextExpiry?: { readonly name: string; readonly notAfter: string };
  readonly clusters: readonly { readonly name: string; readonly unconfirmed: number; readonly oldestSeconds: number }[];
}
