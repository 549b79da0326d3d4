// Runs the contract of the secret ports on the model in memory, on moto and on ministack.
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetResourcePolicyCommand,
  GetSecretValueCommand,
  PutResourcePolicyCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { certificateSecrets } from '#adapters/secrets-manager/certificate-secrets.ts';
import { secretsManagerSharing } from '#adapters/secrets-manager/kept-shared.ts';
import { referenceSecrets } from '#adapters/secrets-manager/reference-secrets.ts';
import { secretsManagerLook } from '#adapters/secrets-manager/secret-look.ts';
import { NOT_SHARED } from '#adapters/secrets-manager/sharing.ts';
import { secretsManagerSigningPairs } from '#adapters/secrets-manager/signing-pairs.ts';
import { emulatorCredentials, startMinistack, startMoto } from '#test/support/emulators.ts';
import { SecretsManagerModel } from '#test/support/secrets-manager-model.ts';
import type { SecretsUnderTest } from './secrets/setup.ts';
import { describeSecrets } from './secrets.ts';

const real = (
  client: SecretsManagerClient,
  rest: Pick<SecretsUnderTest, 'differences' | 'close'> & { scheduleDeletion?: (name: string) => Promise<void> },
): SecretsUnderTest => ({
  open: (options = {}) => ({
    versions: certificateSecrets({ client, ...options }),
    pairs: secretsManagerSigningPairs({ client, prefix: 'evercert' }),
    references: referenceSecrets({ client }),
    look: secretsManagerLook({ client }),
    sharing: secretsManagerSharing({ client, sharing: options.sharing ?? NOT_SHARED }),
  }),
  byHand: {
    async create({ name, text, tags = {} }) {
      const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
      await client.send(
        new CreateSecretCommand({ Name: name, Tags, ...(text === undefined ? {} : { SecretString: text }) }),
      );
    },
    async put({ name, text }) {
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString: text }));
    },
    scheduleDeletion:
      rest.scheduleDeletion ??
      (async (name) => {
        await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
      }),
    async shared(name) {
      const { ReplicationStatus = [] } = await client.send(new DescribeSecretCommand({ SecretId: name }));
      const { ResourcePolicy } = await client.send(new GetResourcePolicyCommand({ SecretId: name }));
      return { policy: ResourcePolicy, regions: ReplicationStatus.map(({ Region = '' }) => Region).sort() };
    },
    async allow({ name, policy }) {
      await client.send(new PutResourcePolicyCommand({ SecretId: name, ResourcePolicy: policy }));
    },
    async look(name) {
      const seen = await client.send(new DescribeSecretCommand({ SecretId: name }));
      const labels: Record<string, string> = {};
      for (const [VersionId, on] of Object.entries(seen.VersionIdsToStages ?? {})) {
        const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: name, VersionId }));
        for (const label of on) labels[label] = SecretString;
      }
      return { labels, tags: Object.fromEntries((seen.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value])) };
    },
  },
  differences: rest.differences,
  close: rest.close,
});

const onServer = async (
  start: () => Promise<{ url: string; stop(): Promise<void> }>,
  differences: SecretsUnderTest['differences'],
): Promise<SecretsUnderTest> => {
  const server = await start();
  const client = new SecretsManagerClient({ endpoint: server.url, ...emulatorCredentials });
  return real(client, { differences, close: server.stop });
};

describeSecrets('the model in memory', async () => {
  const model = new SecretsManagerModel();
  return real(model.client, {
    differences: { overwritesTokens: false, refusesRepetition: false, bornAlone: false },
    close: async () => undefined,
    scheduleDeletion: async (name) => {
      const secret = model.secrets.get(name);
      if (secret) secret.deletedAt = new Date('2026-11-25T00:00:00Z');
    },
  });
});
describeSecrets('moto', () =>
  onServer(startMoto, { overwritesTokens: false, refusesRepetition: false, bornAlone: false }),
);
describeSecrets('ministack', () =>
  onServer(startMinistack, { overwritesTokens: true, refusesRepetition: true, bornAlone: true }),
);
