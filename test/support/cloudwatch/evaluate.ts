// How CloudWatch decides on an alarm's state from the data points of its evaluation range, missing ones included (user
// guide, "How alarm state is evaluated when data is missing"). Pure; it must never know where points come from.

/** Oldest first: within the threshold, breaching, missing. */
export type Point = 'O' | 'X' | '-';
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface Evaluation {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missing: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
}

/**
 * The newest real points decide, as many as there are evaluation periods; missing ones are filled in as few times as
 * possible. `missing` and `ignore` do not go to ALARM on a breach that is younger than the data points to alarm.
 */
export const stateOf = (range: readonly Point[], rule: Evaluation, current: AlarmState): AlarmState => {
  const { evaluationPeriods, datapointsToAlarm, missing } = rule;
  const real = range.filter((point) => point !== '-').slice(-evaluationPeriods);
  const lacking = evaluationPeriods - real.length;
  const breaching = real.filter((point) => point === 'X').length;
  const decided = (count: number): AlarmState => (count >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (lacking <= 0) return decided(breaching);
  if (missing === 'breaching') return decided(breaching + lacking);
  if (missing === 'notBreaching') return decided(breaching);
  const retained = missing === 'ignore' ? current : 'INSUFFICIENT_DATA';
  if (real.length === 0) return retained;
  if (breaching < real.length || breaching >= datapointsToAlarm) return decided(breaching);
  const age = range.length - range.indexOf('X');
  return missing === 'missing' && age >= datapointsToAlarm ? 'ALARM' : retained;
};
