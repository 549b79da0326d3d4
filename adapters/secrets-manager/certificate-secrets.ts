// Secrets Manager as the store of certificates: versions and their labels. It must never know what a value holds.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { NewSecrets, SecretLabels, SecretVersions } from '#core/ports.ts';
import { Sealed } from '#core/sealed.ts';
import { asker } from './ask.ts';
import { dropLabel, promoteVersion } from './labels.ts';
import { createSecret, openSecret, restoreSecret } from './opening.ts';
import type { Sharing } from './sharing.ts';
import { getVersion, putVersion } from './staging.ts';

/** How many secrets' version ids are remembered between `open` and `put`. */
const REMEMBERED = 500;

/** Names, the newest so many of them. */
const remembered = () => {
  const names = new Set<string>();
  return {
    has: (name: string) => names.has(name),
    add(name: string) {
      names.add(name);
      for (const oldest of names) if (names.size > REMEMBERED) names.delete(oldest);
    },
  };
};

/**
 * The ports' implementer. Calls per fresh issuance: Describe, Create, Put (key), Put (bundle), Get (read back), one
 * UpdateSecretVersionStage to promote and one per label to drop: 8. A renewal needs no Create: 7. What is signed here:
 * Create alone; its renewal Describe, Put, Get, one to promote and one to drop: 5. Where secrets are shared with other accounts, one
 * more to read or write the policy.
 * `put` looks first (one Get more) only where the version may exist: `open` saw it, or this container has tried to write it, or nothing is known of the secret.
 */
export const certificateSecrets = (options: {
  client: SecretsManagerClient;
  /** KMS key (id, ARN or alias) of the secrets that are made; without it, the account's default key. */
  kmsKeyId?: string | undefined;
  /** With whom each secret is shared; a secret is looked at for that once a container. */
  sharing?: Sharing | undefined;
}): SecretVersions & SecretLabels & NewSecrets => {
  const ask = asker(options.client);
  const { kmsKeyId, sharing } = options;
  const seen = new Map<string, Set<string>>();
  const shared = remembered();
  return {
    async open(request) {
      const view = await openSecret(ask, request, {
        kmsKeyId,
        sharing: shared.has(request.name) ? undefined : sharing,
      });
      shared.add(request.name);
      seen.delete(request.name);
      seen.set(request.name, new Set(Object.keys(view.versions)));
      for (const oldest of seen.keys()) if (seen.size > REMEMBERED) seen.delete(oldest);
      return view;
    },
    put(request) {
      const versions = seen.get(request.name);
      const mayExist = versions === undefined || versions.has(request.token);
      versions?.add(request.token);
      return putVersion(ask, request, { mayExist });
    },
    async read(request) {
      const version = await getVersion(ask, request);
      return version?.text === undefined ? undefined : new Sealed(version.text);
    },
    create: ({ value, ...request }) => createSecret(ask, { ...request, text: value.open() }, { kmsKeyId, sharing }),
    promote: (request) => promoteVersion(ask, request),
    restore: (request) => restoreSecret(ask, request),
    async drop({ name, labels }) {
      for (const { label, versionId } of labels) await dropLabel(ask, { name, label, versionId });
    },
  };
};
