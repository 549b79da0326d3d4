// What the functions' compositions have in common: surroundings and the ledger's client. SDK clients are made in
// this folder alone.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Log } from '#core/ports.ts';
import type { RuntimeSettings } from '#core/settings.ts';
import type { AcmeCaOptions } from '../acme/acme-ca.ts';
import type { LedgerTable } from '../dynamodb/table.ts';

export interface Surroundings {
  readonly settings: RuntimeSettings;
  readonly log: Log;
  /** Told of every request to a CA: the benchmark counts them. */
  readonly onAcmeRequest?: AcmeCaOptions['onRequest'];
}

/** The ledger's table, as its adapters want it. */
export const ledger = (settings: RuntimeSettings): LedgerTable => ({
  client: DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } }),
  tableName: settings.tableName,
});
