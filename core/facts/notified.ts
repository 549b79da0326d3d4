// The facts that people may be told of, as the setting `notifications` names them. It must never hold what is told:
// functions that read the settings carry this list with them.
import type { FactKind } from './details.ts';

export const NOTIFIED = [
  'failed',
  'overdue',
  'approaching',
  'expired',
  'drifted',
  'undelivered',
] as const satisfies readonly FactKind[];
export type NotifiedFact = (typeof NOTIFIED)[number];
