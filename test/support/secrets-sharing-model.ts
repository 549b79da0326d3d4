// Resource policies and replicas of the Secrets Manager in memory: kept as they are asked for, judged as AWS judges them.
import {
  type CreateSecretCommand,
  InvalidParameterException,
  PublicPolicyException,
  type PutResourcePolicyCommand,
  type ReplicaRegionType,
} from '@aws-sdk/client-secrets-manager';

export interface SharedAs {
  policy?: string | undefined;
  /** Region -> KMS key; the Region's own where none was given. */
  readonly regions: Map<string, string>;
}

type Input<C> = C extends { input: infer I } ? I : never;

const fault = (message: string) => ({ message, $metadata: { httpStatusCode: 400, requestId: 'in-memory' } });

export const bornShared = (input: Input<CreateSecretCommand>): SharedAs => {
  const shared: SharedAs = { regions: new Map() };
  replicate(shared, input.AddReplicaRegions ?? []);
  return shared;
};

export const replicate = (shared: SharedAs, regions: readonly ReplicaRegionType[]): void => {
  for (const { Region = '', KmsKeyId = 'alias/aws/secretsmanager' } of regions) {
    if (shared.regions.has(Region)) throw new InvalidParameterException(fault(`a replica exists in ${Region}`));
    shared.regions.set(Region, KmsKeyId);
  }
};

export const allow = (shared: SharedAs, input: Input<PutResourcePolicyCommand>): void => {
  const { ResourcePolicy: policy = '', BlockPublicPolicy } = input;
  if (BlockPublicPolicy === true && /"Principal":("\*"|\{"AWS":"\*"\})/.test(policy))
    throw new PublicPolicyException(fault('The policy allows broad access to the secret.'));
  shared.policy = policy;
};

export const replicationStatus = ({ regions }: SharedAs) =>
  [...regions].map(([Region, KmsKeyId]) => ({ Region, KmsKeyId, Status: 'InSync' as const }));
