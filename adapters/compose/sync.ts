// The parts of `sync`: one cluster's, and the ledger. The token is signed with the function's own credentials, which the
// ledger's client has already.
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { SyncPorts, SyncSettings } from '#core/bridge/sync.ts';
import { EvercertError } from '#core/errors.ts';
import type { ClusterSettings } from '#core/settings.ts';
import { dynamodbDeliveries } from '../dynamodb/deliveries.ts';
import { dynamodbDeliveryAims } from '../dynamodb/delivery-aims.ts';
import { dynamodbRowReader } from '../dynamodb/row-reader.ts';
import type { LedgerTable } from '../dynamodb/table.ts';
import { apiServerOf } from '../eks/api-server.ts';
import { eksClusterApi } from '../eks/cluster-api.ts';
import { type AskCluster, askCluster } from '../eks/request.ts';
import { type TokenSource, tokenSource } from '../eks/token.ts';
import { eksWorkloads } from '../eks/workloads.ts';
import { eventBridgeBus } from '../eventbridge-bus.ts';
import { systemClock, systemTimer } from '../node-moment.ts';
import { once } from './once.ts';
import { ledger, PATIENT, type Surroundings } from './parts.ts';

/** The Region is the function's own where the cluster names none. */
const tokensOf = ({ name, eksName = name, region }: ClusterSettings, { client }: LedgerTable): TokenSource => {
  const { credentials, region: ownRegion } = client.config;
  const made = once(async () =>
    tokenSource({ eksName, region: region ?? (await ownRegion()), credentials, clock: systemClock }),
  );
  return async (options) => (await made())(options);
};

/** INTERNAL: the cluster's settings are missing or malformed, said as the function starts. */
export const composeSync = ({ settings, log }: Surroundings): { ports: SyncPorts; settings: SyncSettings } => {
  const { cluster, prefix } = settings;
  if (cluster === undefined) throw new EvercertError('INTERNAL', 'the setting `cluster` is missing');
  const table = ledger(settings);
  const ask: AskCluster = askCluster(apiServerOf(cluster), tokensOf(cluster, table));
  const ports: SyncPorts = {
    clock: systemClock,
    timer: systemTimer,
    log,
    deliveries: dynamodbDeliveries(table),
    aims: dynamodbDeliveryAims(table),
    rows: dynamodbRowReader(table),
    api: eksClusterApi(ask),
    workloads: eksWorkloads(ask),
    bus: eventBridgeBus({ client: new EventBridgeClient(PATIENT), eventBusName: settings.eventBusName }),
  };
  return { ports, settings: { cluster, prefix } };
};
