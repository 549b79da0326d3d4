// Secrets Manager in memory, as strict as AWS where the emulators are lax: it takes the SDK's commands in place of a
// client. It must never know who calls it.
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  LimitExceededException,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  ReplicateSecretToRegionsCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { allow, bornShared, replicate, replicationStatus, type SharedAs } from './secrets-sharing-model.ts';

export interface StoredVersion {
  readonly text: string;
  readonly labels: Set<string>;
}

export interface StoredSecret {
  readonly tags: Map<string, string>;
  readonly versions: Map<string, StoredVersion>;
  kmsKeyId?: string | undefined;
  deletedAt?: Date;
  /** Absent: with nobody. */
  shared?: SharedAs;
}

type Input<C> = C extends { input: infer I } ? I : never;

const fault = (message: string) => ({ message, $metadata: { httpStatusCode: 400, requestId: 'in-memory' } });
const missing = (what: string) =>
  new ResourceNotFoundException(fault(`Secrets Manager can't find the specified secret ${what}.`));

export class SecretsManagerModel {
  readonly secrets = new Map<string, StoredSecret>();
  /** The actions that were called, in order. */
  readonly calls: string[] = [];
  #tokens = 0;

  /** Itself, where a client is asked for. */
  get client(): SecretsManagerClient {
    return this as unknown as SecretsManagerClient;
  }

  async send(command: unknown): Promise<unknown> {
    const name = (command as object).constructor.name.replace(/Command$/, '');
    this.calls.push(name);
    if (command instanceof CreateSecretCommand) return this.#create(command.input);
    if (command instanceof DescribeSecretCommand) return this.#describe(command.input);
    if (command instanceof GetSecretValueCommand) return this.#get(command.input);
    if (command instanceof PutSecretValueCommand) return this.#put(command.input);
    if (command instanceof UpdateSecretVersionStageCommand) return this.#stage(command.input);
    if (command instanceof TagResourceCommand) return this.#tag(command.input);
    if (command instanceof RestoreSecretCommand) return this.#restore(command.input);
    if (command instanceof GetResourcePolicyCommand)
      return { ResourcePolicy: this.#secret(command.input.SecretId).shared?.policy };
    if (command instanceof PutResourcePolicyCommand)
      return allow(this.#sharedOf(command.input.SecretId), command.input);
    if (command instanceof ReplicateSecretToRegionsCommand)
      return replicate(this.#sharedOf(command.input.SecretId), command.input.AddReplicaRegions ?? []);
    throw new Error(`the in-memory Secrets Manager does not know ${name}`);
  }

  #create(input: Input<CreateSecretCommand>): unknown {
    const { Name = '', SecretString: text } = input;
    const token = this.#token(input.ClientRequestToken);
    checkSize(text);
    const known = this.secrets.get(Name);
    if (known?.deletedAt) {
      const why = 'a secret with this name is already scheduled for deletion';
      throw new InvalidRequestException(fault(`You can't create this secret because ${why}.`));
    }
    if (known && known.versions.get(token)?.text === text) return { Name, VersionId: token };
    if (known) throw exists(`the secret ${Name} already exists`);
    const secret: StoredSecret = {
      tags: new Map((input.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
      versions: new Map(),
      kmsKeyId: input.KmsKeyId,
      shared: bornShared(input),
    };
    this.secrets.set(Name, secret);
    if (text === undefined) return { Name };
    secret.versions.set(token, { text, labels: new Set(['AWSCURRENT']) });
    return { Name, VersionId: token };
  }

  #describe({ SecretId }: Input<DescribeSecretCommand>): unknown {
    const secret = this.#secret(SecretId);
    const labelled = [...secret.versions].filter(([, version]) => version.labels.size > 0);
    return {
      Name: SecretId,
      Tags: [...secret.tags].map(([Key, Value]) => ({ Key, Value })),
      DeletedDate: secret.deletedAt,
      KmsKeyId: secret.kmsKeyId,
      ReplicationStatus: secret.shared && replicationStatus(secret.shared),
      VersionIdsToStages: Object.fromEntries(labelled.map(([id, { labels }]) => [id, [...labels]])),
    };
  }

  #get({ SecretId, VersionId, VersionStage = 'AWSCURRENT' }: Input<GetSecretValueCommand>): unknown {
    const secret = this.#alive(SecretId);
    const id = VersionId ?? holder(secret, VersionStage);
    const version = id === undefined ? undefined : secret.versions.get(id);
    if (!version)
      throw missing(`value for ${VersionId ? `VersionId: ${VersionId}` : `staging label: ${VersionStage}`}`);
    return { Name: SecretId, VersionId: id, SecretString: version.text, VersionStages: [...version.labels] };
  }

  #put(input: Input<PutSecretValueCommand>): unknown {
    const { SecretId: Name, SecretString: text = '', VersionStages: labels = ['AWSCURRENT'] } = input;
    checkSize(text);
    const secret = this.#alive(Name);
    const id = this.#token(input.ClientRequestToken);
    const known = secret.versions.get(id);
    if (known && known.text !== text) throw exists(`the version ${id} exists with other content`);
    if (known) return { Name, VersionId: id, VersionStages: [...known.labels] };
    const wanted = new Set(secret.versions.size === 0 ? [...labels, 'AWSCURRENT'] : labels);
    const all = new Set([...secret.versions.values()].flatMap((version) => [...version.labels]));
    if (new Set([...all, ...wanted]).size > 20)
      throw new LimitExceededException(fault('a secret has at most 20 staging labels'));
    secret.versions.set(id, { text, labels: new Set() });
    for (const label of wanted) place(secret, { label, id });
    return { Name, VersionId: id, VersionStages: [...(secret.versions.get(id)?.labels ?? [])] };
  }

  #stage(input: Input<UpdateSecretVersionStageCommand>): unknown {
    const { SecretId: Name, VersionStage: label = '', MoveToVersionId: to, RemoveFromVersionId: from } = input;
    const secret = this.#alive(Name);
    for (const id of [to, from]) {
      if (id !== undefined && !secret.versions.has(id))
        throw new InvalidParameterException(fault(`Not a valid version: ${id}`));
    }
    const current = holder(secret, label);
    const isElsewhere = to !== undefined && current !== undefined && current !== to;
    if (isElsewhere && current !== from) {
      const words = `Staging label ${label} is currently attached to version ${current}, so you must explicitly reference that version in RemoveFromVersionId.`;
      throw new InvalidParameterException(fault(words));
    }
    if (from !== undefined && from !== to && current !== from) {
      throw new InvalidParameterException(fault(`Version stage ${label} not found in version ${from}`));
    }
    if (to === undefined && label === 'AWSCURRENT') {
      throw new InvalidParameterException(fault('AWSCURRENT can only be moved to another version'));
    }
    if (to === undefined) secret.versions.get(from ?? '')?.labels.delete(label);
    else place(secret, { label, id: to });
    return { Name };
  }

