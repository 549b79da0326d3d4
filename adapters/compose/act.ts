// The parts of `act`: the marks of the ledger's rows, and nothing else.
import type { ActPorts } from '#core/widget/answer.ts';
import { dynamodbRenewalMarks } from '../dynamodb/renewal-marks.ts';
import { systemClock } from '../node-moment.ts';
import { ledger, type Surroundings } from './parts.ts';

export const composeAct = ({ settings, log }: Pick<Surroundings, 'settings' | 'log'>): ActPorts => ({
  clock: systemClock,
  log,
  marks: dynamodbRenewalMarks(ledger(settings)),
});
