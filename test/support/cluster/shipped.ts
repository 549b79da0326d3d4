// What `evercert manifests` prints for the certificates of a test, as it is shipped. It must never add anything of its own.
import { manifestsFor } from '#core/bridge/manifests/manifests.ts';
import type { DeliverySpec } from '#core/bridge/model.ts';
import { clusterSettings } from '#core/settings.ts';
import type { Manifest } from '#local/cluster/apply.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import { CLUSTER } from './stage.ts';

/** By `namespace/name`; each is delivered to its own namespace unless said. */
export type Declared = Readonly<Record<string, Partial<DeliverySpec>>>;

/** All objects of one cluster, for the operator that is installed here. */
export const shipped = (declared: Declared): readonly Manifest[] => {
  const certificates = Object.entries(declared).map(([name, delivery]) => {
    const made = declaredCertificate({ name });
    const spec = { clusters: [CLUSTER], namespaces: [made.certificate.namespace], ...delivery };
    return { ...made, certificate: { ...made.certificate, delivery: spec } };
  });
  return manifestsFor({
    catalogue: { hash: 'of a test', certificates },
    cluster: clusterSettings.parse({ name: CLUSTER, esoVersion: '0.20.4' }),
    prefix: 'evercert',
    region: 'us-east-1',
  });
};

const RIGHTS = [
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ValidatingAdmissionPolicy',
  'ValidatingAdmissionPolicyBinding',
];

/** Of those the RBAC and the policies. */
export const rightsOf = (manifests: readonly Manifest[]): readonly Manifest[] =>
  manifests.filter(({ kind }) => RIGHTS.includes(kind));
