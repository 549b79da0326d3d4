// Starts the parts of one local cloud in their order, and ends them all. It must never know what is declared.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type RunningAcmeProxy, startAcmeProxy } from '../acme-proxy/proxy.ts';
import { type LocalDns, startDns } from '../dns/server.ts';
import { ZoneData } from '../dns/zone-data.ts';
import { type Gateway, startGateway } from '../gateway/gateway.ts';
import type { RunningAuthority } from '../parts/authority.ts';
import { startCaddy } from '../parts/caddy.ts';
import type { ClusterPrograms } from '../parts/cluster-build.ts';
import { installCluster } from '../parts/cluster-install.ts';
import type { RunningEmulator } from '../parts/emulator.ts';
import { makeRunFolder, projectFolders } from '../parts/folders.ts';
import { type InstalledParts, installParts, type PartName } from '../parts/install.ts';
import { startMinistack } from '../parts/ministack.ts';
import { startMoto } from '../parts/moto.ts';
import { freePort } from '../parts/network.ts';
import { type RunningPebble, startPebble } from '../parts/pebble.ts';
import { PartError, reported } from '../parts/report.ts';
import { type LocalClients, localClients } from './clients.ts';
import { type LocalCluster, startLocalCluster } from './local-cluster.ts';
import type { CloudOptions } from './options.ts';

export interface RunningParts {
  readonly runFolder: string;
  readonly dnsData: ZoneData;
  readonly dns: LocalDns;
  readonly gateway: Gateway;
  readonly emulator: RunningEmulator;
  readonly pebble: RunningPebble;
  readonly acmeProxy: RunningAcmeProxy | undefined;
  readonly caddy: RunningAuthority | undefined;
  readonly clusters: readonly LocalCluster[];
  /** The endpoint of moto, which alone has Private CAs; started at the first call, behind the gateway. */
  readonly privateCa: () => Promise<string>;
  readonly clients: LocalClients;
  readonly directClients: LocalClients;
  stop(): Promise<void>;
}

const SERVICES = [
  'ACM_PCA',
  'DYNAMODB',
  'EVENTBRIDGE',
  'KMS',
  'LAMBDA',
  'ROUTE_53',
  'SCHEDULER',
  'SECRETS_MANAGER',
  'SFN',
  'SQS',
  'SNS',
  'STS',
];

/**
 * What functions see: the gateway for each service. With a common AWS_ENDPOINT_URL the emulator's worker would turn every
 * https request to the loopback into plain http, the CA's too; empty, it leaves requests alone.
 */
const functionEnvironment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: '',
  ...Object.fromEntries(SERVICES.map((name) => [`AWS_ENDPOINT_URL_${name}`, endpoint])),
});

interface Given {
  readonly options: CloudOptions;
  readonly installed: InstalledParts;
  /** Only where clusters are asked for. */
  readonly programs: ClusterPrograms | undefined;
  readonly runFolder: string;
  readonly end: Ending;
}

/** The one door before the emulator, which is not there yet. */
const openGateway = async ({ options, runFolder, end }: Given, dnsData: ZoneData) => {
  const port = await freePort();
  const record = join(runFolder, 'calls.jsonl');
  const gateway = await startGateway({ upstream: `http://127.0.0.1:${port}`, dns: dnsData, record });
  end.add(gateway.stop);
  Object.assign(gateway.settings, options.gateway);
  return { gateway, port };
};

const startAws = async (
  { options, installed, runFolder, end }: Given,
  { gateway, port }: { readonly gateway: Gateway; readonly port: number },
) => {
  const kept = projectFolders(options.root).kept;
  const emulator = await startMinistack({
    python: installed.python,
    runFolder: options.keep === true ? kept : join(runFolder, 'aws'),
    nodeModules: join(options.root, 'node_modules'),
    port,
    persist: options.persist === true || options.keep === true,
    ...(options.waitScale === undefined ? {} : { waitScale: options.waitScale }),
    env: functionEnvironment(gateway.endpoint),
  });
  end.add(emulator.stop);
  return emulator;
};

/** One after the other: each takes three seconds of two cores. */
const startClusters = async ({ options, programs, runFolder, end }: Given, awsEndpoint: string) => {
  const clusters: LocalCluster[] = [];
  if (programs === undefined) return clusters;
  for (const name of options.kubernetes ?? []) {
    const cluster = await startLocalCluster({ name, programs, runFolder, awsEndpoint });
    end.add(cluster.stop);
    clusters.push(cluster);
  }
  return clusters;
};

