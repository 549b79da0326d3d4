// What a local cloud is asked for, and what it gives: the API for `npm start`, the end-to-end tests and the benchmark.
import type { AcmeIssuerSpec } from '#core/declaration/issuer-model.ts';
import type { ServiceSettingsInput } from '#core/settings.ts';
import type { RunningAcmeProxy } from '../acme-proxy/proxy.ts';
import type { FaultRule } from '../acme-proxy/rules.ts';
import type { LocalCa } from '../declarations/localise.ts';
import type { LocalDns } from '../dns/server.ts';
import type { ZoneData } from '../dns/zone-data.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { GatewaySettings } from '../gateway/settings.ts';
import type { RunningAuthority } from '../parts/authority.ts';
import type { RunningEmulator } from '../parts/emulator.ts';
import type { PebbleOptions, RunningPebble } from '../parts/pebble.ts';
import type { HostEnvironment, Reporter } from '../parts/report.ts';
import type { LocalClients } from './clients.ts';
import type { DeclarationInput, Declared } from './declared.ts';
import type { LedgerLook } from './ledger-look.ts';
import type { LocalCluster } from './local-cluster.ts';
import type { StoredVersion } from './secret-look.ts';

export interface CloudOptions {
  /** The repository's folder. */
  readonly root: string;
  readonly hostEnv: HostEnvironment;
  readonly reporter: Reporter;
  /** Deployed first; `deploy` replaces it later. */
  readonly declarations: DeclarationInput;
  /** Deploy what has no errors although something else has. */
  readonly partial?: boolean;
  /** Hosted zones to make; default: the folder's `zones.json`, else those that the names need. */
  readonly zones?: readonly string[];
  /** Hosted zones in which any TXT name may be written (delegation targets); made too. */
  readonly validationZones?: readonly string[];
  /** Settings of the stack; defaults here: a sweep each minute, 20 executions in flight. */
  readonly settings?: Omit<ServiceSettingsInput, 'zones' | 'validationZones' | 'dnsRoles'>;
  /** Kubernetes clusters beside the other parts, by these names: their programs are built where they are missing, 15-20 min. */
  readonly kubernetes?: readonly string[];
  readonly pebble?: Omit<PebbleOptions, 'binary' | 'runFolder' | 'dnsPort'>;
  /** Puts a proxy of faults before Pebble, with these rules from the first request on; `acmeProxy.add` gives it others later. */
  readonly acmeProxy?: { readonly rules?: readonly FaultRule[] };
  /** Starts Caddy too; issuers for which this is true are pointed at it instead of Pebble. */
  readonly caddyFor?: (issuer: AcmeIssuerSpec) => boolean;
  /** A CA that the caller runs itself, for some issuers; undefined: Caddy or Pebble. */
  readonly caFor?: (issuer: AcmeIssuerSpec) => LocalCa | undefined;
  /** Factor on the waits of state machines; default 1. */
  readonly waitScale?: number;
  /** The emulator keeps its state over `emulator.restart()`. */
  readonly persist?: boolean;
  /** Keep the emulator's data in `.evercert/kept` for the next start with `keep`. */
  readonly keep?: boolean;
  /** Pace and faults of the gateway from its start; `gateway.settings` changes them later. */
  readonly gateway?: Partial<GatewaySettings>;
  /** A name for the run folder, where one process starts several clouds. */
  readonly name?: string;
  /** Called before each deployment, so that somebody can look while it goes on. */
  readonly onDeploying?: (stage: { readonly clients: LocalClients; readonly declared: Declared }) => void;
  /** Told of each change that was made to the declarations, one line each. */
  readonly onLocalised?: (notes: readonly string[]) => void;
}

/** Names of the clusters that are delivered to. */
export const clusterNamesOf = ({
  settings,
  kubernetes,
}: Pick<CloudOptions, 'settings' | 'kubernetes'>): readonly string[] => [
  ...(settings?.clusters ?? []).map(({ name }) => name),
  ...(kubernetes ?? []),
];

/** The stack's outputs (lib/evercert-service.ts), and the prefix of its secrets. */
export interface StackOutputs {
  readonly tableName: string;
  readonly eventBusName: string;
  readonly stateMachineArn: string;
  readonly sweepFunctionName: string;
  readonly alarmTopicArn: string;
  /** Cluster -> ARN of its sync function's role. */
  readonly syncRoleArns: ReadonlyMap<string, string>;
  readonly secretsPrefix: string;
  /** When the deploy had ended. */
  readonly deployedAt: Date;
}

export interface Cloud {
  /** The gateway: AWS_ENDPOINT_URL. Every call through it is recorded. */
  readonly endpoint: string;
  readonly gateway: Gateway;
  /** Clients through the gateway. */
  readonly clients: LocalClients;
  /** Clients of the emulator itself: their calls are not recorded and meet no faults. */
  readonly directClients: LocalClients;
  readonly emulator: RunningEmulator;
  readonly dns: LocalDns;
  readonly dnsData: ZoneData;
  readonly pebble: RunningPebble;
  /** What issuers are pointed at instead of Pebble, where it was asked for. */
  readonly acmeProxy: RunningAcmeProxy | undefined;
  readonly caddy: RunningAuthority | undefined;
  /** In the order of the option `kubernetes`. */
  readonly clusters: readonly LocalCluster[];
  readonly runFolder: string;
  /** Of the last deploy. */
  readonly outputs: StackOutputs;
  readonly declared: Declared;
  /** Zone name -> hosted zone id. */
  readonly zones: ReadonlyMap<string, string>;
  /** Deploys another catalogue; missing zones are made. Throws DeclarationsRefused, DeploymentFailed. */
  deploy(declarations: DeclarationInput): Promise<void>;
  /** Runs one sweep beside the schedule and gives its report. */
  invokeSweep(): Promise<unknown>;
  look(): Promise<LedgerLook>;
  /** The real versions of a certificate's secret (`namespace/name`), oldest first. */
  versions(name: string): Promise<readonly StoredVersion[]>;
  /** PEM of every root that the local CAs issue under. */
  roots(): Promise<readonly string[]>;
  /** Starts the emulator again where it was (`persist`), and reads its zones into the DNS. */
  restartEmulator(how?: { readonly crash: boolean }): Promise<void>;
  /** Ends everything that was started, and removes the run folder. */
  stop(): Promise<void>;
}
