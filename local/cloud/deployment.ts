// One deployment into the local cloud: zones, localised declarations, synth, bootstrap, deploy. It must never start a part.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceSettingsInput, serviceSettings } from '#core/settings.ts';
import { type Localised, localise } from '../declarations/localise.ts';
import { writeYaml } from '../declarations/write-yaml.ts';
import { zoneNamesOf } from '../declarations/zone-names.ts';
import { PROFILES } from '../parts/pebble.ts';
import { reported } from '../parts/report.ts';
import { createZones } from '../zones.ts';
import { LOCAL_ACCOUNT } from './clients.ts';
import { applyManifests, withdraw } from './cluster-manifests.ts';
import type { Declared } from './declared.ts';
import { type CloudOptions, clusterNamesOf, type StackOutputs } from './options.ts';
import type { RunningParts } from './parts-up.ts';
import { makePasswordSecrets } from './password-secrets.ts';
import { type LocalPrivateCa, makePrivateCas } from './private-cas.ts';
import { bootstrap, deploy, synthesize, type ToolPlace } from './tools.ts';

export interface Deployed {
  readonly outputs: StackOutputs;
  readonly declared: Declared;
  /** Zone name -> hosted zone id. */
  readonly zones: ReadonlyMap<string, string>;
  /** Declared ARN -> the Private CA that stands in for it. */
  readonly privateCas: ReadonlyMap<string, LocalPrivateCa>;
}

interface Deployment {
  readonly options: CloudOptions;
  readonly parts: RunningParts;
  readonly declared: Declared;
  /** Zones of earlier deployments; empty at the first one. */
  readonly known: ReadonlyMap<string, string>;
  readonly knownCas: ReadonlyMap<string, LocalPrivateCa>;
}

/** In one process a minute is the shortest period that Scheduler takes, and a function in flight costs 55 MB; the emulators have no quotas. */
const SETTINGS: ServiceSettingsInput = {
  sweepPeriodMinutes: 1,
  inFlight: 20,
  quotas: {
    route53PerSecond: 500,
    secretsWritesPerSecond: 1_000,
    zoneChangesPerSecond: 500,
    privateCaIssuesPerSecond: 500,
  },
};

const makeZones = async ({ options, parts, declared, known }: Deployment): Promise<Map<string, string>> => {
  const dnsNames = declared.catalogue.certificates.flatMap(({ certificate }) => certificate.dnsNames);
  const names = [...(options.zones ?? declared.zoneNames ?? zoneNamesOf(dnsNames)), ...(options.validationZones ?? [])];
  return new Map([...known, ...(await createZones({ client: parts.clients.route53, names }))]);
};

const localised = (
  { options, parts, declared }: Deployment,
  zones: ReadonlyMap<string, string>,
  privateCas: Deployed['privateCas'],
): Localised => {
  const profiles = Object.keys(options.pebble?.profiles ?? PROFILES);
  const { directoryUrl, caPem } = parts.acmeProxy ?? parts.pebble;
  const pebble = { name: 'Pebble', directory: directoryUrl, tlsRootPem: caPem, profiles };
  const { caddy } = parts;
  const second = caddy && { name: 'Caddy', directory: caddy.directoryUrl, tlsRootPem: caddy.caPem, profiles: [] };
  const { certificates } = declared.catalogue;
  return localise(
    { issuers: declared.issuers, certificates },
    {
      caOf: (issuer) =>
        options.caFor?.(issuer) ?? (second !== undefined && options.caddyFor?.(issuer) === true ? second : pebble),
      zones,
      account: LOCAL_ACCOUNT,
      privateCaOf: ({ awspca }) => privateCas.get(awspca.arn)!,
    },
  );
};

const writeDeclarations = (runFolder: string, { options, declared }: Deployment, local: Localised): string => {
  const folder = join(runFolder, 'declarations');
  mkdirSync(folder, { recursive: true });
  const certificates = declared.catalogue.certificates.map(({ certificate }) => certificate);
  writeFileSync(
    join(folder, 'localised.yaml'),
    writeYaml({ issuers: local.issuers, certificates, clusters: clusterNamesOf(options) }),
  );
  return folder;
};

