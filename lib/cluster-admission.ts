// What a cluster itself is told, by EKS: who our sync role is, and which role its operator has. It must never use one of
// EKS's access policies: they know nothing of the operator's kinds, and too much of everything else.
import { CfnAccessEntry, CfnPodIdentityAssociation } from 'aws-cdk-lib/aws-eks';
import type { Construct } from 'constructs';
import { SYNC_GROUP } from '#core/bridge/model.ts';
import type { ClusterSettings, ClusterSettingsInput } from '#core/settings.ts';
import type { SharedSecrets } from './secret-sharing.ts';

/** What the other stack must know: `service.clusters.named('prod-eu').access`, or the outputs of a stack elsewhere. */
export interface GivenAccess {
  /** The same settings as at Evercert. */
  readonly cluster: ClusterSettingsInput;
  readonly syncRoleArn: string;
  /** The role of ours that reads, where the store takes it on or the operator runs with it. */
  readonly readerRoleArn?: string | undefined;
  /** Where secrets are read by their own policies (setting `secretReaders`): which, and by which role, made here by that name. */
  readonly shared?: (SharedSecrets & { readonly readerRole: string }) | undefined;
}

/** The sync role is known in the cluster by a group, to which the RBAC of the manifests gives its few rights. */
export const admitSync = (scope: Construct, entry: { clusterName: string; principalArn: string }): CfnAccessEntry =>
  new CfnAccessEntry(scope, 'AccessEntry', { ...entry, type: 'STANDARD', kubernetesGroups: [SYNC_GROUP] });

/** The operator's ServiceAccount comes by its role. */
export const associate = (
  scope: Construct,
  given: { clusterName: string; roleArn: string; operator: ClusterSettings['operator'] },
): CfnPodIdentityAssociation => {
  const { clusterName, roleArn, operator } = given;
  return new CfnPodIdentityAssociation(scope, 'Association', { clusterName, roleArn, ...operator });
};
