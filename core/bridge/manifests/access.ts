// How a cluster's store comes by the secrets: by the operator's own role, by a role that it takes on, or by each secret's
// own policy. It must never know which secrets.
import { certificateSecret } from '../../names.ts';
import type { ManifestsInput } from './model.ts';

export type Access =
  /** With the role that the operator (or the store's ServiceAccount) has. */
  | { readonly by: 'own-role' }
  /** Takes on our reader role (ESO: `role`, `externalID`). */
  | { readonly by: 'hop'; readonly role: string | undefined; readonly externalId: string | undefined }
  /** A role of another account that each secret's policy lets in: secrets are named by ARN. */
  | { readonly by: 'policy'; readonly role: string };

/** As much as a stack knows, too. */
export type AccessInput = Pick<ManifestsInput, 'cluster' | 'secretReaders' | 'readerRole'>;

const readersIn = ({ secretReaders = [] }: AccessInput, account: string): readonly string[] =>
  secretReaders.filter((arn) => arn.split(':')[4] === account);

export const readerRoleOf = ({ readerRole, cluster }: AccessInput): string | undefined =>
  readerRole ?? cluster.readerRole;

/** Of a cluster in another account the role that it takes on stands before the secrets' own policies. */
export const accessOf = (input: AccessInput): Access => {
  const { account, tenants, externalId } = input.cluster;
  const role = readerRoleOf(input);
  const [reader] = account === undefined ? [] : readersIn(input, account);
  if (account !== undefined && role === undefined && reader !== undefined) return { by: 'policy', role: reader };
  return account === undefined && tenants === 'shared' ? { by: 'own-role' } : { by: 'hop', role, externalId };
};

/** The Region that the store asks: the cluster's own where the secrets are replicated to it. */
export const storeRegion = ({ cluster, region, replicas = [] }: ManifestsInput): string =>
  replicas.some((replica) => replica.region === cluster.region) ? (cluster.region ?? region) : region;

/**
 * `remoteRef.key` of a certificate's secret: its name, or where it lies in another account its ARN (without the random suffix:
 * GetSecretValue takes it).
 */
export const remoteKey = (input: ManifestsInput, certificate: string): string => {
  const name = certificateSecret(input.prefix, certificate);
  const access = accessOf(input);
  if (access.by !== 'policy') return name;
  const [, partition = 'aws'] = access.role.split(':');
  return `arn:${partition}:secretsmanager:${storeRegion(input)}:${input.account ?? ''}:secret:${name}`;
};

/** The role that the store's ServiceAccount is annotated with (IRSA). */
export const serviceAccountRole = (input: ManifestsInput): string | undefined => {
  const access = accessOf(input);
  if (access.by === 'hop') return input.operatorRole;
  return input.operatorRole ?? (access.by === 'policy' ? access.role : readerRoleOf(input));
};
