// SecretLook on Secrets Manager: a description, never a value. It must never write.
import type { DescribeSecretCommandOutput, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretLook, SecretSeen } from '#core/sweep/ports.ts';
import { asker } from './ask.ts';
import { describe } from './opening.ts';

const seenOf = (answer: DescribeSecretCommandOutput): SecretSeen => ({
  versions: answer.VersionIdsToStages ?? {},
  tags: Object.fromEntries((answer.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])),
  ...(answer.DeletedDate === undefined ? {} : { deletedAt: answer.DeletedDate.toISOString() }),
  ...(answer.KmsKeyId === undefined ? {} : { kmsKeyId: answer.KmsKeyId }),
});

/** One DescribeSecret a look. Errors: SECRET_DENIED, SECRET_UNAVAILABLE, as of `translated`. */
export const secretsManagerLook = ({ client }: { client: SecretsManagerClient }): SecretLook => {
  const ask = asker(client);
  return {
    look: async (name) => {
      const answer = await describe(ask, name);
      return answer === undefined ? undefined : seenOf(answer);
    },
  };
};
