// With whom a certificate's secret is shared: roles of other accounts by the secret's own policy, other Regions by
// replicas. It must never take away what somebody else has allowed, nor make a secret public.
import {
  type DescribeSecretCommandOutput,
  GetResourcePolicyCommand,
  PutResourcePolicyCommand,
  type ReplicaRegionType,
  ReplicateSecretToRegionsCommand,
} from '@aws-sdk/client-secrets-manager';
import type { Ask } from './ask.ts';

export interface Sharing {
  /** ARNs of roles of other accounts. */
  readonly secretReaders: readonly string[];
  readonly replicas: readonly { readonly region: string; readonly kmsKeyArn?: string | undefined }[];
}

export const NOT_SHARED: Sharing = { secretReaders: [], replicas: [] };

/** Our statement in the secret's policy. */
const SID = 'EvercertReaders';

interface Statement {
  readonly Sid?: string;
  readonly [field: string]: unknown;
}

/** `AddReplicaRegions`; undefined: none are wanted. */
export const replicaRegions = (replicas: Sharing['replicas']): ReplicaRegionType[] | undefined =>
  replicas.length === 0
    ? undefined
    : replicas.map(({ region, kmsKeyArn }) => ({
        Region: region,
        ...(kmsKeyArn === undefined ? {} : { KmsKeyId: kmsKeyArn }),
      }));

/**
 * The accounts are the principals, the roles a condition: a role that does not exist (yet) would be refused as a principal,
 * and one that was made anew would no longer be meant.
 */
const readersStatement = (readers: readonly string[]): Statement => ({
  Sid: SID,
  Effect: 'Allow',
  Principal: { AWS: [...new Set(readers.map((arn) => arn.replace(/:role\/.*$/, ':root')))].sort() },
  Action: 'secretsmanager:GetSecretValue',
  Resource: '*',
  Condition: { ArnEquals: { 'aws:PrincipalArn': [...readers].sort() } },
});

const statementsOf = (policy: string | undefined): readonly Statement[] => {
  if (policy === undefined) return [];
  const { Statement: statements } = JSON.parse(policy) as { Statement?: Statement | readonly Statement[] };
  return [statements ?? []].flat();
};

/** AWS gives a list of one as a word, and members in an order of its own. */
const canonical = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.length === 1 ? canonical(value[0]) : value.map(canonical).map(String).sort();
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, one]) => [key, canonical(one)]));
};
const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(canonical(a)) === JSON.stringify(canonical(b));

const put = (ask: Ask, name: string, statements: readonly Statement[]) =>
  ask({
    action: 'PutResourcePolicy',
    name,
    send: (client) =>
      client.send(
        new PutResourcePolicyCommand({
          SecretId: name,
          ResourcePolicy: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
          // Without it, the API would take a policy for everybody.
          BlockPublicPolicy: true,
        }),
      ),
  });

/** Of a secret that was just made: it has no policy yet. */
export const shareNewSecret = async (ask: Ask, name: string, { secretReaders }: Sharing): Promise<void> => {
  if (secretReaders.length > 0) await put(ask, name, [readersStatement(secretReaders)]);
};

/** False: the policy says so already. */
const keepPolicy = async (ask: Ask, name: string, readers: readonly string[]): Promise<boolean> => {
  const answer = await ask({
    action: 'GetResourcePolicy',
    name,
    send: (client) => client.send(new GetResourcePolicyCommand({ SecretId: name })),
  });
  const statements = statementsOf(answer?.ResourcePolicy);
  const wanted = readersStatement(readers);
  if (statements.some((one) => one.Sid === SID && isSame(one, wanted))) return false;
  await put(ask, name, [...statements.filter((one) => one.Sid !== SID), wanted]);
  return true;
};

/** False: each Region has its replica, or is at it. A failed one stays for a person: its reason stands in the description. */
const keepReplicas = async (
  ask: Ask,
  { name, seen, replicas }: { name: string; seen: DescribeSecretCommandOutput; replicas: Sharing['replicas'] },
): Promise<boolean> => {
  const known = new Set((seen.ReplicationStatus ?? []).map(({ Region }) => Region));
  const missing = replicaRegions(replicas.filter(({ region }) => !known.has(region)));
  if (missing === undefined) return false;
  await ask({
    action: 'ReplicateSecretToRegions',
    name,
    send: (client) => client.send(new ReplicateSecretToRegionsCommand({ SecretId: name, AddReplicaRegions: missing })),
  });
  return true;
};

/**
 * Brings an existing secret of ours up to what is set; true: something was missing. Calls: none where nothing is shared,
 * one to read the policy, and one for each thing that is missing. Repeating it is harmless. Errors: those of `ask`.
 */
export const keepShared = async (
  ask: Ask,
  { name, seen }: { name: string; seen: DescribeSecretCommandOutput },
  { secretReaders, replicas }: Sharing,
): Promise<boolean> => {
  const replicated = await keepReplicas(ask, { name, seen, replicas });
  const allowed = secretReaders.length > 0 && (await keepPolicy(ask, name, secretReaders));
  return replicated || allowed;
};
