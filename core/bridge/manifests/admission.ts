// What RBAC cannot say: that the sync function's `patch` changes one annotation and nothing else (a
// ValidatingAdmissionPolicy, Kubernetes 1.30). It must never concern anybody else's requests.
import { CLUSTER_SYNC_ANNOTATION, RESTARTED_ANNOTATION, SYNC_ANNOTATION, SYNC_GROUP } from '../model.ts';
import { MANAGED, type Manifest, type ManifestsInput } from './model.ts';
import { syncName } from './rbac.ts';

const POLICY = 'admissionregistration.k8s.io/v1';
const OPERATIONS = ['CREATE', 'UPDATE', 'DELETE'];

/** CEL: a part of metadata as it is, or its empty value. */
const part = (object: string, name: string, empty: string): string =>
  `has(${object}.metadata.${name}) ? ${object}.metadata.${name} : ${empty}`;

/** CEL: two maps are the same but for one key. */
const sameBut = (before: string, after: string, key: string): string =>
  [
    `${after}.all(k, k == ${key} || (k in ${before} && ${before}[k] == ${after}[k]))`,
    `${before}.all(k, k == ${key} || k in ${after})`,
  ].join(' && ');

/** CEL: the same but for one field that is judged by itself. Objects of a known type are no maps to CEL, but for `dyn`. */
const sameFields = (path: string, judged: string): string =>
  sameBut(`dyn(oldObject.${path})`, `dyn(object.${path})`, `'${judged}'`);

const MAPS = ['labels', 'annotations'];
const LISTS = ['finalizers', 'ownerReferences'];

const variables = [
  ...MAPS.flatMap((name) => [
    { name: `${name}Before`, expression: part('oldObject', name, '{}') },
    { name: `${name}After`, expression: part('object', name, '{}') },
  ]),
  ...LISTS.flatMap((name) => [
    { name: `${name}Before`, expression: part('oldObject', name, '[]') },
    { name: `${name}After`, expression: part('object', name, '[]') },
  ]),
];

const same = (name: string): object => ({
  expression: `variables.${name}Before == variables.${name}After`,
  message: `Evercert's sync must not change metadata.${name}`,
});

const UPDATE_ONLY = {
  expression: "request.operation == 'UPDATE'",
  message: "Evercert's sync must not make or delete anything",
};

const policy = (name: string, resources: { group: string; names: readonly string[] }, own: object): Manifest => ({
  apiVersion: POLICY,
  kind: 'ValidatingAdmissionPolicy',
  metadata: { name, labels: MANAGED },
  spec: {
    failurePolicy: 'Fail',
    matchConstraints: {
      resourceRules: [
        { apiGroups: [resources.group], apiVersions: ['v1'], operations: OPERATIONS, resources: resources.names },
      ],
    },
    matchConditions: [{ name: 'sync', expression: `'${SYNC_GROUP}' in request.userInfo.groups` }],
    ...own,
  },
});

const binding = (policyName: string): Manifest => ({
  apiVersion: POLICY,
  kind: 'ValidatingAdmissionPolicyBinding',
  metadata: { name: policyName, labels: MANAGED },
  spec: { policyName, validationActions: ['Deny'] },
});

const externalSecrets = (name: string): Manifest =>
  policy(
    name,
    { group: 'external-secrets.io', names: ['externalsecrets', 'clusterexternalsecrets'] },
    {
      variables: [
        ...variables,
        {
          name: 'ours',
          expression: `request.resource.resource == 'clusterexternalsecrets' ? '${CLUSTER_SYNC_ANNOTATION}' : '${SYNC_ANNOTATION}'`,
        },
      ],
      validations: [
        UPDATE_ONLY,
        { expression: 'object.spec == oldObject.spec', message: "Evercert's sync must not change spec" },
        ...['labels', ...LISTS].map(same),
        {
          expression: sameBut('variables.annotationsBefore', 'variables.annotationsAfter', 'variables.ours'),
          message: `Evercert's sync may change one annotation: ${SYNC_ANNOTATION}, of a ClusterExternalSecret ${CLUSTER_SYNC_ANNOTATION}`,
        },
      ],
    },
  );

const template = (object: string): string =>
  `has(${object}.spec.template.metadata.annotations) ? ${object}.spec.template.metadata.annotations : {}`;

const workloads = (name: string): Manifest =>
  policy(
    name,
    { group: 'apps', names: ['deployments', 'statefulsets', 'daemonsets'] },
    {
      variables: [
        ...variables,
        { name: 'templateBefore', expression: template('oldObject') },
        { name: 'templateAfter', expression: template('object') },
      ],
      validations: [
        UPDATE_ONLY,
        ...[...MAPS, ...LISTS].map(same),
        ...(
          [
            ['spec', 'template'],
            ['spec.template', 'metadata'],
            ['spec.template.metadata', 'annotations'],
          ] as const
        ).map(([path, judged]) => ({
          expression: sameFields(path, judged),
          message: `Evercert's sync must not change ${path} but for ${judged}`,
        })),
        {
          expression: sameBut('variables.templateBefore', 'variables.templateAfter', `'${RESTARTED_ANNOTATION}'`),
          message: `Evercert's sync may change one annotation of the pod template: ${RESTARTED_ANNOTATION}`,
        },
      ],
    },
  );

/** Policies with their bindings; `restarts`: workloads may be patched too. */
export const admission = (input: ManifestsInput, { restarts }: { readonly restarts: boolean }): readonly Manifest[] => {
  const [name, other] = [syncName(input), `${input.cluster.store.name}-restarts`];
  const own = [externalSecrets(name), binding(name)];
  return restarts ? [...own, workloads(other), binding(other)] : own;
};
