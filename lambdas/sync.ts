// Door: a cluster's queue calls it with events; it sees to it that the cluster holds what was issued. Not written yet: every
// message comes back.
import { door } from './entry.ts';

export const handler = door(
  'sync',
  (given) => given,
  (_parts, { Records }: { Records: readonly { messageId: string }[] }) =>
    Promise.resolve({ batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) }),
);
