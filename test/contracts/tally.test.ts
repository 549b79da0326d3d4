// The tally as it is deployed, called by the emulator with its own stream: totals follow what the ledger's adapters write.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateEventSourceMappingCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleFunctions } from '#lib/bundle.ts';
import { createTableInput } from '#local/cloud/ledger-table.ts';
import { emulatorClient, ledgerPorts } from '#test/support/real-ledger.ts';
import { type RealMinistack, startRealMinistack } from '#test/support/real-ministack.ts';
import { issuedUntil } from './ledger/lives.ts';
import { accepted, claimed, declare, minute } from './ledger/story.ts';

const TABLE = 'tally';
let ministack: RealMinistack;
beforeAll(async () => {
  ministack = await startRealMinistack({ name: 'tally' });
});
afterAll(() => ministack?.stop());

/** The bundled code as Lambda takes it. */
const zipped = (): Uint8Array => {
  const folder = mkdtempSync(join(tmpdir(), 'tally-'));
  try {
    const zip = join(folder, 'tally.zip');
    const script = 'import shutil, sys; shutil.make_archive(sys.argv[1], "zip", sys.argv[2])';
    execFileSync('python3', ['-c', script, zip.slice(0, -4), bundleFunctions({ catalogue: {} }).tally]);
    return readFileSync(zip);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** Table, function and mapping, as lib/tally.ts has them. */
const deploy = async (endpoint: string) => {
  const at = emulatorClient(endpoint);
  const client = new DynamoDBClient(at);
  const { TableDescription } = await client.send(
    new CreateTableCommand({
      ...createTableInput(TABLE),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const lambda = new LambdaClient(at);
  const variables = {
    EVERCERT_SETTINGS: JSON.stringify({ tableName: TABLE, eventBusName: 'none' }),
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
  };
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: TABLE,
      Runtime: 'nodejs24.x',
      Role: 'arn:aws:iam::000000000000:role/tally',
      Handler: 'tally.handler',
      Code: { ZipFile: zipped() },
      Timeout: 300,
      Environment: { Variables: variables },
    }),
  );
  await lambda.send(
    new CreateEventSourceMappingCommand({
      FunctionName: TABLE,
      EventSourceArn: TableDescription!.LatestStreamArn!,
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"Keys":{"pk":{"S":[{"prefix":"cert#"}]}}}}' }] },
    }),
  );
  const document = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return ledgerPorts({ client: document, tableName: TABLE });
};

describe('the tally, called by the table’s stream', () => {
  it('knows what is managed and issued soon after rows come, are issued and are retired', async () => {
    const ledger = await deploy(ministack.endpoint);
    const told = (managed: number, issued: number) =>
      vi.waitFor(
        async () => {
          const byIssuer = managed === 0 ? {} : { 'ClusterIssuer/letsencrypt': managed };
          expect(await ledger.counters.read()).toMatchObject({ managed, issued, byIssuer });
        },
        { timeout: 45_000, interval: 250 },
      );
    const row = await claimed(ledger, 'shop/web');
    await declare(ledger, 'shop/api');
    await told(2, 0);
    await ledger.claimedRows.release({ row, progress: issuedUntil(minute(100).toISOString()), timers: {} });
    await told(2, 1);
    await ledger.declaredRows.retire({ seen: (await accepted(ledger, 'shop/web'))!, now: minute(9) });
    await told(1, 0);
  }, 120_000);
});
