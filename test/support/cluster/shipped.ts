// What `evercert manifests` prints for the certificates of a test, in parts. It must never add a rule of its own.
import { CLUSTER_SYNC_ANNOTATION, RESTARTED_ANNOTATION, SYNC_ANNOTATION, SYNC_GROUP } from '#core/bridge/model.ts';
import type { Manifest } from '#local/cluster/apply.ts';

const RBAC = 'rbac.authorization.k8s.io';
const ADM = 'admissionregistration.k8s.io/v1';

/** DRAFT until core/bridge/manifests is there. */
export const shippedRights = (): readonly Manifest[] => [
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: { name: 'evercert-sync', namespace: 'shop' },
    rules: [
      {
        apiGroups: ['external-secrets.io'],
        resources: ['externalsecrets'],
        resourceNames: ['web-tls', 'web-tls-public'],
        verbs: ['get', 'patch'],
      },
      { apiGroups: [''], resources: ['secrets'], resourceNames: ['web-tls-public'], verbs: ['get'] },
      { apiGroups: [''], resources: ['events'], verbs: ['list'] },
      { apiGroups: ['apps'], resources: ['deployments'], resourceNames: ['web'], verbs: ['patch'] },
    ],
  },
  {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'evercert-sync', namespace: 'shop' },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: 'evercert-sync' },
    subjects: [{ kind: 'Group', apiGroup: RBAC, name: SYNC_GROUP }],
  },
  {
    apiVersion: ADM,
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'evercert-sync' },
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [
          {
            apiGroups: ['external-secrets.io'],
            apiVersions: ['*'],
            operations: ['UPDATE'],
            resources: ['externalsecrets', 'clusterexternalsecrets'],
          },
          { apiGroups: ['apps'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['deployments'] },
        ],
      },
      matchConditions: [{ name: 'ours', expression: `'${SYNC_GROUP}' in request.userInfo.groups` }],
      validations: [
        {
          expression: `${JSON.stringify([SYNC_ANNOTATION, CLUSTER_SYNC_ANNOTATION, RESTARTED_ANNOTATION])}.size() > 0 && object.spec == oldObject.spec`,
          message: 'draft',
        },
      ],
    },
  },
  {
    apiVersion: ADM,
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'evercert-sync' },
    spec: { policyName: 'evercert-sync', validationActions: ['Deny'] },
  },
];
