// microburst before the gateway, warm. It must never have rules of its own.
import { join } from 'node:path';
import { ListEventBusesCommand } from '@aws-sdk/client-eventbridge';
import { ListHostedZonesCommand } from '@aws-sdk/client-route-53';
import { ListSecretsCommand } from '@aws-sdk/client-secrets-manager';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { localClients } from '#local/cloud/clients.ts';
import type { Cloud } from '#local/cloud/options.ts';
import { installParts } from '#local/parts/install.ts';
import { type RunningMicroburst, startMicroburst } from '#local/parts/microburst.ts';

/** Its first call of each service takes seconds: they are made here, one of each that `advance` uses. */
export const startBurst = async (cloud: Cloud, root: string): Promise<RunningMicroburst> => {
  const installing = { root, hostEnv: process.env, reporter: () => undefined, need: ['microburst'] as const };
  const { python } = await installParts(installing);
  const runFolder = join(cloud.runFolder, 'microburst');
  const started = await startMicroburst({ python, runFolder, upstream: cloud.endpoint });
  const { destroy, dynamodb, events, route53, secrets } = localClients(started.endpoint);
  await dynamodb.send(new GetCommand({ TableName: cloud.outputs.tableName, Key: { pk: 'nothing', sk: 'nothing' } }));
  await events.send(new ListEventBusesCommand({}));
  await route53.send(new ListHostedZonesCommand({}));
  await secrets.send(new ListSecretsCommand({}));
  destroy();
  return started;
};
