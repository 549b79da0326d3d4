// What the functions' compositions have in common: surroundings and the ledger's client. SDK clients are made in
// this folder alone.
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Correlation } from '#core/journey/ports.ts';
import type { Log } from '#core/ports.ts';
import type { RuntimeSettings } from '#core/settings.ts';
import type { AcmeCaOptions } from '../acme/acme-ca.ts';
import type { LedgerTable } from '../dynamodb/table.ts';

export interface Surroundings {
  readonly settings: RuntimeSettings;
  readonly log: Log & Correlation;
  /** Told of every request to a CA: the benchmark counts them. */
  readonly onAcmeRequest?: AcmeCaOptions['onRequest'];
}

/**
 * The SDK's own tries (3 unless told): a few throttled calls in a row must not make a certificate fail. A call without an
 * answer is given up and tried again: unless told, the SDK waits for it as long as the function lives.
 */
export const PATIENT = {
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
};

/** The ledger's table, as its adapters want it. */
export const ledger = (settings: RuntimeSettings): LedgerTable => ({
  client: DynamoDBDocumentClient.from(new DynamoDBClient(PATIENT), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  tableName: settings.tableName,
});
