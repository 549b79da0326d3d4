// What the watchdog can find: words for the person it tells, in the shape of an alarm's. The worst first. Pure data.
import type { AlarmWords } from '../alarms/model.ts';
import { ALL_WELL } from '../alarms/still.ts';
import { ALARMS } from '../alarms/table.ts';

export const FINDINGS = {
  SWEEP_STOPPED: ALARMS['sweep-stopped'],
  SCHEDULE_DISABLED: {
    means: 'The schedule that wakes the sweep is disabled or gone: nothing is issued or renewed any more.',
    still: ALL_WELL,
    command: 'aws scheduler get-schedule --name {schedule}',
    heading: 'SCHEDULE_DISABLED',
  },
  LOOK_FAILED: {
    means: 'The watchdog could not see all that it looks at: the ledger, the schedule or the queue did not answer.',
    still: 'everything that can be seen; the alarms of CloudWatch guard the sweep.',
    command: 'aws logs tail {watchdogLog} --since 1h',
    heading: 'LOOK_FAILED',
  },
  DEAD_LETTERS: ALARMS['dead-letters'],
  HEALTH_UNSEEN: {
    means: 'Sweeps run, but cannot tell how late certificates are: the alarms for what is overdue are blind.',
    still: 'issuance and renewal.',
    command: `aws logs tail {sweepLog} --since 1h --filter-pattern '{ $.level = "WARN" }'`,
    heading: 'HEALTH_UNSEEN',
  },
  COUNTERS_STALE: {
    means: 'The totals of the fleet have not been counted anew for a day and a half.',
    still: 'issuance, renewal, and every alarm: totals are shown, not alarmed on.',
    command: 'aws dynamodb get-item --table-name {table} --key \'{"pk":{"S":"sweep"},"sk":{"S":"last"}}\'',
    heading: 'COUNTERS_STALE',
  },
} as const satisfies Readonly<Record<string, AlarmWords>>;

export type FindingCode = keyof typeof FINDINGS;