  #tag({ SecretId, Tags = [] }: Input<TagResourceCommand>): unknown {
    const secret = this.#secret(SecretId);
    for (const { Key = '', Value = '' } of Tags) secret.tags.set(Key, Value);
    return {};
  }

  #restore({ SecretId }: Input<RestoreSecretCommand>): unknown {
    delete this.#secret(SecretId).deletedAt;
    return { Name: SecretId };
  }

  #sharedOf(name: string | undefined): SharedAs {
    const secret = this.#alive(name);
    secret.shared ??= { regions: new Map() };
    return secret.shared;
  }

  #secret(name = ''): StoredSecret {
    const secret = this.secrets.get(name);
    if (!secret) throw missing('');
    return secret;
  }

  #alive(name = ''): StoredSecret {
    const secret = this.#secret(name);
    if (secret.deletedAt) {
      const words = "You can't perform this operation on the secret because it was marked for deletion.";
      throw new InvalidRequestException(fault(words));
    }
    return secret;
  }

  /** The SDK makes a token of its own where none is given. */
  #token(given: string | undefined): string {
    const token = given ?? `sdk-made-token-${String(++this.#tokens).padStart(20, '0')}`;
    if (token.length < 32 || token.length > 64) {
      throw new InvalidParameterException(fault('ClientRequestToken must be 32-64 characters long'));
    }
    return token;
  }
}

const exists = (why: string): ResourceExistsException =>
  new ResourceExistsException(fault(`The operation failed because ${why}.`));

/** AWS quotes the value when it refuses one. */
const checkSize = (text = ''): void => {
  if (Buffer.byteLength(text) > 65_536) {
    const words = `1 validation error detected: Value '${text}' at 'secretString' failed to satisfy constraint: Member must have length less than or equal to 65536`;
    throw new InvalidParameterException(fault(words));
  }
};

const holder = (secret: StoredSecret, label: string): string | undefined =>
  [...secret.versions].find(([, version]) => version.labels.has(label))?.[0];

/** A label sits on one version; where AWSCURRENT was, AWSPREVIOUS comes. */
const place = (secret: StoredSecret, { label, id }: { label: string; id: string }): void => {
  const old = holder(secret, label);
  if (old === id) return;
  if (old !== undefined) secret.versions.get(old)?.labels.delete(label);
  secret.versions.get(id)?.labels.add(label);
  if (label === 'AWSCURRENT' && old !== undefined) place(secret, { label: 'AWSPREVIOUS', id: old });
  if (label === 'AWSCURRENT') secret.versions.get(id)?.labels.delete('AWSPREVIOUS');
};