const contextOf = (
  deployment: Deployment,
  zones: ReadonlyMap<string, string>,
  local: { localised: Localised; folder: string },
): Record<string, unknown> => {
  const { options, parts } = deployment;
  const delegated = new Set(options.validationZones ?? []);
  const all = [...zones].map(([name, id]) => ({ name, id }));
  const settings: ServiceSettingsInput = {
    ...SETTINGS,
    ...options.settings,
    clusters: [...(options.settings?.clusters ?? []), ...parts.clusters.map(({ settings }) => settings)],
    zones: all.filter(({ name }) => !delegated.has(name)),
    validationZones: all.filter(({ name }) => delegated.has(name)),
    dnsRoles: [...local.localised.roles],
  };
  return {
    declarations: local.folder,
    evercert: settings,
    'evercert:local': true,
    'evercert:localRuntime': { dnsServers: [`127.0.0.1:${parts.dns.port}`] },
  };
};

/** As lib/clusters.ts names a construct: `prod-eu` -> `ProdEu` in an output's name. */
const idOf = (cluster: string): string =>
  cluster
    .split('-')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('');

const outputsOf = (given: Readonly<Record<string, string>>, options: CloudOptions): StackOutputs => {
  const of = (name: string): string => {
    // CloudFormation's name of an output below the construct "Certs": its path and eight hexadecimal characters.
    const key = Object.keys(given).find((one) => one.replace(/[0-9A-F]{8}$/, '') === `Certs${name}`);
    const value = given[key ?? name];
    if (value === undefined) throw new Error(`the stack has no output ${name}`);
    return value;
  };
  return {
    tableName: of('TableName'),
    eventBusName: of('EventBusName'),
    stateMachineArn: of('StateMachineArn'),
    sweepFunctionName: of('SweepFunctionName'),
    alarmTopicArn: of('AlarmTopicArn'),
    syncRoleArns: new Map(clusterNamesOf(options).map((name) => [name, of(`Clusters${idOf(name)}SyncRoleArn`)])),
    secretsPrefix: serviceSettings.parse(options.settings ?? {}).prefix,
    deployedAt: new Date(),
  };
};

const notApplied = (cluster: string): string =>
  `cluster ${cluster} is down: it gets its manifests with the next deploy`;

/** Makes missing zones, points the declarations at the local parts, and deploys the stack. Errors: DeploymentFailed. */
export const deployDeclared = async (deployment: Deployment): Promise<Deployed> => {
  const { options, parts, declared, known } = deployment;
  const { reporter } = options;
  const zones = await makeZones(deployment);
  const privateCas = await makePrivateCas({
    issuers: declared.issuers,
    known: deployment.knownCas,
    startedAt: parts.privateCa,
  });
  const local = localised(deployment, zones, privateCas);
  const { prefix } = serviceSettings.parse(options.settings ?? {});
  const made = [...zones].map(([name, id]) => `hosted zone ${name} is ${id}`);
  const passwords = await makePasswordSecrets({
    client: parts.directClients.secrets,
    prefix,
    certificates: declared.catalogue.certificates,
  });
  options.onLocalised?.([...local.notes, ...made, ...passwords]);
  const folder = writeDeclarations(parts.runFolder, deployment, local);
  const place: ToolPlace = { root: options.root, runFolder: parts.runFolder, endpoint: parts.gateway.endpoint };
  const context = contextOf(deployment, zones, { localised: local, folder });
  const first = known.size === 0;
  const wanted = { catalogue: declared.catalogue, prefix };
  const prepare = () =>
    Promise.all([
      synthesize(place, context),
      first ? bootstrap(place) : undefined,
      applyManifests(parts.clusters, wanted).then((down) => options.onLocalised?.(down.map(notApplied))),
    ]);
  const why = first ? 'cdk bootstrap (bucket and roles of CDK), and the stack from the declarations' : 'cdk synth';
  await reported({ reporter, step: 'cdk', why, done: first ? 'bootstrapped' : 'synthesized', work: prepare });
  const deploying = {
    reporter,
    step: 'cdk',
    why: 'cdk deploy: the stack as it goes to AWS; 20-40 s',
    done: 'deployed',
  };
  options.onDeploying?.({ clients: parts.directClients, declared });
  const given = await reported({ ...deploying, work: () => deploy(place) });
  const outputs = outputsOf(given, options);
  for (const { settings, admit } of parts.clusters) admit(outputs.syncRoleArns.get(settings.name)!);
  await withdraw(parts.clusters, wanted);
  return { outputs, declared, zones, privateCas };
};