const startFirstCa = async ({ options, installed, runFolder, end }: Given, dnsPort: number) => {
  const binary = installed.pebble;
  if (binary === undefined) throw new PartError({ code: 'PebbleNotBuilt', message: 'Pebble was not installed' });
  const pebble = await startPebble({ ...options.pebble, binary, runFolder: join(runFolder, 'pebble'), dnsPort });
  end.add(pebble.stop);
  const { acmeProxy: asked } = options;
  const acmeProxy = asked === undefined ? undefined : await startAcmeProxy({ upstream: pebble, ...asked });
  if (acmeProxy !== undefined) end.add(acmeProxy.stop);
  return { pebble, acmeProxy };
};

const startSecondCa = async ({ options, installed, runFolder, end }: Given, dnsPort: number) => {
  if (options.caddyFor === undefined) return undefined;
  const binary = join(installed.python.bin, 'caddy');
  const caddy = await startCaddy({ binary, runFolder: join(runFolder, 'caddy'), dnsPort });
  end.add(caddy.stop);
  return caddy;
};

/** Started when a Private CA is declared; the functions' calls find it behind the gateway. */
const latePrivateCa = ({ installed, runFolder, end }: Given, gateway: Gateway): RunningParts['privateCa'] => {
  const start = async (): Promise<string> => {
    const moto = await startMoto({ python: installed.python, runFolder: join(runFolder, 'moto') });
    end.add(moto.stop);
    gateway.sendTo('acm-pca', moto.endpoint);
    return moto.endpoint;
  };
  let started: Promise<string> | undefined;
  return () => {
    started ??= start();
    return started;
  };
};

interface Ending {
  readonly add: (end: () => unknown) => void;
  readonly stop: () => Promise<void>;
}

/** Everything that has been started, ended in the opposite order. */
const ending = (options: CloudOptions, runFolder: string): Ending => {
  const ends: (() => unknown)[] = [() => rmSync(runFolder, { recursive: true, force: true })];
  return {
    add: (end) => void ends.push(end),
    stop: async () => {
      options.reporter({ step: 'stop', text: 'ending everything that was started' });
      for (const end of ends.splice(0).reverse()) await end();
    },
  };
};

const startAll = async (given: Given) => {
  const { options, end } = given;
  const dnsData = new ZoneData();
  const dns = await startDns({ data: dnsData });
  end.add(dns.stop);
  const opened = await openGateway(given, dnsData);
  const { gateway } = opened;
  const starting = [
    startAws(given, opened),
    startFirstCa(given, dns.port),
    startSecondCa(given, dns.port),
    startClusters(given, gateway.endpoint),
  ] as const;
  // All are awaited even when one fails, so that none comes up after the stop.
  await Promise.allSettled(starting);
  const [emulator, { pebble, acmeProxy }, caddy, clusters] = await Promise.all(starting);
  const clients = localClients(gateway.endpoint);
  const directClients = localClients(emulator.endpoint);
  end.add(() => [clients, directClients].forEach((one) => void one.destroy()));
  if (options.keep === true) await gateway.reload();
  const privateCa = latePrivateCa(given, gateway);
  return { dnsData, dns, gateway, emulator, pebble, acmeProxy, caddy, clusters, privateCa, clients, directClients };
};

/** Installs and starts; on a failure nothing is left running. Errors: PartError. */
export const startParts = async (options: CloudOptions): Promise<RunningParts> => {
  const { root, hostEnv, reporter, name, caddyFor, kubernetes = [] } = options;
  const need: PartName[] = ['ministack', 'pebble', ...(caddyFor === undefined ? [] : (['caddy'] as const))];
  const installed = await installParts({ root, hostEnv, reporter, need });
  const programs = kubernetes.length === 0 ? undefined : await installCluster({ root, hostEnv, reporter });
  const runFolder = makeRunFolder({ root, ...(name === undefined ? {} : { name }) });
  const end = ending(options, runFolder);
  const work = () => startAll({ options, installed, programs, runFolder, end });
  const cluster = programs === undefined ? '' : ', a Kubernetes API server with the External Secrets Operator';
  const why = `starting the AWS emulator, the test CA, the DNS server${cluster} on free ports of 127.0.0.1`;
  try {
    const started = await reported({ reporter, step: 'parts', why, done: 'all parts answer', work });
    return { runFolder, ...started, stop: end.stop };
  } catch (error) {
    await end.stop();
    throw error;
  }
};
