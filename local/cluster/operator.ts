// The real External Secrets Operator against a local API server and an emulator's Secrets Manager. It must never know what
// it brings.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ClusterPrograms } from '../parts/cluster-build.ts';
import { answers, freePort } from '../parts/network.ts';
import { type RunningProcess, startServer } from '../parts/process.ts';
import type { RunningApiServer } from './api-server.ts';
import { type Manifest, mustApply } from './apply.ts';

/** Of external-secrets.io/v1; their subresources are served as well, one kind before the other. */
const KINDS = ['externalsecrets', 'secretstores', 'clustersecretstores', 'clusterexternalsecrets'] as const;
const WANTED = /_(externalsecrets|secretstores|clustersecretstores|clusterexternalsecrets)\.yaml$|generatorstates/;

/** The operator's CustomResourceDefinitions that are needed, and waits until the server serves them. */
export async function applyCrds({ admin }: RunningApiServer, { crds }: ClusterPrograms): Promise<void> {
  for (const file of readdirSync(crds).filter((name) => WANTED.test(name)))
    await mustApply(admin, parse(readFileSync(join(crds, file), 'utf8')) as Manifest);
  for (let tries = 0; tries < 100; tries++) {
    const { body } = await admin({ method: 'GET', path: '/apis/external-secrets.io/v1' });
    const served = new Set((body.resources ?? []).map(({ name }: { name: string }) => name));
    if (KINDS.every((name) => served.has(name))) return;
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error('the API server does not serve external-secrets.io/v1');
}

export interface RunningOperator {
  /** The process that runs now. */
  readonly pid: number;
  readonly logFile: string;
  /** Ends it as a crash does. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the operator; its calls go to `awsEndpoint`. */
export const startOperator = async (options: {
  readonly programs: ClusterPrograms;
  readonly server: RunningApiServer;
  readonly runFolder: string;
  readonly awsEndpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}): Promise<RunningOperator> => {
  const { programs, server, runFolder, awsEndpoint, region, credentials } = options;
  const [metrics, live] = [await freePort(), await freePort()];
  const start = (): Promise<RunningProcess> =>
    startServer({
      name: 'External Secrets Operator',
      command: programs.externalSecrets,
      args: [
        '--enable-push-secret-reconciler=false',
        '--enable-cluster-push-secret-reconciler=false',
        '--enable-leader-election=false',
        '--concurrent=4',
        '--store-requeue-interval=5s',
        `--metrics-addr=127.0.0.1:${metrics}`,
        `--live-addr=127.0.0.1:${live}`,
      ],
      env: {
        PATH: '/usr/bin:/bin',
        KUBECONFIG: server.kubeconfig,
        AWS_SECRETSMANAGER_ENDPOINT: awsEndpoint,
        AWS_STS_ENDPOINT: awsEndpoint,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_REGION: region,
      },
      cwd: runFolder,
      logFile: join(runFolder, 'external-secrets.log'),
      healthy: () => answers({ url: `http://127.0.0.1:${metrics}/metrics` }),
      deadlineMs: 30_000,
    });
  let operator = await start();
  return {
    get pid() {
      return operator.pid;
    },
    logFile: operator.logFile,
    pause: () => operator.kill(),
    resume: async () => {
      operator = await start();
    },
    stop: () => operator.stop(),
  };
};
