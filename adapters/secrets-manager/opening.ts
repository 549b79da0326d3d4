// Looks at a certificate's secret and makes it where it is absent. It must never touch a secret that is not ours.
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  type DescribeSecretCommandOutput,
  RestoreSecretCommand,
  TagResourceCommand,
} from '@aws-sdk/client-secrets-manager';
import { placeholderText } from '#core/certificate/placeholder.ts';
import { asEvercertError, EvercertError } from '#core/errors.ts';
import { firstVersionToken, TAG_CERTIFICATE, TAG_UID } from '#core/names.ts';
import type { SecretView } from '#core/ports.ts';
import type { Sealed } from '#core/sealed.ts';
import type { Ask } from './ask.ts';
import { keepShared, NOT_SHARED, replicaRegions, type Sharing, shareNewSecret } from './sharing.ts';

export interface OpenRequest {
  readonly name: string;
  readonly certificate: string;
  readonly uid: string;
  /** Asked for only where the secret is made; absent: the placeholder. */
  readonly firstValue?: () => Promise<Sealed<string>>;
}

export interface MadeHow {
  readonly kmsKeyId: string | undefined;
  /** Default: with nobody. */
  readonly sharing?: Sharing | undefined;
}

/** Describes, creates with the placeholder where absent, and shares it as is set. Errors: SECRET_FOREIGN, SECRET_DELETED, and those of `ask`. */
export const openSecret = async (ask: Ask, request: OpenRequest, options: MadeHow): Promise<SecretView> => {
  const seen = await describe(ask, request.name);
  if (seen) return adopt(ask, request, { seen, options });
  const made = await create(ask, request, options);
  if (made) return made;
  // Somebody made it between the two calls, or an earlier answer of CreateSecret was lost.
  const now = await describe(ask, request.name);
  if (now) return adopt(ask, request, { seen: now, options });
  throw new EvercertError('SECRET_UNAVAILABLE', `the secret ${request.name} exists, but cannot be described yet`);
};

export const describe = (ask: Ask, name: string): Promise<DescribeSecretCommandOutput | undefined> =>
  ask({
    action: 'DescribeSecret',
    name,
    absent: ['ResourceNotFoundException'],
    send: (client) => client.send(new DescribeSecretCommand({ SecretId: name })),
  });

interface FirstVersion {
  readonly name: string;
  readonly certificate: string;
  readonly uid: string;
  readonly token: string;
  readonly text: string;
}

/**
 * Makes the secret; gives the id of its first version, which gets AWSCURRENT whatever stage is asked. Undefined when the
 * name is taken.
 */
export const createSecret = async (
  ask: Ask,
  { name, certificate, uid, token, text }: FirstVersion,
  { kmsKeyId, sharing = NOT_SHARED }: MadeHow,
): Promise<string | undefined> => {
  const replicas = replicaRegions(sharing.replicas);
  const answer = await ask({
    action: 'CreateSecret',
    name,
    absent: ['ResourceExistsException'],
    send: (client) =>
      client.send(
        new CreateSecretCommand({
          Name: name,
          // Derived, so that a repeated request is the same request.
          ClientRequestToken: token,
          SecretString: text,
          Description: `TLS key and certificate of ${certificate}, kept by Evercert`,
          Tags: [
            { Key: TAG_UID, Value: uid },
            { Key: TAG_CERTIFICATE, Value: certificate },
          ],
          ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
          ...(replicas === undefined ? {} : { AddReplicaRegions: replicas }),
        }),
      ),
  });
  // A crash before this: whoever opens the secret next, or the daily look, finds it unshared.
  if (answer !== undefined) await unlessDenied(shareNewSecret(ask, name, sharing));
  return answer && (answer.VersionId ?? '');
};

/** A policy or replica that AWS refuses is a fault of the settings, which the daily look tells: no certificate waits for it. */
const unlessDenied = async (sharing: Promise<unknown>): Promise<void> => {
  const [shared] = await Promise.allSettled([sharing]);
  if (shared.status === 'rejected' && asEvercertError(shared.reason).code !== 'SECRET_DENIED') throw shared.reason;
};

/** Undefined when the name is taken. It begins with the placeholder, or the temporary certificate. */
const create = async (
  ask: Ask,
  { name, certificate, uid, firstValue }: OpenRequest,
  options: MadeHow,
): Promise<SecretView | undefined> => {
  const text = firstValue === undefined ? placeholderText(certificate) : (await firstValue()).open();
  const token = firstVersionToken(uid);
  const versionId = await createSecret(ask, { name, certificate, uid, token, text }, options);
  if (versionId === undefined) return undefined;
  return { versions: { [versionId]: ['AWSCURRENT'] }, currentVersionId: versionId, created: true };
};

/** Calls a scheduled deletion off; a secret without our tag stays as it is. */
export const restoreSecret = async (
  ask: Ask,
  { name, certificate }: { name: string; certificate: string },
): Promise<void> => {
  const seen = await describe(ask, name);
  if (seen?.DeletedDate === undefined) return;
  const owner = ownerOf(seen);
  if (owner !== certificate) throw foreign(name, certificate, owner);
  await ask({
    action: 'RestoreSecret',
    name,
    send: (client) => client.send(new RestoreSecretCommand({ SecretId: name })),
  });
};

const ownerOf = (seen: DescribeSecretCommandOutput): string | undefined =>
  seen.Tags?.find(({ Key }) => Key === TAG_CERTIFICATE)?.Value;

/** Ours, if it is: one of an earlier life of the same certificate gets the new uid. */
const adopt = async (
  ask: Ask,
  { name, certificate, uid }: OpenRequest,
  { seen, options }: { readonly seen: DescribeSecretCommandOutput; readonly options: MadeHow },
): Promise<SecretView> => {
  const tags = new Map((seen.Tags ?? []).map((tag) => [tag.Key, tag.Value]));
  if (tags.get(TAG_CERTIFICATE) !== certificate) throw foreign(name, certificate, tags.get(TAG_CERTIFICATE));
  if (seen.DeletedDate) {
    throw new EvercertError('SECRET_DELETED', `the secret ${name} is scheduled for deletion`, {
      detail: { offenders: [name] },
    });
  }
  if (tags.get(TAG_UID) !== uid) {
    await ask({
      action: 'TagResource',
      name,
      send: (client) => client.send(new TagResourceCommand({ SecretId: name, Tags: [{ Key: TAG_UID, Value: uid }] })),
    });
  }
  if (options.sharing !== undefined) await unlessDenied(keepShared(ask, { name, seen }, options.sharing));
  return viewOf(seen);
};

const foreign = (name: string, certificate: string, owner: string | undefined): EvercertError =>
  new EvercertError(
    'SECRET_FOREIGN',
    owner === undefined
      ? `the secret ${name} exists without the tag ${TAG_CERTIFICATE}: it is left untouched`
      : `the secret ${name} belongs to the certificate ${owner}, not to ${certificate}: it is left untouched`,
    { detail: { offenders: [name] } },
  );

const viewOf = (seen: DescribeSecretCommandOutput): SecretView => {
  const versions = seen.VersionIdsToStages ?? {};
  return { versions, currentVersionId: holderOf(versions, 'AWSCURRENT'), created: false };
};

/** The version that a staging label sits on. */
export const holderOf = (versions: Readonly<Record<string, readonly string[]>>, label: string): string | undefined =>
  Object.keys(versions).find((versionId) => versions[versionId]?.includes(label));
