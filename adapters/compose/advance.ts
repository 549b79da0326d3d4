// The parts of `advance`. A third issuer, DNS provider or target is one line here.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { acmeIssuer } from '#core/acme/issuer.ts';
import { said } from '#core/facts/said.ts';
import { remembered } from '#core/failure/remembered.ts';
import type { Authorities } from '#core/health/ports.ts';
import type { JourneyPorts, JourneySettings } from '#core/journey/ports.ts';
import { caIssuer } from '#core/own-ca/ca-issuer.ts';
import { selfSignedIssuer } from '#core/own-ca/self-signed.ts';
import type { Preflight } from '#core/preflight/ports.ts';
import { noPreflight, type PreflightPorts, preflight } from '#core/preflight/preflight.ts';
import { rememberedDns } from '#core/preflight/remembered-dns.ts';
import { privateCaIssuer } from '#core/private-ca/issuer.ts';
import { sweepPeriodMs } from '#core/settings.ts';
import { createAcmeCa } from '../acme/acme-ca.ts';
import { dnsLookup } from '../dns-lookup.ts';
import { dynamodbAccountBook } from '../dynamodb/account-book.ts';
import { dynamodbAuthorities } from '../dynamodb/authorities.ts';
import { dynamodbCircuits } from '../dynamodb/circuits.ts';
import { dynamodbClaimedRows } from '../dynamodb/claimed-rows.ts';
import { dynamodbDeliveryAims } from '../dynamodb/delivery-aims.ts';
import { dynamodbDependents } from '../dynamodb/dependents.ts';
import { dynamodbLimits } from '../dynamodb/limits.ts';
import { dynamodbTxtBook } from '../dynamodb/txt-book.ts';
import { eventBridgeBus } from '../eventbridge-bus.ts';
import { systemClock, systemRandom, systemTimer } from '../node-moment.ts';
import { publicDns } from '../public-dns.ts';
import { certificateSecrets } from '../secrets-manager/certificate-secrets.ts';
import { referenceSecrets } from '../secrets-manager/reference-secrets.ts';
import { secretsManagerSigningPairs } from '../secrets-manager/signing-pairs.ts';
import { nodeKeys } from '../x509/node-keys.ts';
import { certificateMaker } from '../x509/sign.ts';
import { dnsPartsOf } from './dns.ts';
import { lateKeystores } from './keystores.ts';
import { ledger, PATIENT, type Surroundings } from './parts.ts';
import { latePrivateCa } from './private-ca.ts';

const preflightOf = (
  { settings, log }: Surroundings,
  parts: Pick<PreflightPorts, 'dns' | 'lookup' | 'zoneFacts'>,
): Preflight => {
  if (settings.preflight === 'off') return noPreflight;
  const dns = publicDns({ servers: settings.dnsServers });
  return preflight({ ...parts, log, publicDns: rememberedDns(dns, systemClock) });
};

/** The issuers that sign here: nothing outside but the pair that the CA issuer reads. */
const ownCas = (client: SecretsManagerClient, settings: Surroundings['settings'], authorities: Authorities) => {
  const own = { maker: certificateMaker, random: systemRandom, clock: systemClock };
  const pairs = secretsManagerSigningPairs({ client, prefix: settings.prefix });
  return {
    ca: caIssuer({ ...own, pairs, authorities }, { sweepPeriodMs: sweepPeriodMs(settings) }),
    selfSigned: selfSignedIssuer(own),
  };
};

export const composeAdvance = (surroundings: Surroundings): { ports: JourneyPorts; settings: JourneySettings } => {
  const { settings, log, onAcmeRequest } = surroundings;
  const table = ledger(settings);
  const limits = dynamodbLimits(table);
  const authorities = dynamodbAuthorities(table);
  const client = new SecretsManagerClient(PATIENT);
  const secrets = certificateSecrets({ client, kmsKeyId: settings.secretsKmsKeyArn, sharing: settings });
  const references = referenceSecrets({ client, kmsKeyId: settings.secretsKmsKeyArn });
  const { dns, zoneFacts } = dnsPartsOf(surroundings);
  const lookup = dnsLookup({ servers: settings.dnsServers });
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
      references,
      keys: nodeKeys,
      dns,
      lookup,
      preflight: preflightOf(surroundings, { dns, lookup, zoneFacts }),
      txt: dynamodbTxtBook(table),
      limits,
    },
    settings,
  );
  const awspca = privateCaIssuer(
    { ca: latePrivateCa(settings.prefix), limits, clock: systemClock, authorities },
    settings,
  );
  const ports: JourneyPorts = {
    ...moment,
    correlation: log,
    rows: dynamodbClaimedRows(table),
    circuits: remembered(dynamodbCircuits(table), systemClock),
    versions: secrets,
    newSecrets: secrets,
    dependents: dynamodbDependents(table),
    labels: secrets,
    deliveries: dynamodbDeliveryAims(table),
    keys: nodeKeys,
    keystores: lateKeystores,
    limits,
    references,
    bus: said({
      bus: eventBridgeBus({ client: new EventBridgeClient(PATIENT), eventBusName: settings.eventBusName }),
      log,
      service: settings.prefix,
    }),
    certificates: certificateMaker,
    issuers: { acme, awspca, ...ownCas(client, settings, authorities) },
  };
  const { prefix, quotas } = settings;
  return { ports, settings: { prefix, quotas, sweepPeriodMs: sweepPeriodMs(settings) } };
};
