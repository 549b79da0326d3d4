// Where a certificate is delivered to, and what is known of its delivery. Plain JSON, as it lies in the ledger. It must
// never know how a cluster is reached.

/** Kinds of workloads that can be restarted. */
export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'DaemonSet';

export interface Workload {
  readonly kind: WorkloadKind;
  readonly name: string;
}

/** `spec.delivery` of an accepted Certificate: resolved, so that nothing else need know the setting `clusters`. */
export interface DeliverySpec {
  /** Sorted names of the setting `clusters`, as annotation `evercert.dev/clusters` narrows them; never empty. */
  readonly clusters: readonly string[];
  /** Sorted; annotation `evercert.dev/namespaces`, else the Certificate's own; empty where a selector stands. */
  readonly namespaces: readonly string[];
  /** Annotation `evercert.dev/namespace-selector`: a copy in each namespace with all these labels (ClusterExternalSecret). */
  readonly namespaceSelector?: Readonly<Record<string, string>>;
  /** Annotation `evercert.dev/reloader: "true"`: Stakater Reloader's match annotation on the Secret. */
  readonly reloader?: true;
  /** Annotation `evercert.dev/restart`: workloads of the Secret's namespace, restarted once the Secret is confirmed. */
  readonly restart?: readonly Workload[];
}

/** One place in one cluster that must hold a certificate's current version. */
export interface Target {
  /** `namespace/name` of the certificate. */
  readonly certificate: string;
  readonly cluster: string;
  /** `*` for a ClusterExternalSecret. */
  readonly namespace: string;
  /** Name of the kubernetes.io/tls Secret; the ExternalSecret (or ClusterExternalSecret) is called the same. */
  readonly secret: string;
  readonly kind: 'ExternalSecret' | 'ClusterExternalSecret';
}

/** The public-only companion (an ExternalSecret of its own and its Opaque Secret), by which a delivery is proven without the right to read a private key. */
export const publicName = (secret: string): string => `${secret}-public`;

/** Annotation that is changed so that ESO looks: `<VersionId>.<n>`. */
export const SYNC_ANNOTATION = 'evercert.dev/sync';
/** The one annotation that a ClusterExternalSecret hands down. */
export const CLUSTER_SYNC_ANNOTATION = 'external-secrets.io/force-sync';
/** On the pod template of a restarted workload: the VersionId for which it was restarted. */
export const RESTARTED_ANNOTATION = 'evercert.dev/restarted-for';
/** The Kubernetes group of the sync functions' roles: in the access entries and in the RBAC. */
export const SYNC_GROUP = 'evercert-sync';

/** What a cluster holds, as read from the public companion. */
export interface Held {
  /** Property `version-id` of the secret; empty: it holds none. */
  readonly versionId: string;
  /** SHA-256 of the leaf's DER (lower-case hex), computed from the PEM that the cluster holds. */
  readonly fingerprint: string;
  readonly serial: string;
  readonly notAfter: string;
}

/** The version that must arrive. */
export interface Wanted {
  readonly revision: number;
  readonly versionId: string;
  readonly fingerprint: string;
  /** ISO 8601: when it became AWSCURRENT (or the target was added). */
  readonly since: string;
}

/** The ledger's item of one target. Instants are ISO 8601. */
export interface Delivery {
  readonly target: Target;
  /** Grows with each write: every write is conditional on the one that was seen. */
  readonly edit: number;
  readonly wanted: Wanted;
  /** The last one that was proven there. */
  readonly confirmed?: Held & { readonly at: string; readonly afterMs: number };
  /** How often the annotation was written for the wanted version: the n of its value. */
  readonly bumps: number;
  readonly failure?: {
    readonly code: string;
    readonly message: string;
    readonly at: string;
    readonly count: number;
    /** It was announced that the wanted version is not delivered. */
    readonly told?: true;
  };
  /** Workloads that are still to be restarted for the confirmed version, and not before. */
  readonly restart?: { readonly versionId: string; readonly notBefore: string };
  /** When sync looks again by itself (index `lagging`); absent: all is done. */
  readonly tryAt?: string;
}

/** Whether the wanted version was proven to be there since it is wanted: a proof from before a repair of the secret is none. */
export const isDelivered = ({ wanted, confirmed }: Delivery): boolean =>
  confirmed?.versionId === wanted.versionId && confirmed.at >= wanted.since;
