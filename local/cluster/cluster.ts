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

interface Started {
  readonly stop: () => unknown;
}

/** Ends what was started, the last first. */
const ended = async (started: readonly Started[]): Promise<void> => {
  for (const one of started.toReversed()) await one.stop();
};

const startAll = async (options: ClusterOptions, started: Started[]): Promise<Omit<RunningCluster, 'stop'>> => {
  const { programs, runFolder, eksName, entries, awsEndpoint, region } = options;
  const webhook = await startTokenWebhook({ runFolder: join(runFolder, 'webhook'), eksName, entries });
  started.push(webhook);
  const server = await startApiServer({
    programs,
    runFolder: join(runFolder, 'api-server'),
    tokenWebhookConfig: webhook.configFile,
  });
  started.push(server);
  await applyCrds(server, programs);
  const credentials = EMULATOR_KEYS;
  const operator = await startOperator({ programs, server, runFolder, awsEndpoint, region, credentials });
  started.push(operator);
  return { server, webhook, operator };
};

/** Starts everything and resolves when the operator's kinds are served and it runs; on a failure nothing is left running. */
export async function startCluster(options: ClusterOptions): Promise<RunningCluster> {
  mkdirSync(options.runFolder, { recursive: true });
  const started: Started[] = [];
  try {
    return { ...(await startAll(options, started)), stop: () => ended(started) };
  } catch (error) {
    await ended(started);
    throw error;
  }
}
