// The roles that the bridge needs played. At most three methods each; an adapter says how, the contract suite of the port
// says whether it does.
import type { Delivery, Held, Target } from './model.ts';

/** An ExternalSecret (or the one that a ClusterExternalSecret has made), as far as a delivery needs it. */
export interface ExternalSecretState {
  readonly annotations: Readonly<Record<string, string>>;
  readonly refreshPolicy: string;
  /** As written, such as `12h`. */
  readonly refreshInterval: string;
  readonly store: { readonly kind: string; readonly name: string };
  /** `remoteRef.key` of each entry. */
  readonly keys: readonly string[];
  readonly targetName: string;
  readonly creationPolicy: string;
  readonly immutable: boolean;
  readonly templateType?: string;
  readonly syncedResourceVersion?: string;
  readonly refreshTime?: string;
  readonly ready?: { readonly status: 'True' | 'False' | 'Unknown'; readonly reason: string; readonly message: string };
}

/**
 * One cluster's API server. Errors: CLUSTER_UNREACHABLE (no answer in time, 5xx), CLUSTER_UNTRUSTED (its certificate),
 * CLUSTER_UNAUTHORIZED (401: the access entry), CLUSTER_FORBIDDEN (403: detail.action names verb and resource),
 * CLUSTER_REFUSED (any other 4xx, with the server's message).
 */
export interface ClusterApi {
  /** Undefined: there is none. */
  externalSecret(at: {
    readonly kind: Target['kind'];
    readonly namespace: string;
    readonly name: string;
  }): Promise<ExternalSecretState | undefined>;
  /** JSON merge patch of one annotation; repeating it is harmless. */
  annotate(at: {
    readonly kind: Target['kind'];
    readonly namespace: string;
    readonly name: string;
    readonly annotation: string;
    readonly value: string;
  }): Promise<void>;
  /** What the public companion holds; undefined: there is none, or it holds no certificate. */
  held(at: { readonly namespace: string; readonly name: string }): Promise<Held | undefined>;
}

/** Restarts named workloads by their pod template's annotation. Errors as of ClusterApi. */
export interface Workloads {
  /** Strategic-merge patch; the same value again restarts nothing. */
  restart(at: {
    readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet';
    readonly namespace: string;
    readonly name: string;
    readonly value: string;
  }): Promise<void>;
}

/** The ledger's target items. */
export interface Deliveries {
  read(target: Target): Promise<Delivery | undefined>;
  /** Writes the item as it shall be; conditional on `bumps` and `wanted` being as they were seen (undefined: no item): false otherwise. */
  write(change: { readonly delivery: Delivery; readonly seen: Delivery | undefined }): Promise<boolean>;
  /** Items of a cluster whose `tryAt` is past; at most `limit`, over all pages. Reads grow with what lags only. */
  lagging(request: {
    readonly cluster: string;
    readonly now: Date;
    readonly limit: number;
  }): Promise<readonly Delivery[]>;
}

/** Asks a cluster's sync function to look at targets; at least once. */
export interface SyncQueue {
  send(request: { readonly cluster: string; readonly certificates: readonly string[] }): Promise<void>;
}
