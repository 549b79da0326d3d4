// All that a run of the local cloud put out where somebody may read it: logs, records, histories, the ledger, templates,
// events. It must never look into Secrets Manager, nor into what keeps its values (the emulator's state).
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeExecutionCommand, paginateGetExecutionHistory, paginateListExecutions } from '@aws-sdk/client-sfn';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '#local/cloud/clients.ts';
import type { Cloud } from '#local/cloud/options.ts';
import type { Place } from './key-search.ts';

/** Lambda's logs, a place a log group. */
export const logPlaces = async (cloud: Cloud): Promise<Place[]> => {
  const client = new CloudWatchLogsClient({
    endpoint: cloud.emulator.endpoint,
    region: LOCAL_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const places: Place[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {}))
    for (const { logGroupName } of logGroups) {
      const lines: string[] = [];
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName }))
        lines.push(...events.map(({ message = '' }) => message));
      places.push({ name: `log group ${logGroupName}`, text: lines.join('\n') });
    }
  client.destroy();
  return places;
};

/** Input, output and every event of every execution. */
export const executionPlaces = async (cloud: Cloud): Promise<Place[]> => {
  const client = cloud.directClients.sfn;
  const { stateMachineArn } = cloud.outputs;
  const places: Place[] = [];
  for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn }))
    for (const { executionArn } of executions) {
      const { input, output, error, cause } = await client.send(new DescribeExecutionCommand({ executionArn }));
      const events: unknown[] = [input, output, error, cause];
      for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) events.push(page.events);
      places.push({ name: `execution ${executionArn}`, text: JSON.stringify(events) });
    }
  return places;
};

/** Every item of the ledger as it lies there. */
export const ledgerPlaces = async (cloud: Cloud): Promise<Place[]> => {
  const places: Place[] = [];
  const request = { TableName: cloud.outputs.tableName, ConsistentRead: true };
  for await (const { Items = [] } of paginateScan({ client: cloud.directClients.dynamodb }, request))
    places.push(...Items.map((item) => ({ name: `ledger ${item.pk} ${item.sk}`, text: JSON.stringify(item) })));
  return places;
};

/** State of the emulator (it keeps the secrets), the CA's own files, and code that speaks of keys without having any. */
const isElsewhere = (path: string): boolean =>
  /^aws\/(state|s3|tmp)\//.test(path) ||
  /^pebble\/tls\.key$/.test(path) ||
  /(^|\/)(asset\.[^/]+|home|tmp)\//.test(path);

/** Logs, the record of AWS calls, templates, outputs, declarations: whatever the run wrote into its folder. */
export const filePlaces = ({ runFolder }: Cloud): Place[] =>
  readdirSync(runFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(runFolder, join(entry.parentPath, entry.name)))
    .filter((path) => !isElsewhere(path))
    .map((path) => ({ name: `file ${path}`, text: readFileSync(join(runFolder, path), 'utf8') }));
