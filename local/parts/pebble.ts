// Pebble, the test CA of Let's Encrypt's authors, in its strict mode. It must never know what is ordered from it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningAuthority } from './authority.ts';
import { makeLocalhostCertificate } from './localhost-certificate.ts';
import { answers, freePort, get } from './network.ts';
import { type RunningProcess, startServer } from './process.ts';

export interface PebbleProfile {
  readonly description: string;
  readonly validitySeconds: number;
}

/** Let's Encrypt's profile names and lifetimes, and one that is renewed while somebody watches. */
export const PROFILES = {
  classic: { description: "as Let's Encrypt until 2027: 90 days", validitySeconds: 90 * 86_400 },
  tlsserver: { description: 'no common name, 45 days', validitySeconds: 45 * 86_400 },
  shortlived: { description: '160 hours', validitySeconds: 160 * 3_600 },
  'six-minutes': { description: 'for looking on: renewed within minutes', validitySeconds: 360 },
} as const satisfies Record<string, PebbleProfile>;

export interface PebbleOptions {
  /** Pebble's binary (installPebble). */
  readonly binary: string;
  /** An own folder: configuration, TLS files, log. */
  readonly runFolder: string;
  /** Validation asks this name server, by TCP, on 127.0.0.1. */
  readonly dnsPort: number;
  /** Ask for one of them in every order: without a profile Pebble takes a random one. Default: all of PROFILES. */
  readonly profiles?: Readonly<Record<string, PebbleProfile>>;
  /** Percent of valid nonces that are refused (0-100); default 0. */
  readonly nonceRejectPercent?: number;
  /** Percent of valid authorizations that are used again (0-100); default 0. */
  readonly authorizationReusePercent?: number;
  /** Longest random sleep before each validation, seconds; default none. */
  readonly validationSleepSeconds?: number;
  /** Intermediates between root and leaf; default 1. */
  readonly chainLength?: number;
  /** Further roots, each with its own chain (RFC 8555 section 7.4.2, `Link: alternate`); default 0. */
  readonly alternateRoots?: number;
  /** `Retry-After` of pending authorizations and orders, seconds; default 1. */
  readonly retryAfterSeconds?: number;
  /** Key id -> MAC key (base64url): when given, newAccount needs one (RFC 8555 section 7.3.4). */
  readonly externalAccounts?: Readonly<Record<string, string>>;
  /** Take these ports (a restart that keeps the directory's URL). */
  readonly port?: number;
}

export interface RunningPebble extends RunningAuthority {
  readonly managementUrl: string;
  readonly logFile: string;
  /** Further roots: 1 is the first alternate; PEM. */
  readonly alternateRootPem: (index: number) => Promise<string>;
  /** Ends it and starts it again at the same addresses: accounts, orders, roots and what it has issued are forgotten. */
  readonly restart: () => Promise<void>;
}

/** Pebble's configuration file, as JSON text. */
export function pebbleConfig({
  options,
  port,
  managementPort,
}: {
  options: PebbleOptions;
  port: number;
  managementPort: number;
}): string {
  const retry = options.retryAfterSeconds ?? 1;
  const profiles = Object.entries(options.profiles ?? PROFILES).map(([name, { description, validitySeconds }]) => [
    name,
    { description, validityPeriod: validitySeconds },
  ]);
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: join(options.runFolder, 'tls.crt'),
    privateKey: join(options.runFolder, 'tls.key'),
    httpPort: 5002,
    tlsPort: 5001,
    ocspResponderURL: '',
    externalAccountBindingRequired: options.externalAccounts !== undefined,
    ...(options.externalAccounts === undefined ? {} : { externalAccountMACKeys: options.externalAccounts }),
    keyAlgorithm: 'ecdsa',
    retryAfter: { authz: retry, order: retry },
    profiles: Object.fromEntries(profiles),
  };
  return JSON.stringify({ pebble }, undefined, 2);
}

/** Pebble reads its less polite habits from the environment. */
export function pebbleEnvironment(options: PebbleOptions): Record<string, string> {
  const sleep: Record<string, string> =
    options.validationSleepSeconds === undefined
      ? { PEBBLE_VA_NOSLEEP: '1' }
      : { PEBBLE_VA_SLEEPTIME: `${options.validationSleepSeconds}` };
  return {
    ...sleep,
    PEBBLE_WFE_NONCEREJECT: `${options.nonceRejectPercent ?? 0}`,
    PEBBLE_AUTHZREUSE: `${options.authorizationReusePercent ?? 0}`,
    PEBBLE_CHAIN_LENGTH: `${options.chainLength ?? 1}`,
    PEBBLE_ALTERNATE_ROOTS: `${options.alternateRoots ?? 0}`,
  };
}

interface Place {
  readonly directoryUrl: string;
  readonly managementUrl: string;
  readonly caPem: string;
}

/** Writes the configuration and TLS files; gives where Pebble will be. */
async function prepare(options: PebbleOptions): Promise<Place> {
  const { runFolder } = options;
  mkdirSync(runFolder, { recursive: true });
  const tls = await makeLocalhostCertificate(new Date());
  writeFileSync(join(runFolder, 'tls.crt'), tls.certificatePem);
  writeFileSync(join(runFolder, 'tls.key'), tls.privateKeyPem, { mode: 0o600 });
  const port = options.port ?? (await freePort());
  const managementPort = await freePort();
  writeFileSync(join(runFolder, 'config.json'), pebbleConfig({ options, port, managementPort }));
  const managementUrl = `https://127.0.0.1:${managementPort}`;
  return { directoryUrl: `https://127.0.0.1:${port}/dir`, managementUrl, caPem: tls.caPem };
}

const startAt = (options: PebbleOptions, { directoryUrl, caPem }: Place): Promise<RunningProcess> =>
  startServer({
    name: 'Pebble',
    command: options.binary,
    args: ['-config', join(options.runFolder, 'config.json'), '-strict', '-dnsserver', `127.0.0.1:${options.dnsPort}`],
    env: pebbleEnvironment(options),
    cwd: options.runFolder,
    logFile: join(options.runFolder, 'pebble.log'),
    healthy: () => answers({ url: directoryUrl, ca: caPem }),
    deadlineMs: 15_000,
  });

/** Starts Pebble and resolves when its directory answers. */
export async function startPebble(options: PebbleOptions): Promise<RunningPebble> {
  const place = await prepare(options);
  let child = await startAt(options, place);
  const root = async (index: number): Promise<string> =>
    (await get({ url: `${place.managementUrl}/roots/${index}`, ca: place.caPem })).body;
  return {
    ...place,
    get pid() {
      return child.pid;
    },
    logFile: child.logFile,
    rootPem: () => root(0),
    alternateRootPem: root,
    restart: async () => {
      await child.stop();
      child = await startAt(options, place);
    },
    stop: () => child.stop(),
  };
}
