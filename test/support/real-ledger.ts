// The ledger's ports over a real table at some endpoint. It must never start anything.
import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamodbAccountBook } from '#adapters/dynamodb/account-book.ts';
import { dynamodbAuthorities } from '#adapters/dynamodb/authorities.ts';
import { dynamodbCatalogueState } from '#adapters/dynamodb/catalogue-state.ts';
import { dynamodbCircuits } from '#adapters/dynamodb/circuits.ts';
import { dynamodbClaimedRows } from '#adapters/dynamodb/claimed-rows.ts';
import { dynamodbCountedRows } from '#adapters/dynamodb/counted-rows.ts';
import { dynamodbCounters, dynamodbShardTotals } from '#adapters/dynamodb/counters.ts';
import { dynamodbDeclaredRows } from '#adapters/dynamodb/declared-rows.ts';
import { dynamodbDeliveries } from '#adapters/dynamodb/deliveries.ts';
import { dynamodbDeliveryAims } from '#adapters/dynamodb/delivery-aims.ts';
import { dynamodbDeliveryLags } from '#adapters/dynamodb/delivery-lags.ts';
import { dynamodbDependents } from '#adapters/dynamodb/dependents.ts';
import { dynamodbDueRows } from '#adapters/dynamodb/due-rows.ts';
import { dynamodbFleetCounts } from '#adapters/dynamodb/fleet-counts.ts';
import { dynamodbHistories } from '#adapters/dynamodb/histories.ts';
import { dynamodbLastSweep } from '#adapters/dynamodb/last-sweep.ts';
import { dynamodbLimits } from '#adapters/dynamodb/limits.ts';
import { dynamodbLives } from '#adapters/dynamodb/lives.ts';
import { dynamodbRenewalMarks } from '#adapters/dynamodb/renewal-marks.ts';
import { dynamodbRowReader } from '#adapters/dynamodb/row-reader.ts';
import { dynamodbSweepTurn } from '#adapters/dynamodb/sweep-turn.ts';
import type { LedgerTable } from '#adapters/dynamodb/table.ts';
import { dynamodbTroubles } from '#adapters/dynamodb/troubles.ts';
import { dynamodbTxtBook } from '#adapters/dynamodb/txt-book.ts';
import { dynamodbWatchdogMemory } from '#adapters/dynamodb/watchdog-memory.ts';
import { dynamodbWatchedRows } from '#adapters/dynamodb/watched-rows.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { historyKey } from '#core/ledger-format.ts';
import { createTableInput } from '#local/cloud/ledger-table.ts';
import type { LedgerPorts } from './fake-ledger.ts';

/** What every client of an emulator is made with. */
export const emulatorClient = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

export const ledgerPorts = (table: LedgerTable): LedgerPorts => ({
  claimedRows: dynamodbClaimedRows(table),
  dueRows: dynamodbDueRows(table),
  watchedRows: dynamodbWatchedRows(table),
  declaredRows: dynamodbDeclaredRows(table),
  rowReader: dynamodbRowReader(table),
  renewalMarks: dynamodbRenewalMarks(table),
  dependents: dynamodbDependents(table),
  fleetCounts: dynamodbFleetCounts(table),
  catalogueState: dynamodbCatalogueState(table),
  txtBook: dynamodbTxtBook(table),
  accountBook: dynamodbAccountBook(table),
  limits: dynamodbLimits(table),
  circuits: dynamodbCircuits(table),
  sweepTurn: dynamodbSweepTurn(table),
  deliveryAims: dynamodbDeliveryAims(table),
  deliveries: dynamodbDeliveries(table),
  deliveryLags: dynamodbDeliveryLags(table),
  lives: dynamodbLives(table),
  authorities: dynamodbAuthorities(table),
  watchdogMemory: dynamodbWatchdogMemory(table),
  lastSweep: dynamodbLastSweep(table),
  counters: dynamodbCounters(table),
  shardTotals: dynamodbShardTotals(table),
  countedRows: dynamodbCountedRows(table),
  troubles: dynamodbTroubles(table),
  histories: dynamodbHistories(table),
});

/** The outcome records of one certificate, by time. */
export const readHistory = async (table: LedgerTable, name: string): Promise<readonly OutcomeRecord[]> => {
  const { pk } = historyKey({ name, at: '', id: '' });
  const command = new QueryCommand({
    TableName: table.tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: { ':pk': pk },
  });
  const { Items = [] } = await table.client.send(command);
  return Items.map(({ pk: _pk, sk: _sk, schema: _schema, ...record }) => record as OutcomeRecord);
};

export interface RealLedgers {
  /** A new, empty table. */
  open(): Promise<LedgerTable>;
  /** Drops the tables and ends the connections. */
  close(): Promise<void>;
}

/** `connections`: at most so many requests at once, for an emulator whose conditional writes are not atomic over threads. */
export const realLedgers = (endpoint: string, { connections }: { connections?: number } = {}): RealLedgers => {
  const pace = connections === undefined ? {} : { requestHandler: { httpAgent: { maxSockets: connections } } };
  const client = new DynamoDBClient({ ...emulatorClient(endpoint), ...pace });
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const tables: string[] = [];
  return {
    open: async () => {
      const tableName = `ledger-${randomUUID()}`;
      await client.send(new CreateTableCommand(createTableInput(tableName)));
      tables.push(tableName);
      return { client: document, tableName };
    },
    close: async () => {
      await Promise.all(tables.map((TableName) => client.send(new DeleteTableCommand({ TableName }))));
      client.destroy();
    },
  };
};
