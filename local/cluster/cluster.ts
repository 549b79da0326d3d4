// A whole cluster without nodes on the loopback: API server, the External Secrets Operator, and a token webhook as EKS has
// one. It must never know what is delivered into it.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPrograms } from '../parts/cluster-build.ts';
import { type RunningApiServer, startApiServer } from './api-server.ts';
import { applyCrds, type RunningOperator, startOperator } from './operator.ts';
import { type AccessEntry, type RunningTokenWebhook, startTokenWebhook } from './token-webhook.ts';

export interface ClusterOptions {
  readonly programs: ClusterPrograms;
  /** An own folder. */
  readonly runFolder: string;
  /** What the cluster is called at EKS: signed into each token. */
  readonly eksName: string;
  readonly entries: readonly AccessEntry[];
  /** Secrets Manager and STS, as the operator reaches them. */
  readonly awsEndpoint: string;
  readonly region: string;
}

export interface RunningCluster {
  readonly server: RunningApiServer;
  readonly webhook: RunningTokenWebhook;
  readonly operator: RunningOperator;
  readonly stop: () => Promise<void>;
}

/** The emulator takes any. */
const EMULATOR_KEYS = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Starts everything and resolves when the operator's kinds are served and it runs. */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  const { programs, runFolder, eksName, entries, awsEndpoint, region } = options;
  mkdirSync(runFolder, { recursive: true });
  const webhook = await startTokenWebhook({ runFolder: join(runFolder, 'webhook'), eksName, entries });
  const server = await startApiServer({
    programs,
    runFolder: join(runFolder, 'api-server'),
    tokenWebhookConfig: webhook.configFile,
  });
  await applyCrds(server, programs);
  const operator = await startOperator({
    programs,
    server,
    runFolder,
    awsEndpoint,
    region,
    credentials: EMULATOR_KEYS,
  });
  return {
    server,
    webhook,
    operator,
    stop: async () => {
      await operator.stop();
      await server.stop();
      await webhook.stop();
    },
  };
}
