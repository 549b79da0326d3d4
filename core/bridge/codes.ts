// The codes of a delivery: what is seen of a cluster or of one target in it, and the way out. A part of core/codes.ts. It must
// never know how either is looked at.

/** [summary, fix]; each has a heading in docs/codes.md and in docs/runbook.md. */
export const DELIVERY_WORDS = {
  CLUSTER_UNREACHABLE: [
    "the cluster's API server did not answer",
    'nothing: it is tried again; check the endpoint, and the path to it where it is private',
  ],
  CLUSTER_UNTRUSTED: [
    "the TLS certificate of the cluster's API server is not trusted",
    'give the cluster\'s own certificate authority in the setting "clusters"',
  ],
  CLUSTER_UNAUTHORIZED: [
    'the cluster does not know our role',
    'make an access entry for the sync role of this cluster; the name of the EKS cluster must be its own',
  ],
  CLUSTER_FORBIDDEN: [
    'the cluster refuses our role an action',
    'apply the RBAC of `evercert manifests`: it allows exactly what is needed',
  ],
  CLUSTER_REFUSED: ['the cluster refuses the request', "read the cluster's words"],
  TARGET_MISSING: [
    'the cluster has no ExternalSecret for the certificate',
    'apply the manifests of `evercert manifests` for this cluster',
  ],
  TARGET_PUBLIC_MISSING: [
    'the cluster has no public companion by which the delivery could be proven',
    'apply the manifests of `evercert manifests`: each ExternalSecret comes with one called <secret>-public',
  ],
  TARGET_STORE: [
    'the ExternalSecret names another store than the manifests do, or than its companion',
    'apply the manifests of `evercert manifests`, or correct the setting "clusters"',
  ],
  TARGET_KEY: [
    'what the ExternalSecret reads or writes is not what this certificate has',
    'apply the manifests of `evercert manifests`; a secret or property that is not there: look at the Region and account of the store',
  ],
  TARGET_NEVER_REFRESHES: [
    'the ExternalSecret is never refreshed: CreatedOnce, or an interval of 0',
    'set refreshPolicy Periodic and an interval above 0',
  ],
  TARGET_IMMUTABLE: [
    'the Secret is immutable, so the operator leaves it as it is and says that all is well',
    'take target.immutable off, delete the Secret once; the operator makes it again',
  ],
  TARGET_TYPE: [
    'a Secret of this name has another type than kubernetes.io/tls, which cannot be changed',
    'delete the Secret once (workloads keep what they have loaded); the operator makes it again',
  ],
  TARGET_TWO_OWNERS: [
    'another ExternalSecret owns the Secret',
    'let one of the two go, or give it another target name',
  ],
  TARGET_DENIED: [
    'AWS refuses the operator its reading of the secret',
    "compare the operator's role with the reader role of the stack: GetSecretValue on the secret, Decrypt with its key",
  ],
  TARGET_STORE_NOT_READY: [
    'the store of the ExternalSecret is not ready, or Secrets Manager does not answer the operator',
    "read the store's condition: its ServiceAccount, its role, its Region",
  ],
  TARGET_REFUSED: [
    'the operator could not write the Secret',
    "read the ExternalSecret's condition: an admission webhook or policy, or a quota",
  ],
  TARGET_NOT_LOOKED: [
    'the operator has not looked since it was asked to',
    'nothing: it is asked again; check that the External Secrets Operator runs',
  ],
  TARGET_STALE: ['the operator has looked, and the cluster still holds another version', 'nothing: it is asked again'],
} as const;
