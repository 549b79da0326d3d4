// What the manifests of one cluster are made of, and what they are: plain objects, as an API server takes them. It must
// never know of files or YAML.
import type { Catalogue, DeclaredCertificate } from '../../declaration/model.ts';
import type { ClusterSettings, ServiceSettings } from '../../settings.ts';

/** A Kubernetes object as it is applied. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [key: string]: unknown };
  readonly [key: string]: unknown;
}

/** How clients get `ca.crt` of private issuers: through trust-manager's Bundle, or by the operator alone. */
export type TrustBy = 'trust-manager' | 'external-secrets';

export interface ManifestsInput {
  /** Read with the names of the setting `clusters`. */
  readonly catalogue: Catalogue;
  readonly cluster: ClusterSettings;
  readonly prefix: ServiceSettings['prefix'];
  /** Of the stack: where the secrets lie. */
  readonly region: string;
  /** Of the stack: needed where a cluster of another account reads by each secret's own policy. */
  readonly account?: string | undefined;
  /** Role that reads the secrets (ARN); default: `cluster.readerRole`. The stack's output ReaderRoleArn. */
  readonly readerRole?: string | undefined;
  /** With `identity: irsa` and a store that takes on the reader role: the role of the store's ServiceAccount (ARN). */
  readonly operatorRole?: string | undefined;
  readonly replicas?: ServiceSettings['replicas'];
  readonly secretReaders?: ServiceSettings['secretReaders'];
  readonly trust?: TrustBy | undefined;
  /** Where trust-manager reads its sources; default: `cert-manager`. */
  readonly trustNamespace?: string | undefined;
  /** Namespace objects too; usually they are somebody else's. */
  readonly namespaces?: boolean | undefined;
}

export const ESO = 'external-secrets.io/v1';
export const RBAC = 'rbac.authorization.k8s.io/v1';
export const TLS = 'kubernetes.io/tls';

/** On everything that is generated, and on the Secrets. */
export const MANAGED = { 'app.kubernetes.io/managed-by': 'evercert' } as const;
/** `namespace/name` of the certificate, on ExternalSecrets and Secrets. */
export const CERTIFICATE_ANNOTATION = 'evercert.dev/certificate';
/** On a Secret: the version that it was rendered from (told, no proof). */
export const VERSION_ANNOTATION = 'evercert.dev/version-id';
/** Label of a namespace that gets the trust anchors. */
export const TRUST_LABEL = 'evercert.dev/trust';

export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0;

/** Sorted, each once. */
export const each = (texts: Iterable<string>): readonly string[] => [...new Set(texts)].sort();

/** What goes to the cluster, sorted by name. */
export const deliveredTo = ({ catalogue, cluster }: ManifestsInput): readonly DeclaredCertificate[] =>
  catalogue.certificates
    .filter(({ certificate }) => certificate.delivery?.clusters.includes(cluster.name))
    .toSorted(byName);

/** `major.minor` of the External Secrets Operator there, at least. */
export const isOperatorAtLeast = (
  { esoVersion }: Pick<ClusterSettings, 'esoVersion'>,
  major: number,
  minor: number,
): boolean => {
  const [has = 0, hasMinor = 0] = esoVersion.split('.').map(Number);
  return has > major || (has === major && hasMinor >= minor);
};
