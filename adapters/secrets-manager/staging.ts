// Writes and reads single versions of a secret, addressed by VersionId. It must never move AWSCURRENT.
import { GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { EvercertError } from '#core/errors.ts';
import type { Sealed } from '#core/sealed.ts';
import type { Ask } from './ask.ts';
import { moveLabel } from './labels.ts';

/** Of SecretString: https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html. */
const SIZE_LIMIT_BYTES = 65_536;

export interface PutRequest {
  readonly name: string;
  readonly token: string;
  readonly label: string;
  readonly value: Sealed<string>;
}

interface StoredVersion {
  readonly text: string | undefined;
  readonly labels: readonly string[];
}

/**
 * Writes the version, or finds it written with the same value. `mayExist`: look before writing (the emulator overwrites
 * a version whose token is repeated). Errors: SECRET_TOO_LARGE, SECRET_CONTENTION (the token holds another value).
 */
export const putVersion = async (ask: Ask, request: PutRequest, look: { mayExist: boolean }): Promise<string> => {
  const { name, token } = request;
  checkSize(request);
  const known = look.mayExist ? await getVersion(ask, { name, versionId: token }) : undefined;
  if (known) return sameVersion(ask, request, known);
  const written = await write(ask, request);
  if (written) {
    // An ignored repetition does not put the label back on.
    if (!written.labels.includes(request.label)) await moveLabel(ask, { ...request, versionId: token });
    return token;
  }
  const other = await getVersion(ask, { name, versionId: token });
  if (other) return sameVersion(ask, request, other);
  throw new EvercertError('SECRET_UNAVAILABLE', `the version ${token} of ${name} exists, but cannot be read yet`);
};

const checkSize = ({ name, value }: PutRequest): void => {
  const bytes = Buffer.byteLength(value.open(), 'utf8');
  if (bytes > SIZE_LIMIT_BYTES) {
    throw new EvercertError('SECRET_TOO_LARGE', `the secret ${name} would have ${bytes} bytes, of 65,536 at most`, {
      detail: { offenders: [name] },
    });
  }
};

/** Undefined when the token holds another value. */
const write = async (ask: Ask, { name, token, label, value }: PutRequest): Promise<StoredVersion | undefined> => {
  const answer = await ask({
    action: 'PutSecretValue',
    name,
    absent: ['ResourceExistsException'],
    send: (client) =>
      client.send(
        new PutSecretValueCommand({
          SecretId: name,
          ClientRequestToken: token,
          SecretString: value.open(),
          VersionStages: [label],
        }),
      ),
  });
  return answer && { text: undefined, labels: answer.VersionStages ?? [] };
};

const sameVersion = async (ask: Ask, request: PutRequest, known: StoredVersion): Promise<string> => {
  if (known.text !== request.value.open()) {
    throw new EvercertError(
      'SECRET_CONTENTION',
      `the version ${request.token} of ${request.name} holds another value: somebody else has staged it`,
      { detail: { offenders: [request.name] } },
    );
  }
  if (!known.labels.includes(request.label)) await moveLabel(ask, { ...request, versionId: request.token });
  return request.token;
};

/** Undefined when there is no such version (any more). */
export const getVersion = async (
  ask: Ask,
  { name, versionId }: { name: string; versionId: string },
): Promise<StoredVersion | undefined> => {
  const answer = await ask({
    action: 'GetSecretValue',
    name,
    absent: ['ResourceNotFoundException'],
    send: (client) => client.send(new GetSecretValueCommand({ SecretId: name, VersionId: versionId })),
  });
  return answer && { text: answer.SecretString, labels: answer.VersionStages ?? [] };
};
