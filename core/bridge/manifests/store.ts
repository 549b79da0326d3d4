// The store of a cluster: one for all namespaces that use it, or one in each; with the ServiceAccount that IRSA needs. It
// must never hold a key.
import { accessOf, serviceAccountRole, storeRegion } from './access.ts';
import { ESO, MANAGED, type Manifest, type ManifestsInput } from './model.ts';

/** Who may use the store: these namespaces, and those with all of these labels. */
export interface Users {
  readonly namespaces: readonly string[];
  readonly selectors: readonly Readonly<Record<string, string>>[];
}

/** Pod Identity, and IRSA of the operator itself, are the operator's own credentials: nothing is written. */
const auth = ({ cluster }: ManifestsInput): object => {
  if (cluster.identity !== 'irsa') return {};
  const { kind, name } = cluster.store;
  const namespace = kind === 'ClusterSecretStore' ? { namespace: cluster.operator.namespace } : {};
  return { auth: { jwt: { serviceAccountRef: { name, ...namespace } } } };
};

/** Session tags (`esoNamespace` and its like) are sent with a role that is taken on alone. */
const hop = (input: ManifestsInput): object => {
  const access = accessOf(input);
  if (access.by !== 'hop') return {};
  return {
    role: access.role,
    ...(access.externalId === undefined ? {} : { externalID: access.externalId }),
    ...(input.cluster.tenants === 'session-tags' ? { sessionTagsPolicy: 'Simple' } : {}),
  };
};

const provider = (input: ManifestsInput): object => ({
  aws: { service: 'SecretsManager', region: storeRegion(input), ...auth(input), ...hop(input) },
});

const serviceAccount = (input: ManifestsInput, namespace: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ServiceAccount',
  metadata: {
    name: input.cluster.store.name,
    namespace,
    labels: MANAGED,
    annotations: { 'eks.amazonaws.com/role-arn': serviceAccountRole(input) },
  },
});

/** Each condition lets in on its own; without any, every namespace could read every certificate. */
const conditions = ({ namespaces, selectors }: Users): object[] => [
  ...(namespaces.length === 0 ? [] : [{ namespaces }]),
  ...selectors.map((matchLabels) => ({ namespaceSelector: { matchLabels } })),
];

/** Nothing where nobody uses it. */
export const storesFor = (input: ManifestsInput, users: Users): readonly Manifest[] => {
  const { store, identity, operator } = input.cluster;
  if (users.namespaces.length + users.selectors.length === 0) return [];
  const homes = store.kind === 'ClusterSecretStore' ? [operator.namespace] : users.namespaces;
  const accounts = identity === 'irsa' ? homes.map((namespace) => serviceAccount(input, namespace)) : [];
  const head = { apiVersion: ESO, kind: store.kind };
  if (store.kind === 'ClusterSecretStore') {
    const metadata = { name: store.name, labels: MANAGED };
    return [{ ...head, metadata, spec: { conditions: conditions(users), provider: provider(input) } }, ...accounts];
  }
  const stores = users.namespaces.map((namespace) => ({
    ...head,
    metadata: { name: store.name, namespace, labels: MANAGED },
    spec: { provider: provider(input) },
  }));
  return [...accounts, ...stores];
};
