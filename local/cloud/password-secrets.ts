// The secrets that declared keystores take their passwords from: in the local cloud nobody else makes them. It must never
// touch one that is there.
import { CreateSecretCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { referenceSecret } from '#core/names.ts';

/** Java's own example of a password; nothing of the local cloud outlives it. */
const PASSWORD = 'changeit';

/** Secret -> its properties, as the declarations refer to them. */
const wantedOf = (prefix: string, certificates: readonly DeclaredCertificate[]): Map<string, Set<string>> => {
  const wanted = new Map<string, Set<string>>();
  for (const { namespace, keystores = {} } of certificates.map(({ certificate }) => certificate))
    for (const password of [keystores.pkcs12?.password, keystores.jks?.password]) {
      if (password === undefined || 'text' in password) continue;
      const secret = referenceSecret(prefix, namespace, password.secretRef.name);
      wanted.set(secret, (wanted.get(secret) ?? new Set()).add(password.secretRef.key));
    }
  return wanted;
};

/** Makes those that are missing; says which, in words. */
export const makePasswordSecrets = async (request: {
  readonly client: Pick<SecretsManagerClient, 'send'>;
  readonly prefix: string;
  readonly certificates: readonly DeclaredCertificate[];
}): Promise<readonly string[]> => {
  const made: string[] = [];
  for (const [name, properties] of wantedOf(request.prefix, request.certificates)) {
    const SecretString = JSON.stringify(Object.fromEntries([...properties].map((key) => [key, PASSWORD])));
    try {
      await request.client.send(new CreateSecretCommand({ Name: name, SecretString }));
      made.push(`secret ${name} is made, with the keystore password "${PASSWORD}"`);
    } catch (cause) {
      if ((cause as Error).name !== 'ResourceExistsException') throw cause;
    }
  }
  return made;
};
