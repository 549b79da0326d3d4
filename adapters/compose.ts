// The one place where SDK clients are made and ports get their players. A third issuer, DNS provider or target is one
// line here. esbuild drops from each function what its own composition does not use.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { acmeIssuer } from '#core/acme/issuer.ts';
import { EvercertError } from '#core/errors.ts';
import type { JourneyPorts, JourneySettings } from '#core/journey/ports.ts';
import type { CatalogueState, Log, SweepWaker, ZoneAccess } from '#core/ports.ts';
import { type RuntimeSettings, sweepPeriodMs } from '#core/settings.ts';
import type { SweepPorts } from '#core/sweep/sweep.ts';
import { type AcmeCaOptions, createAcmeCa } from './acme/acme-ca.ts';
import { dnsLookup } from './dns-lookup.ts';
import { dynamodbAccountBook } from './dynamodb/account-book.ts';
import { dynamodbCatalogueState } from './dynamodb/catalogue-state.ts';
import { dynamodbClaimedRows } from './dynamodb/claimed-rows.ts';
import { dynamodbDeclaredRows } from './dynamodb/declared-rows.ts';
import { dynamodbDueRows } from './dynamodb/due-rows.ts';
import { dynamodbFleetCounts } from './dynamodb/fleet-counts.ts';
import { dynamodbRowReader } from './dynamodb/row-reader.ts';
import type { LedgerTable } from './dynamodb/table.ts';
import { dynamodbTxtBook } from './dynamodb/txt-book.ts';
import { eventBridgeBus } from './eventbridge-bus.ts';
import { lambdaWake } from './lambda-wake.ts';
import { nodeKeys } from './node-keys.ts';
import { systemClock, systemRandom, systemTimer } from './node-moment.ts';
import { route53Dns } from './route53/dns-provider.ts';
import { certificateSecrets } from './secrets-manager/certificate-secrets.ts';
import { referenceSecrets } from './secrets-manager/reference-secrets.ts';
import { stepFunctionsExecutions } from './step-functions-executions.ts';

export interface Surroundings {
  readonly settings: RuntimeSettings;
  readonly log: Log;
  /** Told of every request to a CA: the benchmark counts them. */
  readonly onAcmeRequest?: AcmeCaOptions['onRequest'];
}

/**
 * The SDK's own tries (3 unless told): a few throttled calls in a row must not make a certificate fail. A call without an
 * answer is given up and tried again: unless told, the SDK waits for it as long as the function lives.
 */
const PATIENT = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

const ledger = (settings: RuntimeSettings): LedgerTable => ({
  client: DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  tableName: settings.tableName,
});

const SESSION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;

/** Credentials of a role in another account; STS is loaded only where a solver names a role. */
const roleCredentials = (role: string, access: ZoneAccess, prefix: string) => async () => {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...PATIENT, ...(access.region === undefined ? {} : { region: access.region }) });
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: prefix.slice(0, 64),
        DurationSeconds: SESSION_SECONDS,
        ...(access.externalId === undefined ? {} : { ExternalId: access.externalId }),
      }),
    );
    return {
      accessKeyId: given!.AccessKeyId!,
      secretAccessKey: given!.SecretAccessKey!,
      sessionToken: given!.SessionToken!,
      expiration: new Date(given!.Expiration!.getTime() - RENEW_BEFORE_MS),
    };
  } catch (cause) {
    const refused = (cause as Error).name === 'AccessDenied' || (cause as Error).name === 'AccessDeniedException';
    const code = refused ? 'DNS_DENIED' : 'DNS_UNAVAILABLE';
    const detail = { action: 'sts:AssumeRole', offenders: [role] };
    throw new EvercertError(code, `sts:AssumeRole of ${role}: ${(cause as Error).message}`, { cause, detail });
  }
};

/** One Route53 client for each way of access; an assumed role is renewed by the SDK shortly before it ends. */
const route53Clients = (prefix: string) => {
  const clients = new Map<string, Route53Client>();
  return async (access: ZoneAccess): Promise<Route53Client> => {
    const key = JSON.stringify([access.role, access.externalId, access.region]);
    const client =
      clients.get(key) ??
      new Route53Client({
        ...PATIENT,
        ...(access.region === undefined ? {} : { region: access.region }),
        ...(access.role === undefined ? {} : { credentials: roleCredentials(access.role, access, prefix) }),
      });
    clients.set(key, client);
    return client;
  };
};

const dnsOf = ({ settings }: Surroundings) =>
  route53Dns({
    clientFor: route53Clients(settings.prefix),
    timer: systemTimer,
    clock: systemClock,
    random: () => Math.random(),
    zones: settings.zones,
    validationZones: settings.validationZones,
  });

export const composeAdvance = (surroundings: Surroundings): { ports: JourneyPorts; settings: JourneySettings } => {
  const { settings, log, onAcmeRequest } = surroundings;
  const table = ledger(settings);
  const client = new SecretsManagerClient(PATIENT);
  const secrets = certificateSecrets({ client, kmsKeyId: settings.secretsKmsKeyArn });
  const moment = { clock: systemClock, timer: systemTimer, random: systemRandom, log };
  const acme = acmeIssuer(
    {
      ...moment,
      ca: createAcmeCa({
        clock: systemClock,
        version: settings.version,
        timeoutMs: settings.acmeTimeoutMs,
        ...(onAcmeRequest === undefined ? {} : { onRequest: onAcmeRequest }),
      }),
      accounts: dynamodbAccountBook(table),
      references: referenceSecrets({ client, kmsKeyId: settings.secretsKmsKeyArn }),
      keys: nodeKeys,
      dns: dnsOf(surroundings),
      lookup: dnsLookup({ servers: settings.dnsServers }),
      txt: dynamodbTxtBook(table),
    },
    settings,
  );
  const ports: JourneyPorts = {
    ...moment,
    rows: dynamodbClaimedRows(table),
    versions: secrets,
    labels: secrets,
    keys: nodeKeys,
    bus: eventBridgeBus({ client: new EventBridgeClient(PATIENT), eventBusName: settings.eventBusName }),
    issuers: { acme },
  };
  return { ports, settings: { prefix: settings.prefix, sweepPeriodMs: sweepPeriodMs(settings) } };
};

export const composeSweep = (surroundings: Surroundings): SweepPorts => {
  const { settings, log } = surroundings;
  const table = ledger(settings);
  return {
    clock: systemClock,
    timer: systemTimer,
    random: systemRandom,
    log,
    declared: dynamodbDeclaredRows(table),
    catalogue: dynamodbCatalogueState(table),
    due: dynamodbDueRows(table),
    counts: dynamodbFleetCounts(table),
    rows: dynamodbRowReader(table),
    txt: dynamodbTxtBook(table),
    dns: dnsOf(surroundings),
    executions: stepFunctionsExecutions({
      client: new SFNClient(PATIENT),
      stateMachineArn: settings.stateMachineArn ?? '',
    }),
  };
};

export const composeDeployed = ({ settings }: Surroundings): { catalogue: CatalogueState; waker: SweepWaker } => ({
  catalogue: dynamodbCatalogueState(ledger(settings)),
  waker: lambdaWake({ client: new LambdaClient(PATIENT), functionName: settings.sweepFunctionName ?? '' }),
});
