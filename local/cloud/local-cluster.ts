// One cluster of a local cloud: an API server and the operator as `npm start -- --kubernetes` has them, with what the stack
// is told of it. It must never know what is delivered into it.
import { join } from 'node:path';
import { VERSION_ANNOTATION } from '#core/bridge/manifests/model.ts';
import { SYNC_GROUP } from '#core/bridge/model.ts';
import { type ClusterSettings, clusterSettings } from '#core/settings.ts';
import { type RunningCluster, startCluster } from '../cluster/cluster.ts';
import { type SecretWatch, watchSecrets } from '../cluster/secret-watch.ts';
import type { ClusterPrograms } from '../parts/cluster-build.ts';
import { LOCAL_ACCOUNT, LOCAL_CREDENTIALS, LOCAL_REGION } from './clients.ts';

/** What `npm start -- --kubernetes` calls it. */
export const LOCAL_CLUSTER = 'local';
const ESO_VERSION = '0.20.4';

export interface LocalCluster {
  /** As the stack is told them. */
  readonly settings: ClusterSettings;
  readonly running: RunningCluster;
  /** What its Secrets hold. */
  readonly secrets: SecretWatch;
  /** From now on the token of the local functions is that of this role (its ARN). */
  readonly admit: (roleArn: string) => void;
  readonly stop: () => Promise<void>;
}

/**
 * The emulator gives each of its functions the account's number as access key, and one secret key to all: a cluster cannot tell
 * one function from another here, as it can on AWS (docs/decisions/0029).
 */
const entryOf = (principalArn: string) => ({
  accessKeyId: LOCAL_ACCOUNT,
  secretAccessKey: LOCAL_CREDENTIALS.secretAccessKey,
  principalArn,
  groups: [SYNC_GROUP],
});

/** Starts it; `awsEndpoint` is where its operator finds Secrets Manager. Errors: PartError. */
export const startLocalCluster = async (request: {
  readonly name: string;
  readonly programs: ClusterPrograms;
  readonly runFolder: string;
  readonly awsEndpoint: string;
}): Promise<LocalCluster> => {
  const { name, programs, awsEndpoint } = request;
  const eksName = `evercert-${name}`;
  const running = await startCluster({
    programs,
    runFolder: join(request.runFolder, `cluster-${name}`),
    eksName,
    entries: [entryOf(`arn:aws:iam::${LOCAL_ACCOUNT}:role/evercert-sync`)],
    awsEndpoint,
    region: LOCAL_REGION,
  });
  const { server, webhook } = running;
  const secrets = watchSecrets(server.watch, { versionAnnotation: VERSION_ANNOTATION });
  return {
    settings: clusterSettings.parse({
      name,
      eksName,
      endpoint: server.endpoint,
      certificateAuthorityData: Buffer.from(server.caPem).toString('base64'),
      esoVersion: ESO_VERSION,
    }),
    running,
    secrets,
    admit: (roleArn) => {
      webhook.entries.splice(0, webhook.entries.length, entryOf(roleArn));
    },
    stop: async () => {
      secrets.stop();
      await running.stop();
    },
  };
};
