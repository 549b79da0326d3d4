// One sweep over a table, in this process: the core's sweep on the ledger's own adapters, everything counted. It must
// never issue anything: executions are only counted.
import { dynamodbAuthorities } from '#adapters/dynamodb/authorities.ts';
import { dynamodbCatalogueState } from '#adapters/dynamodb/catalogue-state.ts';
import { dynamodbCircuits } from '#adapters/dynamodb/circuits.ts';
import { dynamodbCounters } from '#adapters/dynamodb/counters.ts';
import { dynamodbDeclaredRows } from '#adapters/dynamodb/declared-rows.ts';
import { dynamodbDeliveryLags } from '#adapters/dynamodb/delivery-lags.ts';
import { dynamodbDueRows } from '#adapters/dynamodb/due-rows.ts';
import { dynamodbFleetCounts } from '#adapters/dynamodb/fleet-counts.ts';
import { dynamodbLastSweep } from '#adapters/dynamodb/last-sweep.ts';
import { dynamodbLives } from '#adapters/dynamodb/lives.ts';
import { dynamodbRowReader } from '#adapters/dynamodb/row-reader.ts';
import { dynamodbSweepTurn } from '#adapters/dynamodb/sweep-turn.ts';
import type { LedgerTable } from '#adapters/dynamodb/table.ts';
import { dynamodbTxtBook } from '#adapters/dynamodb/txt-book.ts';
import { dynamodbWatchedRows } from '#adapters/dynamodb/watched-rows.ts';
import { systemClock, systemRandom, systemTimer } from '#adapters/node-moment.ts';
import type { Catalogue } from '#core/declaration/model.ts';
import type { DnsProvider, Executions, Log } from '#core/ports.ts';
import { type SweepPorts, sweep } from '#core/sweep/sweep.ts';
import { BenchFailed } from '../run.ts';
import { type Counted, countingTable } from './counting.ts';

/** An applied catalogue: reconcile finds nothing to do, as in every sweep but the first after a deploy. */
const CATALOGUE: Catalogue = { hash: 'bench', certificates: [] };
const SETTINGS = { inFlight: 100, sweepPeriodMs: 5 * 60_000, clusterNames: [] };
/** As long as the deployed sweep has. */
const DEADLINE_MS = 240_000;

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const notAsked = async (): Promise<never> => {
  throw new BenchFailed('a fleet at rest leaves no TXT values behind, and the sweep asked the DNS');
};
const notWoken = async (): Promise<never> => {
  throw new BenchFailed('a fleet without clusters has nobody to wake');
};
const noDns: DnsProvider = { zoneFor: notAsked, change: notAsked, isSettled: notAsked };

/** Takes each start and runs nothing. */
const countedExecutions = (): Executions & { started(): number } => {
  let started = 0;
  return {
    start: async () => {
      started += 1;
    },
    isRunning: async () => false,
    countRunning: async () => 0,
    started: () => started,
  };
};

const portsOver = (table: LedgerTable, executions: Executions): SweepPorts => ({
  clock: systemClock,
  timer: systemTimer,
  random: systemRandom,
  log: silent,
  declared: dynamodbDeclaredRows(table),
  catalogue: dynamodbCatalogueState(table),
  due: dynamodbDueRows(table),
  turn: dynamodbSweepTurn(table),
  counts: dynamodbFleetCounts(table),
  rows: dynamodbRowReader(table),
  watched: dynamodbWatchedRows(table),
  looks: {},
  txt: dynamodbTxtBook(table),
  dns: noDns,
  lags: dynamodbDeliveryLags(table),
  circuits: dynamodbCircuits(table),
  authorities: dynamodbAuthorities(table),
  lives: dynamodbLives(table),
  counters: dynamodbCounters(table),
  lastSweep: dynamodbLastSweep(table),
  bus: { publish: notWoken },
  executions,
});

/** Says that the fleet's catalogue is applied. */
export const settleCatalogue = async (table: LedgerTable): Promise<void> => {
  const catalogue = dynamodbCatalogueState(table);
  const { hash } = CATALOGUE;
  await catalogue.want({ hash, now: new Date() });
  await catalogue.reached({ hash, nextShard: undefined, now: new Date() });
};

export interface SweepCost extends Counted {
  readonly wallMs: number;
  /** Executions that would have been started. */
  readonly started: number;
}

/** Runs one sweep over a table whose catalogue is settled. Errors: those of the sweep. */
export const sweepCost = async (ledger: LedgerTable): Promise<SweepCost> => {
  const { table, counted } = countingTable(ledger);
  const executions = countedExecutions();
  const from = performance.now();
  const deadline = new Date(Date.now() + DEADLINE_MS);
  await sweep(portsOver(table, executions), SETTINGS, { catalogue: CATALOGUE, deadline });
  return { wallMs: Math.round(performance.now() - from), ...counted(), started: executions.started() };
};
