// Secrets Manager as the keeper of what declarations refer to (account keys): one JSON object per secret, a property per
// key. It must never echo what it could not read, nor lose a property that somebody else keeps there.
import {
  CreateSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { EvercertError } from '#core/errors.ts';
import { sha256Hex } from '#core/names.ts';
import type { ReferenceSecrets } from '#core/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { type Ask, asker } from './ask.ts';
import { dropLabel, promoteVersion } from './labels.ts';

interface Content {
  readonly versionId: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface NewProperty {
  readonly name: string;
  readonly property: string;
  readonly value: Sealed<string>;
}

type Found = { value: Sealed<string>; versionId: string };

/** Tries to add a property while others write the same secret. */
const ATTEMPTS = 4;

/** Errors: ACCOUNT_KEY_UNFIT (the secret is no JSON object of texts), SECRET_DELETED, SECRET_DENIED, KMS_UNUSABLE, SECRET_UNAVAILABLE. */
export const referenceSecrets = (options: {
  client: SecretsManagerClient;
  /** KMS key of the secrets that are made here. */
  kmsKeyId?: string | undefined;
}): ReferenceSecrets => {
  const ask = asker(options.client);
  const read: ReferenceSecrets['read'] = async ({ name, property }) => {
    const content = await readContent(ask, name);
    return content && propertyOf(content, { name, property });
  };
  return {
    read,
    async create(request) {
      const made = await createSecret(ask, request, options.kmsKeyId);
      if (made) return made;
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const content = await readContent(ask, request.name);
        const theirs = content && propertyOf(content, request);
        if (theirs) return theirs;
        const added = await addProperty(ask, request, content);
        if (added) return added;
      }
      throw contention(request.name);
    },
    async move({ name, from, to }) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
        const content = await readContent(ask, name);
        const moved = content && propertyOf(content, { name, property: from });
        if (content === undefined || moved === undefined) return demandProperty(content, { name, property: to });
        const { [from]: _moved, ...others } = content.properties;
        const properties = { ...others, [to]: moved.value.open() };
        if ((await replaceContent(ask, { name, label: labelFor(to), properties }, content)) !== undefined) return;
      }
      throw contention(name);
    },
  };
};

/** Undefined when the secret does not exist, or has no value yet. */
const readContent = async (ask: Ask, name: string): Promise<Content | undefined> => {
  const answer = await ask({
    action: 'GetSecretValue',
    name,
    absent: ['ResourceNotFoundException'],
    // moto would give the first version where no label is named, wherever AWSCURRENT has gone since.
    send: (client) => client.send(new GetSecretValueCommand({ SecretId: name, VersionStage: 'AWSCURRENT' })),
  });
  if (!answer) return undefined;
  const { VersionId: versionId = '', SecretString: text, SecretBinary: binary } = answer;
  if (binary !== undefined) throw unfit(name, 'is binary');
  // The emulator gives a secret that was made without a value a version without one.
  return { versionId, properties: text === undefined ? {} : parsed(text, name) };
};

const parsed = (text: string, name: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the text: it is not kept.
    throw unfit(name, 'is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw unfit(name, 'is no JSON object');
  return value as Record<string, unknown>;
};

const propertyOf = (
  { properties, versionId }: Content,
  { name, property }: { name: string; property: string },
): Found | undefined => {
  if (!Object.hasOwn(properties, property)) return undefined;
  const value = properties[property];
  if (typeof value !== 'string') throw unfit(name, `has a property "${property}" that is no text`);
  return { value: new Sealed(value), versionId };
};

const unfit = (name: string, why: string): EvercertError =>
  new EvercertError('ACCOUNT_KEY_UNFIT', `the secret ${name} ${why}`, { detail: { offenders: [name] } });

/** Undefined when the name is taken. */
const createSecret = async (
  ask: Ask,
  { name, property, value }: NewProperty,
  kmsKeyId: string | undefined,
): Promise<Found | undefined> => {
  const answer = await ask({
    action: 'CreateSecret',
    name,
    absent: ['ResourceExistsException'],
    send: (client) =>
      client.send(
        new CreateSecretCommand({
          Name: name,
          SecretString: JSON.stringify({ [property]: value.open() }),
          Description: 'made by Evercert for declarations that refer to it',
          ...(kmsKeyId === undefined ? {} : { KmsKeyId: kmsKeyId }),
        }),
      ),
  });
  return answer && { value, versionId: answer.VersionId ?? '' };
};

const contention = (name: string): EvercertError =>
  new EvercertError('SECRET_CONTENTION', `the secret ${name} is being changed by somebody else`);

/** ACCOUNT_KEY_MISSING unless the property is there. */
const demandProperty = (content: Content | undefined, place: { name: string; property: string }): void => {
  if (content !== undefined && propertyOf(content, place) !== undefined) return;
  throw new EvercertError('ACCOUNT_KEY_MISSING', `the secret ${place.name} has no property "${place.property}"`, {
    detail: { offenders: [place.name] },
  });
};

const labelFor = (property: string): string => `evercert-add-${sha256Hex(property).slice(0, 16)}`;

/** Undefined when the secret has changed meanwhile. */
const addProperty = async (
  ask: Ask,
  { name, property, value }: NewProperty,
  content: Content | undefined,
): Promise<Found | undefined> => {
  const properties = { ...content?.properties, [property]: value.open() };
  const versionId = await replaceContent(ask, { name, label: labelFor(property), properties }, content);
  return versionId === undefined ? undefined : { value, versionId };
};

/** Stages the object, then moves AWSCURRENT from the version that was read; undefined when it has moved meanwhile. */
const replaceContent = async (
  ask: Ask,
  { name, label, properties }: { name: string; label: string; properties: Readonly<Record<string, unknown>> },
  content: Content | undefined,
): Promise<string | undefined> => {
  const answer = await ask({
    action: 'PutSecretValue',
    name,
    send: (client) =>
      client.send(
        new PutSecretValueCommand({
          SecretId: name,
          SecretString: JSON.stringify(properties),
          VersionStages: [label],
        }),
      ),
  });
  const versionId = answer?.VersionId ?? '';
  try {
    await promoteVersion(ask, { name, versionId, fromVersionId: content?.versionId });
    return versionId;
  } catch (error) {
    if (error instanceof EvercertError && error.code === 'SECRET_CONTENTION') return undefined;
    throw error;
  } finally {
    await dropLabel(ask, { name, label, versionId });
  }
};
