// DeliveryLags on DynamoDB: the index of what a cluster's sync function has still to do. It must never know a cluster.
import type { DeliveryLags } from '#core/bridge/ports.ts';
import { instant, LAGGING_INDEX, lagCluster } from '#core/ledger-format.ts';
import { queryItems } from './read.ts';
import type { LedgerTable } from './table.ts';

/** More are not counted: what is alarming is alarming by then. */
const MOST = 5_000;

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. */
export const dynamodbDeliveryLags = (table: LedgerTable): DeliveryLags => ({
  lag: async ({ cluster, now }) => {
    const items = await queryItems(
      table,
      {
        IndexName: LAGGING_INDEX.name,
        KeyConditionExpression: '#partition = :cluster',
        ProjectionExpression: '#at, #since',
        ExpressionAttributeNames: {
          '#partition': LAGGING_INDEX.partition,
          '#at': LAGGING_INDEX.sort,
          '#since': 'waitingSince',
        },
        ExpressionAttributeValues: { ':cluster': lagCluster(cluster) },
      },
      // Pages of 1 MB, not of as many as are wanted.
      { limit: MOST },
    );
    const waiting = items.flatMap(({ waitingSince }) => (waitingSince === undefined ? [] : [waitingSince as string]));
    const oldest = waiting.reduce<string | undefined>((a, b) => (a === undefined || b < a ? b : a), undefined);
    return {
      due: items.filter((item) => (item[LAGGING_INDEX.sort] as string) <= instant(now)).length,
      unconfirmed: waiting.length,
      ...(oldest === undefined ? {} : { oldest }),
    };
  },
});
