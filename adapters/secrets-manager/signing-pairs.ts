// SigningPairs on Secrets Manager: a CA's certificate and key out of one version of its secret. It must never write, keep
// or log what it reads.
import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { EvercertError } from '#core/errors.ts';
import { signerSecret } from '#core/names.ts';
import { signingPairOf } from '#core/own-ca/pair.ts';
import type { SigningPairs } from '#core/own-ca/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { asker } from './ask.ts';

/** One GetSecretValue a read. Errors: SIGNER_UNFIT, and those of `ask`. */
export const secretsManagerSigningPairs = (options: {
  client: SecretsManagerClient;
  /** Of the secrets' names. */
  prefix: string;
}): SigningPairs => {
  const ask = asker(options.client);
  return {
    async read({ signer, versionId }) {
      const name = signerSecret(options.prefix, signer);
      const which = versionId === undefined ? { VersionStage: 'AWSCURRENT' } : { VersionId: versionId };
      const answer = await ask({
        action: 'GetSecretValue',
        name,
        absent: ['ResourceNotFoundException'],
        // Said in full: moto forgets a moved AWSCURRENT where none is asked for.
        send: (client) => client.send(new GetSecretValueCommand({ SecretId: name, ...which })),
      });
      if (answer === undefined) return undefined;
      const { SecretString: text, SecretBinary: binary, VersionId: found = '' } = answer;
      if (binary !== undefined)
        throw new EvercertError('SIGNER_UNFIT', `the secret ${name} is binary`, { detail: { offenders: [name] } });
      return text === undefined ? undefined : signingPairOf(new Sealed(text), { name, versionId: found });
    },
  };
};
