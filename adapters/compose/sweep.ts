// The parts of `sweep`. What it needs rarely is loaded only then; nothing of the other functions' is reached from here,
// or esbuild would load it at start (docs/decisions/0004-bundling.md).
import { SFNClient } from '@aws-sdk/client-sfn';
import { said } from '#core/facts/said.ts';
import type { DnsProvider, EventBus } from '#core/ports.ts';
import type { RenewalInformation } from '#core/renewal/ports.ts';
import { type RuntimeSettings, sweepPeriodMs } from '#core/settings.ts';
import { secretLook } from '#core/sweep/drift.ts';
import { lookAtWindow } from '#core/sweep/look-at-window.ts';
import type { KeyStates, SecretLook, SecretSharing } from '#core/sweep/ports.ts';
import type { SweepPorts } from '#core/sweep/sweep.ts';
import { dynamodbAuthorities } from '../dynamodb/authorities.ts';
import { dynamodbCatalogueState } from '../dynamodb/catalogue-state.ts';
import { dynamodbCircuits } from '../dynamodb/circuits.ts';
import { dynamodbCounters } from '../dynamodb/counters.ts';
import { dynamodbDeclaredRows } from '../dynamodb/declared-rows.ts';
import { dynamodbDeliveryLags } from '../dynamodb/delivery-lags.ts';
import { dynamodbDueRows } from '../dynamodb/due-rows.ts';
import { dynamodbFleetCounts } from '../dynamodb/fleet-counts.ts';
import { dynamodbLastSweep } from '../dynamodb/last-sweep.ts';
import { dynamodbLives } from '../dynamodb/lives.ts';
import { dynamodbRowReader } from '../dynamodb/row-reader.ts';
import { dynamodbSweepTurn } from '../dynamodb/sweep-turn.ts';
import { dynamodbTxtBook } from '../dynamodb/txt-book.ts';
import { dynamodbWatchedRows } from '../dynamodb/watched-rows.ts';
import { systemClock, systemRandom, systemTimer } from '../node-moment.ts';
import { stepFunctionsExecutions } from '../step-functions-executions.ts';
import { once } from './once.ts';
import { ledger, PATIENT, type Surroundings } from './parts.ts';

/** Loaded only when a secret is to be looked at. */
const lateSecretLook = (): SecretLook => {
  const loaded = once(async () => {
    const late = await import('../secrets-manager/loaded-late.ts');
    return late.secretsManagerLook({ client: new late.SecretsManagerClient(PATIENT) });
  });
  return { look: async (name) => (await loaded()).look(name) };
};

/** Loaded only when a secret is to be looked at, and secrets are shared. */
const lateSharing = (sharing: RuntimeSettings): SecretSharing => {
  const loaded = once(async () => {
    const late = await import('../secrets-manager/loaded-late.ts');
    return late.secretsManagerSharing({ client: new late.SecretsManagerClient(PATIENT), sharing });
  });
  return { keep: async (secret) => (await loaded()).keep(secret) };
};

/** Loaded only when a secret is to be looked at. */
const lateKeyStates = (): KeyStates => {
  const loaded = once(async () => {
    const late = await import('../kms-key-states.ts');
    return late.kmsKeyStates({ client: new late.KMSClient(PATIENT), clock: systemClock });
  });
  return { state: async (keyArn) => (await loaded()).state(keyArn) };
};

/** Loaded only when a CA is to be asked. */
const lateRenewalInformation = ({ version, acmeTimeoutMs: timeoutMs }: RuntimeSettings): RenewalInformation => {
  const loaded = once(async () => {
    const late = await import('../acme/renewal-info.ts');
    return late.createRenewalInformation({ clock: systemClock, version, timeoutMs });
  });
  return { read: async (request) => (await loaded()).read(request) };
};

/** Loaded only when a cluster is to be woken. */
const lateBus = ({ eventBusName }: RuntimeSettings): EventBus => {
  const loaded = once(async () => {
    const late = await import('./late-bus.ts');
    return late.eventBridgeBus({ client: new late.EventBridgeClient(PATIENT), eventBusName });
  });
  return { publish: async (event) => (await loaded()).publish(event) };
};

/** Loaded only when something is left over. */
const lateDns = (surroundings: Surroundings): DnsProvider => {
  const loaded = once(async () => (await import('./dns.ts')).dnsOf(surroundings));
  return {
    zoneFor: async (request) => (await loaded()).zoneFor(request),
    change: async (request) => (await loaded()).change(request),
    isSettled: async (request) => (await loaded()).isSettled(request),
  };
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
    turn: dynamodbSweepTurn(table),
    counts: dynamodbFleetCounts(table),
    rows: dynamodbRowReader(table),
    watched: dynamodbWatchedRows(table),
    looks: {
      ariAt: lookAtWindow(
        { log, renewalInformation: lateRenewalInformation(settings) },
        { sweepPeriodMs: sweepPeriodMs(settings) },
      ),
      checkAt: secretLook(
        { secrets: lateSecretLook(), keyStates: lateKeyStates(), sharing: lateSharing(settings), log },
        settings,
      ),
    },
    lags: dynamodbDeliveryLags(table),
    circuits: dynamodbCircuits(table),
    authorities: dynamodbAuthorities(table),
    lives: dynamodbLives(table),
    counters: dynamodbCounters(table),
    lastSweep: dynamodbLastSweep(table),
    bus: said({ bus: lateBus(settings), log, service: settings.prefix }),
    txt: dynamodbTxtBook(table),
    dns: lateDns(surroundings),
    executions: stepFunctionsExecutions({
      client: new SFNClient(PATIENT),
      stateMachineArn: settings.stateMachineArn ?? '',
    }),
  };
};
