// Trust anchors of private issuers for everybody who talks to what they have signed: public data alone, old and new
// anchors together while both are needed. It must never carry a key.
import { givesAnchors, isClustered, issuerText, signerOf } from '../../declaration/issuer-types.ts';
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { anchorSecret, inNamespace, inSelected } from './external-secret.ts';
import { byName, each, MANAGED, type Manifest, type ManifestsInput, TRUST_LABEL } from './model.ts';
import type { Users } from './store.ts';

/** One private issuer's anchors. */
export interface Anchors {
  /** Of the objects: the Secret, the Bundle and the ConfigMap that it makes. */
  readonly name: string;
  readonly issuer: string;
  /** Whose secret carries them. */
  readonly certificate: string;
}

const SELECTED = { [TRUST_LABEL]: 'true' } as const;

const nameOf = ({ cluster }: ManifestsInput, { issuer }: DeclaredCertificate): string =>
  [cluster.store.name, 'trust', ...(isClustered(issuer.kind) ? [] : [issuer.namespace]), issuer.name].join('-');

/**
 * Of every private issuer with a declared certificate, delivered here or not. The CA certificate itself where it is declared,
 * since it knows first of a change. A self-signed certificate is its own anchor: whoever it matters to has a ca issuer over it.
 */
export const anchorsOf = (input: ManifestsInput): readonly Anchors[] => {
  if (input.trust === undefined) return [];
  const found = new Map<string, Anchors>();
  for (const declared of input.catalogue.certificates.toSorted(byName)) {
    const issuer = issuerText(declared.issuer);
    if (!givesAnchors(declared.issuer) || declared.issuer.type === 'selfSigned' || found.has(issuer)) continue;
    const certificate = signerOf(declared.issuer) ?? declared.name;
    found.set(issuer, { name: nameOf(input, declared), issuer, certificate });
  }
  return [...found.values()].sort(byName);
};

export const trustNamespaceOf = ({ trustNamespace = 'cert-manager' }: ManifestsInput): string => trustNamespace;

/** trust.cert-manager.io/v1alpha1: from the Secret in the trust namespace to a ConfigMap of the same name. */
const bundle = ({ name }: Anchors): Manifest => ({
  apiVersion: 'trust.cert-manager.io/v1alpha1',
  kind: 'Bundle',
  metadata: { name, labels: MANAGED },
  spec: {
    sources: [{ secret: { name, key: 'ca.crt' } }],
    target: { configMap: { key: 'ca.crt' }, namespaceSelector: { matchLabels: SELECTED } },
  },
});

/** With the namespaces that use the store for it. `used`: those that get certificates. */
export const trustFor = (
  input: ManifestsInput,
  used: readonly string[],
): { readonly manifests: readonly Manifest[]; readonly users: Users } => {
  const all = anchorsOf(input);
  const secrets = all.map(({ name, certificate }) => anchorSecret(input, name, certificate));
  const inAll = (namespaces: readonly string[]) => ({
    manifests: secrets.flatMap((secret) => namespaces.map((namespace) => inNamespace(secret, namespace))),
    users: { namespaces: all.length === 0 ? [] : namespaces, selectors: [] },
  });
  if (input.trust === 'trust-manager') {
    const { manifests, users } = inAll([trustNamespaceOf(input)]);
    return { manifests: [...manifests, ...all.map(bundle)], users };
  }
  if (input.cluster.store.kind === 'SecretStore') return inAll(each(used));
  return {
    manifests: secrets.map((secret) => inSelected(secret, SELECTED)),
    users: { namespaces: [], selectors: all.length === 0 ? [] : [SELECTED] },
  };
};
