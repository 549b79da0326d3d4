// The roles that the bridge needs played. At most three methods each; an adapter says how, the contract suite of the port
// says whether it does.
import type { Delivery, Held, Target, Wanted, WorkloadKind } from './model.ts';

/** Where an ExternalSecret or ClusterExternalSecret stands; `namespace` is not looked at for the latter. */
export interface Place {
  readonly kind: Target['kind'];
  readonly namespace: string;
  readonly name: string;
}

/** An ExternalSecret (or the template that a ClusterExternalSecret hands down), as far as a delivery needs it. */
export interface ExternalSecretState {
  readonly annotations: Readonly<Record<string, string>>;
  readonly refreshPolicy: string;
  /** As written, such as `12h`. */
  readonly refreshInterval: string;
  readonly store: { readonly kind: string; readonly name: string };
  /** `remoteRef.key` of each entry. */
  readonly keys: readonly string[];
  /** `remoteRef.version` where an entry names one: `uuid/<VersionId>`, or a label. */
  readonly versions?: readonly string[];
  readonly targetName: string;
  readonly creationPolicy: string;
  readonly immutable: boolean;
  readonly templateType?: string;
  /** Of an ExternalSecret. */
  readonly syncedResourceVersion?: string;
  readonly refreshTime?: string;
  readonly ready?: { readonly status: 'True' | 'False' | 'Unknown'; readonly reason: string; readonly message: string };
  /**
   * The operator's last words of a failure (its newest Event of type Warning), only where Ready is False; absent where events may
   * not be read. The condition names no cause: ESO 0.20 says no more there than "could not get secret data from provider",
   * "could not update secret" or "target is owned by another ExternalSecret".
   */
  readonly lastError?: string;
  /** Of a ClusterExternalSecret: namespaces that have their ExternalSecret, and those where it could not be made. */
  readonly provisioned?: readonly string[];
  readonly failed?: readonly { readonly namespace: string; readonly reason: string }[];
}

/**
 * One cluster's API server. Errors: CLUSTER_UNREACHABLE (no answer in time, 429, 5xx), CLUSTER_UNTRUSTED (its certificate),
 * CLUSTER_UNAUTHORIZED (401: the access entry), CLUSTER_FORBIDDEN (403: detail.action names verb and resource),
 * CLUSTER_REFUSED (any other 4xx, with the server's message).
 */
export interface ClusterApi {
  /** Undefined: there is none. */
  externalSecret(at: Place): Promise<ExternalSecretState | undefined>;
  /** JSON merge patch of one annotation; repeating it is harmless. False: there is no such object. */
  annotate(change: Place & { readonly annotation: string; readonly value: string }): Promise<boolean>;
  /** What the public companion's Secret holds; undefined: there is none, or it holds no certificate. */
  held(at: { readonly namespace: string; readonly name: string }): Promise<Held | undefined>;
}

/** Restarts named workloads by their pod template's annotation. Errors as of ClusterApi; CLUSTER_REFUSED: there is none. */
export interface Workloads {
  /** Strategic-merge patch; the same value again restarts nothing. */
  restart(at: {
    readonly kind: WorkloadKind;
    readonly namespace: string;
    readonly name: string;
    readonly annotation: string;
    readonly value: string;
  }): Promise<void>;
}

/** What the journey wants to arrive where. */
export interface DeliveryAims {
  /** All targets of a certificate: one query, strongly consistent. */
  ofCertificate(name: string): Promise<readonly Delivery[]>;
  /**
   * Makes the item, or changes what it wants: no bumps, no failure, `tryAt` as given; what was confirmed stays. An item that
   * wants this revision of this Secret already, or a newer revision, is left as it is. Repeating it is harmless.
   * `again`: also where this revision of this Secret is wanted already, since the secret itself was repaired.
   */
  aim(request: {
    readonly target: Target;
    readonly wanted: Wanted;
    readonly tryAt: string;
    readonly again?: true;
  }): Promise<void>;
  /** Forgets a target that is no longer declared. The cluster's Secret is not touched. */
  drop(target: Pick<Target, 'certificate' | 'cluster' | 'namespace'>): Promise<void>;
}

/** The target items as the sync function uses them. */
export interface Deliveries {
  read(target: Pick<Target, 'certificate' | 'cluster' | 'namespace'>): Promise<Delivery | undefined>;
  /** Writes the item (its `edit` becomes seen.edit + 1), conditional on `seen.edit`: false when it was changed or dropped meanwhile. */
  write(change: { readonly delivery: Delivery; readonly seen: Delivery }): Promise<boolean>;
  /** Targets of a cluster whose `tryAt` is past, the oldest first, at most `limit`: index `lagging`, eventually consistent. */
  due(request: { readonly cluster: string; readonly now: Date; readonly limit: number }): Promise<readonly Target[]>;
}

/** How far a cluster is behind, for the sweep: reads grow with what lags only. */
export interface DeliveryLags {
  lag(request: { readonly cluster: string; readonly now: Date }): Promise<{
    /** Targets whose `tryAt` is past (at most some thousands are counted), restarts that are due among them. */
    readonly due: number;
    /** Targets without their wanted version, the ones in their first minute too. */
    readonly unconfirmed: number;
    /** ISO 8601: the earliest `wanted.since` of those; absent: there are none. */
    readonly oldest?: string;
  }>;
}
