// The door of this folder: a catalogue and one cluster in, the objects that its GitOps repository needs out. The same input
// gives the same objects in the same order, whatever order it came in. It must never know of files or YAML.
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { admission } from './admission.ts';
import { inNamespace, inSelected, mainSecret, publicSecret } from './external-secret.ts';
import { deliveredTo, each, type Manifest, type ManifestsInput } from './model.ts';
import { roleIn, roleOfCopies } from './rbac.ts';
import { refusalsOf } from './refusals.ts';
import { storesFor, type Users } from './store.ts';
import { trustFor } from './trust.ts';

const isCopied = ({ certificate }: DeclaredCertificate): boolean =>
  certificate.delivery?.namespaceSelector !== undefined;

const namespacesOf = ({ certificate }: DeclaredCertificate): readonly string[] =>
  certificate.delivery?.namespaces ?? [];

const secretsOf = (input: ManifestsInput, declared: DeclaredCertificate): Manifest[] => {
  const selector = declared.certificate.delivery?.namespaceSelector;
  const pair = [mainSecret(input, declared), publicSecret(input, declared)];
  if (selector !== undefined) return pair.map((one) => inSelected(one, selector));
  return namespacesOf(declared).flatMap((namespace) => pair.map((one) => inNamespace(one, namespace)));
};

const grantsFor = (input: ManifestsInput, all: readonly DeclaredCertificate[]): Manifest[] => {
  if (all.length === 0) return [];
  const namespaces = each(all.flatMap(namespacesOf));
  const inThat = (namespace: string) => all.filter((one) => namespacesOf(one).includes(namespace));
  return [
    ...admission(input, { restarts: all.some(({ certificate }) => certificate.delivery?.restart !== undefined) }),
    ...roleOfCopies(input, all.filter(isCopied)),
    ...namespaces.flatMap((namespace) => roleIn(input, namespace, inThat(namespace))),
  ];
};

type Selector = Users['selectors'][number];

/** Each once, whatever order its labels came in. */
const selectorsOf = (all: readonly DeclaredCertificate[]): readonly Selector[] => {
  const found = new Map<string, Selector>();
  for (const { certificate } of all) {
    const labels = Object.entries(certificate.delivery?.namespaceSelector ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    if (labels.length > 0) found.set(JSON.stringify(labels), Object.fromEntries(labels));
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, selector]) => selector);
};

const usersOf = (all: readonly DeclaredCertificate[], trust: Users): Users => ({
  namespaces: each([...all.flatMap(namespacesOf), ...trust.namespaces]),
  selectors: [...selectorsOf(all), ...trust.selectors],
});

const namespaceObjects = (input: ManifestsInput, manifests: readonly Manifest[]): Manifest[] => {
  if (input.namespaces !== true) return [];
  return each(manifests.flatMap(({ metadata }) => metadata.namespace ?? [])).map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
};

/** What others need stands before them. */
const KINDS = [
  'Namespace',
  'ServiceAccount',
  'ClusterSecretStore',
  'SecretStore',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ClusterExternalSecret',
  'ExternalSecret',
  'Bundle',
];

/** Of objects: those of the cluster, then namespace by namespace; inside by kind and name. */
const orderOf = ({ kind, metadata }: Manifest): string =>
  [
    metadata.namespace ?? (kind === 'Namespace' ? '' : ' '),
    String(KINDS.indexOf(kind)).padStart(2, '0'),
    metadata.name,
  ].join('\0');

const inOrder = (manifests: readonly Manifest[]): readonly Manifest[] =>
  manifests
    .map((manifest) => ({ manifest, order: orderOf(manifest) }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0))
    .map(({ manifest }) => manifest);

/**
 * Store, ExternalSecrets with their public companions, RBAC and admission policies, and the trust anchors where they are
 * asked for; nothing for a cluster that gets nothing. Throws Error with all of `refusalsOf`, which a door asks first.
 */
export const manifestsFor = (input: ManifestsInput): readonly Manifest[] => {
  const refusals = refusalsOf(input);
  if (refusals.length > 0) throw new Error(refusals.join('\n'));
  const all = deliveredTo(input);
  const trust = trustFor(input, all.flatMap(namespacesOf));
  const made = [
    ...storesFor(input, usersOf(all, trust.users)),
    ...grantsFor(input, all),
    ...all.flatMap((one) => secretsOf(input, one)),
    ...trust.manifests,
  ];
  return inOrder([...namespaceObjects(input, made), ...made]);
};
