// Door: the table's stream calls it with what has changed, and a schedule of its own to count anew what is a day old.
import { composeTally } from '#adapters/compose/tally.ts';
import { rowChanges, type StreamRecord } from '#adapters/dynamodb/stream-records.ts';
import { follow, rebuild } from '#core/health/count.ts';
import { door } from './entry.ts';

type Woken = { readonly Records: readonly StreamRecord[] } | { readonly rebuild: true };

export const handler = door('tally', composeTally, async (ports, woken: Woken, { log, deadline }) => {
  if ('rebuild' in woken) {
    const rebuilt = await rebuild(ports, deadline);
    log.info('rows counted anew', { ...rebuilt });
    return rebuilt;
  }
  // Lambda comes again with that record and all after it.
  const again = await follow(ports, rowChanges(woken.Records));
  return { batchItemFailures: again === undefined ? [] : [{ itemIdentifier: again }] };
});
