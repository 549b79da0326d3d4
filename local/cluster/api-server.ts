// A real kube-apiserver with its store in memory, on the loopback. It must never know what lives in it.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClusterPrograms } from '../parts/cluster-build.ts';
import { freePort } from '../parts/network.ts';
import { type RunningProcess, startServer } from '../parts/process.ts';
import { type ApiRequest, apiClient } from './api-client.ts';
import { type ApiWatch, apiWatch } from './api-watch.ts';
import { makeClusterCredentials } from './credentials.ts';

export interface ApiServerOptions {
  readonly programs: ClusterPrograms;
  /** An own folder. */
  readonly runFolder: string;
  /** A kubeconfig that names a token webhook, as EKS has one. */
  readonly tokenWebhookConfig?: string;
}

export interface RunningApiServer {
  readonly endpoint: string;
  readonly caPem: string;
  /** As system:masters. */
  readonly admin: ApiRequest;
  /** As system:masters. */
  readonly watch: ApiWatch;
  /** A kubeconfig file of the administrator. */
  readonly kubeconfig: string;
  /** Down, with its store kept. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const PATHS = { PATH: '/usr/bin:/bin' };

const kubeconfigText = (server: { endpoint: string; folder: string }): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      { name: 'local', cluster: { server: server.endpoint, 'certificate-authority': join(server.folder, 'ca.crt') } },
    ],
    users: [
      {
        name: 'admin',
        user: {
          'client-certificate': join(server.folder, 'admin.crt'),
          'client-key': join(server.folder, 'admin.key'),
        },
      },
    ],
    contexts: [{ name: 'local', context: { cluster: 'local', user: 'admin' } }],
    'current-context': 'local',
  });

const flags = (at: { folder: string; port: number; socket: string; webhook: string | undefined }): string[] => {
  const file = (name: string): string => join(at.folder, name);
  const url = `https://127.0.0.1:${at.port}`;
  return [
    `--etcd-servers=unix://${at.socket}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${at.port}`,
    `--tls-cert-file=${file('server.crt')}`,
    `--tls-private-key-file=${file('server.key')}`,
    `--cert-dir=${file('certs')}`,
    `--client-ca-file=${file('ca.crt')}`,
    '--authorization-mode=RBAC',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--disable-admission-plugins=ServiceAccount',
    '--allow-privileged=true',
    `--service-account-issuer=${url}`,
    `--service-account-key-file=${file('service-account.key')}`,
    `--service-account-signing-key-file=${file('service-account.key')}`,
    '--profiling=false',
    ...(at.webhook === undefined
      ? []
      : [
          `--authentication-token-webhook-config-file=${at.webhook}`,
          '--authentication-token-webhook-version=v1',
          '--authentication-token-webhook-cache-ttl=1s',
        ]),
  ];
};

/** Starts both and resolves once the server is ready. */
export async function startApiServer(options: ApiServerOptions): Promise<RunningApiServer> {
  const { programs, runFolder: folder } = options;
  mkdirSync(folder, { recursive: true });
  const credentials = await makeClusterCredentials(new Date());
  const files = {
    'ca.crt': credentials.caPem,
    'server.crt': credentials.server.certificatePem,
    'server.key': credentials.server.keyPem,
    'admin.crt': credentials.admin.certificatePem,
    'admin.key': credentials.admin.keyPem,
    'service-account.key': credentials.serviceAccountKeyPem,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  const port = await freePort();
  const endpoint = `https://127.0.0.1:${port}`;
  const socket = join(folder, 'store.sock');
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigText({ endpoint, folder }), { mode: 0o600 });
  const { caPem } = credentials;
  const admin = apiClient({ endpoint, caPem }, credentials.admin);
  const watch = apiWatch({ endpoint, caPem }, credentials.admin);
  const store = await startServer({
    name: "the API server's store",
    command: programs.store,
    args: [socket],
    env: PATHS,
    cwd: folder,
    logFile: join(folder, 'store.log'),
    healthy: async () => existsSync(socket),
    deadlineMs: 10_000,
  });
  const start = (): Promise<RunningProcess> =>
    startServer({
      name: 'kube-apiserver',
      command: programs.apiServer,
      args: flags({ folder, port, socket, webhook: options.tokenWebhookConfig }),
      env: PATHS,
      cwd: folder,
      logFile: join(folder, 'kube-apiserver.log'),
      healthy: () =>
        admin({ method: 'GET', path: '/readyz' }).then(
          ({ status }) => status === 200,
          () => false,
        ),
      deadlineMs: 60_000,
    });
  let server = await start();
  return {
    endpoint,
    caPem,
    admin,
    watch,
    kubeconfig,
    pause: () => server.kill(),
    resume: async () => {
      server = await start();
    },
    stop: async () => {
      await server.stop();
      await store.stop();
    },
  };
}
