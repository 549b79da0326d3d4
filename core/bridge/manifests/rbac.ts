// What the sync function may do in a cluster: named objects only, and no Secret with a private key. It must never allow a
// verb that nothing needs (test/system/bridge proves it on a real API server).
import type { DeclaredCertificate } from '../../declaration/model.ts';
import { publicName, SYNC_GROUP, type WorkloadKind } from '../model.ts';
import { each, MANAGED, type Manifest, type ManifestsInput, RBAC } from './model.ts';

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}

const GROUP = 'external-secrets.io';
const RESOURCES: Readonly<Record<WorkloadKind, string>> = {
  DaemonSet: 'daemonsets',
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
};

const both = (all: readonly DeclaredCertificate[]): readonly string[] =>
  each(all.flatMap(({ certificate: { secretName } }) => [secretName, publicName(secretName)]));

const companions = (all: readonly DeclaredCertificate[]): readonly string[] =>
  each(all.map(({ certificate: { secretName } }) => publicName(secretName)));

const rule = (group: string, resource: string, resourceNames: readonly string[], verbs: readonly string[]): Rule => ({
  apiGroups: [group],
  resources: [resource],
  resourceNames,
  verbs,
});

const restarts = (all: readonly DeclaredCertificate[]): Rule[] =>
  (Object.keys(RESOURCES) as WorkloadKind[]).flatMap((kind) => {
    const workloads = all.flatMap(({ certificate }) => certificate.delivery?.restart ?? []);
    const names = each(workloads.filter((one) => one.kind === kind).map(({ name }) => name));
    return names.length === 0 ? [] : [rule('apps', RESOURCES[kind], names, ['patch'])];
  });

/** Of one namespace. Events tell why the operator failed (docs/decisions/0030). */
const rulesIn = (all: readonly DeclaredCertificate[]): readonly Rule[] => [
  rule(GROUP, 'externalsecrets', both(all), ['get', 'patch']),
  rule('', 'secrets', companions(all), ['get']),
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  ...restarts(all),
];

/** Of ClusterExternalSecrets: where their copies are is known to the cluster alone. */
const rulesOfCopies = (all: readonly DeclaredCertificate[]): readonly Rule[] => [
  rule(GROUP, 'clusterexternalsecrets', both(all), ['get', 'patch']),
  rule(GROUP, 'externalsecrets', both(all), ['get']),
  rule('', 'secrets', companions(all), ['get']),
];

/** Of the objects that are for the sync function; a second Evercert in the same cluster has another store. */
export const syncName = ({ cluster }: Pick<ManifestsInput, 'cluster'>): string => `${cluster.store.name}-sync`;

const bound = (scope: 'Role' | 'ClusterRole', metadata: Manifest['metadata'], rules: readonly Rule[]): Manifest[] => [
  { apiVersion: RBAC, kind: scope, metadata, rules },
  {
    apiVersion: RBAC,
    kind: `${scope}Binding`,
    metadata,
    subjects: [{ kind: 'Group', apiGroup: 'rbac.authorization.k8s.io', name: SYNC_GROUP }],
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: scope, name: metadata.name },
  },
];

/** A Role with its binding for the certificates that a namespace gets. */
export const roleIn = (input: ManifestsInput, namespace: string, all: readonly DeclaredCertificate[]): Manifest[] =>
  bound('Role', { name: syncName(input), namespace, labels: MANAGED }, rulesIn(all));

/** A ClusterRole with its binding for those that are copied by labels; nothing without them. */
export const roleOfCopies = (input: ManifestsInput, all: readonly DeclaredCertificate[]): Manifest[] =>
  all.length === 0 ? [] : bound('ClusterRole', { name: syncName(input), labels: MANAGED }, rulesOfCopies(all));
