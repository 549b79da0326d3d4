// Who shares secrets, and with whom: roles of other accounts (policy of each secret, and of the key), replicas in other
// Regions. Both sides stand here, so that they agree. It must never let anybody but the named roles in.
import { Aws } from 'aws-cdk-lib';
import { AccountPrincipal, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { certificateSecret, TAG_UID } from '#core/names.ts';
import type { ServiceSettings } from '#core/settings.ts';
import { acknowledgeWildcards } from './acknowledge.ts';
import { decrypting, viaSecrets } from './secret-reading.ts';

export type SharingSettings = Pick<ServiceSettings, 'secretReaders' | 'replicas'>;

const OURS = { [`aws:ResourceTag/${TAG_UID}`]: 'false' };

const policyStatements = (certificates: string): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'LookAtSecretPolicies',
    actions: ['secretsmanager:GetResourcePolicy'],
    resources: [certificates],
    conditions: { Null: OURS },
  }),
  new PolicyStatement({
    sid: 'ShareSecrets',
    actions: ['secretsmanager:PutResourcePolicy'],
    resources: [certificates],
    conditions: { Null: OURS, Bool: { 'secretsmanager:BlockPublicPolicy': 'true' } },
  }),
];

/** CreateSecret with replicas asks for this too, before there is a tag: so the Regions are the condition. */
const replicaStatement = (certificates: string, regions: readonly string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReplicateSecrets',
    actions: ['secretsmanager:ReplicateSecretToRegions'],
    resources: [certificates],
    conditions: {
      'ForAllValues:StringEquals': { 'secretsmanager:AddReplicaRegions': regions },
      Null: { 'secretsmanager:AddReplicaRegions': 'false' },
    },
  });

/** Keys of replicas, each in its Region; a Region's own `aws/secretsmanager` needs no grant. */
const replicaKeys = (replicas: SharingSettings['replicas']): PolicyStatement[] =>
  replicas.flatMap(({ region, kmsKeyArn }, index) =>
    kmsKeyArn === undefined
      ? []
      : new PolicyStatement({
          sid: `ReplicaKey${index + 1}`,
          actions: ['kms:Decrypt', 'kms:Encrypt', 'kms:GenerateDataKey'],
          resources: [kmsKeyArn],
          conditions: { StringEquals: viaSecrets(region) },
        }),
  );

/** What sharing takes, of whoever makes secrets or looks after them; nothing where nothing is shared. */
export const allowSharing = (
  role: IRole,
  { certificates, keyArn, settings }: { certificates: string; keyArn: string; settings: SharingSettings },
): void => {
  const { secretReaders, replicas } = settings;
  const statements = [
    ...(secretReaders.length === 0 ? [] : policyStatements(certificates)),
    ...(replicas.length === 0
      ? []
      : [
          replicaStatement(
            certificates,
            replicas.map(({ region }) => region),
          ),
          // A replica is made of the value, in the caller's name.
          new PolicyStatement({
            sid: 'ReplicateWithKey',
            actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
            resources: [keyArn],
            conditions: decrypting(Aws.REGION, certificates),
          }),
        ]),
    ...replicaKeys(replicas),
  ];
  for (const statement of statements) role.addToPrincipalPolicy(statement);
};

/** Lets the readers decrypt secrets of this deployment through Secrets Manager, and nothing else. The accounts are the principals: a role that does not exist yet would be refused. */
export const openKeyTo = (
  key: Key,
  { secretReaders, certificates }: { readonly secretReaders: readonly string[]; readonly certificates: string },
): void => {
  if (secretReaders.length === 0) return;
  const accounts = [...new Set(secretReaders.map((arn) => arn.split(':')[4]!))].sort();
  key.addToResourcePolicy(
    new PolicyStatement({
      sid: 'SecretReaders',
      principals: accounts.map((account) => new AccountPrincipal(account)),
      actions: ['kms:Decrypt'],
      resources: ['*'],
      conditions: {
        ...decrypting(Aws.REGION, certificates),
        ArnEquals: { 'aws:PrincipalArn': [...secretReaders].sort() },
      },
    }),
  );
};

export interface SharedSecrets {
  /** Account and Region of the Evercert that shares them. */
  readonly account: string;
  readonly region: string;
  readonly prefix: string;
  /** Its output `SecretsKeyArn`; default: any key there, which then opens these secrets through Secrets Manager alone. */
  readonly keyArn?: string | undefined;
}

/**
 * The other side of the setting `secretReaders`: put it on the reader's role, in its own account. Readers name a secret by
 * its whole ARN: by its name it would be looked for in their own account.
 */
export const allowSharedReading = (role: IRole, shared: SharedSecrets): void => {
  const { account, region, prefix, keyArn = `arn:${Aws.PARTITION}:kms:${region}:${account}:key/*` } = shared;
  const secrets = `arn:${Aws.PARTITION}:secretsmanager:${region}:${account}:secret:${certificateSecret(prefix, '*')}`;
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'EvercertSecrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secrets],
    }),
  );
  role.addToPrincipalPolicy(
    new PolicyStatement({
      sid: 'EvercertSecretsKey',
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      conditions: decrypting(region, secrets),
    }),
  );
  acknowledgeWildcards(role, {
    resources: [secrets, ...(shared.keyArn === undefined ? [keyArn] : [])],
    reason: 'Secrets are made at run time; the prefix is what tells them, and their ARNs end in a random suffix.',
  });
};
