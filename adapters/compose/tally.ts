// The parts of `tally`: the ledger alone.
import type { CountPorts } from '#core/health/count.ts';
import { dynamodbCountedRows } from '../dynamodb/counted-rows.ts';
import { dynamodbShardTotals } from '../dynamodb/counters.ts';
import { systemClock, systemTimer } from '../node-moment.ts';
import { ledger, type Surroundings } from './parts.ts';

export const composeTally = ({ settings, log }: Surroundings): CountPorts => {
  const table = ledger(settings);
  return {
    clock: systemClock,
    timer: systemTimer,
    log,
    totals: dynamodbShardTotals(table),
    rows: dynamodbCountedRows(table),
  };
};
