// Door: a cluster's queue calls it with result events; it sees to it that the cluster holds what was issued.
import { composeSync } from '#adapters/compose/sync.ts';
import { type BatchAnswer, type QueuedMessage, readBatch } from '#adapters/sync-messages.ts';
import { sync } from '#core/bridge/sync.ts';
import { syncMetrics } from '#core/metrics.ts';
import { door } from './entry.ts';

export const handler = door(
  'sync',
  composeSync,
  async ({ ports, settings }, { Records }: { Records: readonly QueuedMessage[] }, moment): Promise<BatchAnswer> => {
    const { unreadable, answer, ...request } = readBatch(Records);
    const { log, deadline, now } = moment;
    if (unreadable.length > 0) log.error('messages that are no events of ours', { messageIds: unreadable });
    const report = await sync(ports, settings, request, deadline);
    log.info('sync completed', { cluster: settings.cluster.name, ...report });
    console.log(
      JSON.stringify(syncMetrics(report, { service: settings.prefix, cluster: settings.cluster.name, at: now })),
    );
    return answer(report.unfinished);
  },
);
