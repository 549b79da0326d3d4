// A cluster for the system tests: the real API server and operator, an emulator's Secrets Manager behind a relay, and our
// role. It must never be shared between files.
import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { eksClusterApi } from '#adapters/eks/cluster-api.ts';
import { type ApiServer, type AskCluster, askCluster } from '#adapters/eks/request.ts';
import { type TokenSource, tokenSource } from '#adapters/eks/token.ts';
import { SYNC_ANNOTATION, SYNC_GROUP } from '#core/bridge/model.ts';
import type { ClusterApi } from '#core/bridge/ports.ts';
import type { ApiRequest } from '#local/cluster/api-client.ts';
import { apply, type Manifest, mustApply } from '#local/cluster/apply.ts';
import { type RunningCluster, startCluster } from '#local/cluster/cluster.ts';
import { CLUSTER_GO_MINOR, installClusterPrograms } from '#local/parts/cluster-build.ts';
import { makeRunFolder, projectFolders } from '#local/parts/folders.ts';
import { installParts, toolchain } from '#local/parts/install.ts';
import { startMinistack } from '#local/parts/ministack.ts';
import type { Issued } from './issued.ts';
import { type Relay, startRelay } from './relay.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const REGION = 'us-east-1';
const ARRIVES_MS = 30_000;
const POLL_MS = 20;

export const EKS_NAME = 'blue-cluster';
/** What declarations call it. */
export const CLUSTER = 'blue';
/** The sync function's role: it signs with these keys. */
export const OUR_KEYS = { accessKeyId: 'AKIASYNC', secretAccessKey: 'only-of-this-test' };
export const OUR_ROLE = 'arn:aws:sts::000000000000:assumed-role/evercert-sync-blue/evercert';

export interface Stage {
  readonly cluster: RunningCluster;
  readonly admin: ApiRequest;
  readonly relay: Relay;
  /** The emulator itself, for DynamoDB. */
  readonly awsEndpoint: string;
  /** Requests as our role. */
  readonly ask: AskCluster;
  readonly api: ClusterApi;
  /** The same reader as the administrator. */
  readonly adminApi: ClusterApi;
  /** As the sync function asks. */
  readonly askWith: (tokens: TokenSource, other?: Partial<ApiServer>) => AskCluster;
  readonly apply: (...manifests: readonly Manifest[]) => Promise<void>;
  /** Waits until a dry run of this manifest is answered so: policies are active some seconds after they were written. */
  readonly settles: (manifest: Manifest, status: number) => Promise<void>;
  /** Makes a version AWSCURRENT and gives the instant after it. */
  readonly put: (secret: string, issued: Pick<Issued, 'value' | 'versionId'>) => Promise<number>;
  /** Changes the annotation of an ExternalSecret as the administrator: what `sync` does is told elsewhere. */
  readonly bump: (at: Place, value: string) => Promise<void>;
  /** The Kubernetes Secret, as the administrator. */
  readonly secretIn: (at: Place) => Promise<KubernetesSecret | undefined>;
  /** Waits until there is such a Secret. */
  readonly appears: (at: Place) => Promise<KubernetesSecret>;
  /** Waits until the Secret holds this certificate. */
  readonly arrives: (at: Place, issued: Pick<Issued, 'chainPem'>) => Promise<KubernetesSecret>;
  readonly deleteSecret: (secret: string) => Promise<void>;
  readonly restoreSecret: (secret: string) => Promise<void>;
  /** Everything that the parts of this stage have logged. */
  readonly logs: () => string;
  readonly stop: () => Promise<void>;
}

/** Where an ExternalSecret and its Secret of the same name are. */
export interface Place {
  readonly namespace: string;
  readonly name: string;
}

export interface KubernetesSecret {
  readonly type: string;
  // biome-ignore lint/suspicious/noExplicitAny: metadata of any kind.
  readonly metadata: any;
  /** Decoded. */
  readonly data: Readonly<Record<string, string>>;
}

const programs = () => {
  const folders = projectFolders(ROOT);
  const hostEnv = process.env;
  const reporter = ({ step, text }: { step: string; text: string }): void => console.error(`${step}: ${text}`);
  const go = () => toolchain({ folders, hostEnv, reporter, oldestMinor: CLUSTER_GO_MINOR });
  return Promise.all([
    installParts({ root: ROOT, hostEnv, reporter, need: ['ministack'] }),
    installClusterPrograms({ folders, hostEnv, reporter, go }),
  ]);
};

/** The tokens of our role; other keys or another cluster's name are for those who try. */
export const tokensOf = (asked: {
  readonly eksName?: string;
  readonly keys?: typeof OUR_KEYS;
  readonly now?: () => Date;
}): TokenSource =>
  tokenSource({
    eksName: asked.eksName ?? EKS_NAME,
    region: REGION,
    credentials: async () => asked.keys ?? OUR_KEYS,
    clock: { now: asked.now ?? (() => new Date()) },
  });

