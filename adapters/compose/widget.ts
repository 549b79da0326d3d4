// The parts of `widget`: the ledger, read only.

import { sweepPeriodMs } from '#core/settings.ts';
import type { LookPorts, LookSettings } from '#core/view/look.ts';
import { dynamodbCounters } from '../dynamodb/counters.ts';
import { dynamodbDeliveryAims } from '../dynamodb/delivery-aims.ts';
import { dynamodbHistories } from '../dynamodb/histories.ts';
import { dynamodbLastSweep } from '../dynamodb/last-sweep.ts';
import { dynamodbLives } from '../dynamodb/lives.ts';
import { dynamodbRowReader } from '../dynamodb/row-reader.ts';
import { dynamodbTroubles } from '../dynamodb/troubles.ts';
import { systemClock } from '../node-moment.ts';
import { ledger, type Surroundings } from './parts.ts';

export interface WidgetParts {
  readonly ports: LookPorts;
  readonly settings: LookSettings & { readonly actArn?: string };
}

export const composeWidget = ({ settings }: Pick<Surroundings, 'settings'>): WidgetParts => {
  const table = ledger(settings);
  const { prefix, clusterNames, actFunctionArn } = settings;
  return {
    ports: {
      clock: systemClock,
      lives: dynamodbLives(table),
      counters: dynamodbCounters(table),
      lastSweep: dynamodbLastSweep(table),
      troubles: dynamodbTroubles(table),
      rows: dynamodbRowReader(table),
      deliveries: dynamodbDeliveryAims(table),
      histories: dynamodbHistories(table),
    },
    settings: {
      prefix,
      clusterNames,
      sweepPeriodMs: sweepPeriodMs(settings),
      ...(actFunctionArn === undefined ? {} : { actArn: actFunctionArn }),
    },
  };
};
