// SecretSharing on Secrets Manager: what a crash, or a setting that came later, has left unshared. It must never read a value.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { TAG_CERTIFICATE } from '#core/names.ts';
import type { SecretSharing } from '#core/sweep/ports.ts';
import { asker } from './ask.ts';
import { describe } from './opening.ts';
import { keepShared, type Sharing } from './sharing.ts';

/** Without any sharing, no call is made. Errors: SECRET_DENIED, SECRET_UNAVAILABLE. */
export const secretsManagerSharing = (options: {
  readonly client: SecretsManagerClient;
  readonly sharing: Sharing;
}): SecretSharing => {
  const { sharing } = options;
  const ask = asker(options.client);
  return {
    async keep({ name, certificate }) {
      if (sharing.secretReaders.length === 0 && sharing.replicas.length === 0) return false;
      const seen = await describe(ask, name);
      const owner = seen?.Tags?.find(({ Key }) => Key === TAG_CERTIFICATE)?.Value;
      if (seen === undefined || owner !== certificate || seen.DeletedDate !== undefined) return false;
      return keepShared(ask, { name, seen }, sharing);
    },
  };
};