const vault = (endpoint: string) => {
  const client = new SecretsManagerClient({
    endpoint,
    region: REGION,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const known = new Set<string>();
  return {
    put: async (name: string, { value, versionId }: Pick<Issued, 'value' | 'versionId'>): Promise<number> => {
      const content = { SecretString: value.open(), ClientRequestToken: versionId };
      if (known.has(name)) await client.send(new PutSecretValueCommand({ SecretId: name, ...content }));
      else await client.send(new CreateSecretCommand({ Name: name, ...content }));
      known.add(name);
      return performance.now();
    },
    deleteSecret: async (name: string): Promise<void> => {
      await client.send(new DeleteSecretCommand({ SecretId: name, RecoveryWindowInDays: 7 }));
    },
    restoreSecret: async (name: string): Promise<void> => {
      await client.send(new RestoreSecretCommand({ SecretId: name }));
    },
    close: () => client.destroy(),
  };
};

const asAdministrator =
  (admin: ApiRequest): AskCluster =>
  async ({ action: _action, ...asked }) => {
    const { status, body } = await admin(asked);
    return status === 404 ? undefined : body;
  };

const kubernetes = (admin: ApiRequest) => {
  const secretIn = async ({ namespace, name }: Place): Promise<KubernetesSecret | undefined> => {
    const { status, body } = await admin({ method: 'GET', path: `/api/v1/namespaces/${namespace}/secrets/${name}` });
    if (status === 404) return undefined;
    const data = Object.entries((body.data ?? {}) as Record<string, string>);
    return {
      type: body.type,
      metadata: body.metadata,
      data: Object.fromEntries(data.map(([key, text]) => [key, Buffer.from(text, 'base64').toString('utf8')])),
    };
  };
  const until = async (at: Place, is: (secret: KubernetesSecret) => boolean): Promise<KubernetesSecret> => {
    for (const end = performance.now() + ARRIVES_MS; performance.now() < end; await delay(POLL_MS)) {
      const secret = await secretIn(at);
      if (secret !== undefined && is(secret)) return secret;
    }
    throw new Error(`${at.namespace}/${at.name} does not hold what it should within ${ARRIVES_MS / 1000} s`);
  };
  return {
    secretIn,
    bump: async ({ namespace, name }: Place, value: string): Promise<void> => {
      await admin({
        method: 'PATCH',
        path: `/apis/external-secrets.io/v1/namespaces/${namespace}/externalsecrets/${name}`,
        body: { metadata: { annotations: { [SYNC_ANNOTATION]: value } } },
        type: 'application/merge-patch+json',
      });
    },
    appears: (at: Place) => until(at, () => true),
    arrives: (at: Place, { chainPem }: Pick<Issued, 'chainPem'>) =>
      until(at, ({ data }) => data['tls.crt'] === chainPem),
  };
};

/** Starts everything in a folder of its own; `namespaces` are made. */
export async function startStage(options: {
  readonly name: string;
  readonly namespaces: readonly string[];
}): Promise<Stage> {
  const [{ python }, built] = await programs();
  const runFolder = makeRunFolder({ root: ROOT, name: options.name });
  const nodeModules = join(ROOT, 'node_modules');
  const emulator = await startMinistack({ python, runFolder: join(runFolder, 'aws'), nodeModules });
  const relay = await startRelay(emulator.endpoint);
  const entries = [{ ...OUR_KEYS, principalArn: OUR_ROLE, groups: [SYNC_GROUP] }];
  const where = { runFolder: join(runFolder, 'cluster'), awsEndpoint: relay.endpoint, region: REGION };
  const cluster = await startCluster({ programs: built, eksName: EKS_NAME, entries, ...where });
  const { admin, endpoint, caPem } = cluster.server;
  const askWith: Stage['askWith'] = (tokens, other) => askCluster({ name: CLUSTER, endpoint, caPem, ...other }, tokens);
  const ask = askWith(tokensOf({}));
  const { close, ...secrets } = vault(emulator.endpoint);
  const applyAll = async (...manifests: readonly Manifest[]): Promise<void> => {
    for (const manifest of manifests) await mustApply(admin, manifest);
  };
  for (const name of options.namespaces) await applyAll({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return {
    cluster,
    admin,
    relay,
    awsEndpoint: emulator.endpoint,
    ask,
    api: eksClusterApi(ask),
    adminApi: eksClusterApi(asAdministrator(admin)),
    askWith,
    apply: applyAll,
    settles: async (manifest, status) => {
      for (const until = performance.now() + ARRIVES_MS; performance.now() < until; await delay(POLL_MS))
        if ((await apply(admin, manifest, { dryRun: true })).status === status) return;
      throw new Error(`${manifest.kind} ${manifest.metadata.name} is not answered with ${status}`);
    },
    ...secrets,
    ...kubernetes(admin),
    logs: () =>
      globSync('**/*.log', { cwd: runFolder })
        .map((file) => readFileSync(join(runFolder, file), 'utf8'))
        .join('\n'),
    stop: async () => {
      close();
      await cluster.stop();
      relay.stop();
      await emulator.stop();
      rmSync(runFolder, { recursive: true, force: true });
    },
  };
}
