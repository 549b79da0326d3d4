// Where a certificate is delivered to, and what is known of its delivery. Plain JSON, as it lies in the ledger. It must
// never know how a cluster is reached.

/** One cluster of the setting `clusters`, as the bridge's rooms see it. */
export interface Cluster {
  /** What declarations call it: letters, digits and hyphens. */
  readonly name: string;
  /** Name of the EKS cluster: signed into each token (`x-k8s-aws-id`). */
  readonly eksName: string;
  readonly region: string;
  /** `https://…` of the API server. */
  readonly endpoint: string;
  /** PEM of the API server's CA. */
  readonly caPem: string;
  /** `CreateOrMerge` needs External Secrets Operator 2.8; older ones get `Owner`. */
  readonly esoVersion: string;
  /** Name of the ClusterSecretStore (or of the SecretStore in each namespace) that the manifests use. */
  readonly store: { readonly kind: 'ClusterSecretStore' | 'SecretStore'; readonly name: string };
}

/** What a Certificate's annotations say of its delivery; absent parts mean the default. */
export interface DeliverySpec {
  /** Annotation `evercert.dev/clusters`; absent: all clusters of the setting; empty: none. */
  readonly clusters?: readonly string[];
  /** Annotation `evercert.dev/namespaces`; absent: the Certificate's own. */
  readonly namespaces?: readonly string[];
  /** Annotation `evercert.dev/namespace-selector`: a copy in each namespace with all these labels (ClusterExternalSecret). */
  readonly namespaceSelector?: Readonly<Record<string, string>>;
  /** Annotation `evercert.dev/reloader`: Stakater Reloader's match annotation on the Secret. */
  readonly reloader?: true;
  /** Annotation `evercert.dev/restart`: workloads that are restarted once the Secret is confirmed. */
  readonly restart?: readonly { readonly kind: 'Deployment' | 'StatefulSet' | 'DaemonSet'; readonly name: string }[];
}

/** One place in one cluster that must hold a certificate's current version. */
export interface Target {
  /** `namespace/name` of the certificate. */
  readonly certificate: string;
  readonly cluster: string;
  /** Empty for a ClusterExternalSecret. */
  readonly namespace: string;
  /** Name of the kubernetes.io/tls Secret; the ExternalSecret is called the same. */
  readonly secret: string;
  readonly kind: 'ExternalSecret' | 'ClusterExternalSecret';
}

/** The public-only companion by which a delivery is proven without the right to read a private key. */
export const publicName = (secret: string): string => `${secret}-public`;

/** Annotation that is changed so that ESO looks: `<VersionId>.<n>`. */
export const SYNC_ANNOTATION = 'evercert.dev/sync';
/** The one annotation that a ClusterExternalSecret hands down. */
export const CLUSTER_SYNC_ANNOTATION = 'external-secrets.io/force-sync';

/** What a cluster holds, as read from the public companion. */
export interface Held {
  readonly versionId: string;
  /** SHA-256 of the leaf's DER, computed from the PEM that the cluster holds. */
  readonly fingerprint: string;
  readonly serial: string;
  readonly notAfter: string;
}

/** The ledger's item of one target. */
export interface Delivery {
  readonly target: Target;
  /** The version that must arrive, since when (its promotion to AWSCURRENT), and its fingerprint. */
  readonly wanted: { readonly versionId: string; readonly fingerprint: string; readonly since: string };
  /** The last one that was proven there. */
  readonly confirmed?: Held & { readonly at: string; readonly afterMs: number };
  /** How often the annotation was written for the wanted version. */
  readonly bumps: number;
  readonly failure?: {
    readonly code: string;
    readonly message: string;
    readonly at: string;
    readonly count: number;
  };
  /** When the sweep has it tried again; absent: confirmed. */
  readonly tryAt?: string;
}
