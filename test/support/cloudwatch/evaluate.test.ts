// The model of CloudWatch against the tables of its user guide ("Configuring how CloudWatch alarms treat missing data").
import { describe, expect, it } from 'vitest';
import { type AlarmState, type Evaluation, type Point, stateOf } from './evaluate.ts';
import { mathOf } from './math.ts';

const points = (text: string): Point[] => text.split(' ') as Point[];
const MISSING = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
/** `now`: the current state is retained. */
type Row = [range: string, ...states: (AlarmState | 'now')[]];

const judged = (range: string, rule: Omit<Evaluation, 'missing'>): (AlarmState | 'now')[] =>
  MISSING.map((missing) => {
    const [ok, alarm] = (['OK', 'ALARM'] as const).map((now) => stateOf(points(range), { ...rule, missing }, now));
    return ok === alarm ? ok! : 'now';
  });

const INSUFFICIENT = 'INSUFFICIENT_DATA';

describe('3 out of 3, five points retrieved', () => {
  it.each<Row>([
    ['O - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['O - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', INSUFFICIENT, 'now', 'ALARM', 'OK'],
    ['O X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'now', 'ALARM', 'OK'],
    ['- - - - X', INSUFFICIENT, 'now', 'ALARM', 'OK'],
    ['X - - - -', 'ALARM', 'now', 'ALARM', 'OK'],
  ])('%s', (range, ...states) => {
    expect(judged(range, { evaluationPeriods: 3, datapointsToAlarm: 3 })).toEqual(states);
  });
});

describe('2 out of 3, five points retrieved', () => {
  it.each<Row>([
    ['O - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['O O X O X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['O - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - O', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'now', 'ALARM', 'OK'],
    ['- - - - X', INSUFFICIENT, 'now', 'ALARM', 'OK'],
  ])('%s', (range, ...states) => {
    expect(judged(range, { evaluationPeriods: 3, datapointsToAlarm: 2 })).toEqual(states);
  });
});

describe('metric math', () => {
  it('fills what is missing, but not a series without any point', () => {
    expect(mathOf('FILL(a, 0)', { a: [1, undefined, 2] })).toEqual([1, 0, 2]);
    expect(mathOf('FILL(a, 0)', { a: [undefined, undefined] })).toEqual([undefined, undefined]);
  });

  it('compares point by point; what lacks one side is missing', () => {
    const series = { waiting: [5, 5, 0, undefined], begun: [0, 2, 0, 0] };
    expect(mathOf('IF(waiting > 0 AND begun < 1, 1, 0)', series)).toEqual([1, 0, 0, undefined]);
  });

  it('refuses what it does not know', () => {
    expect(() => mathOf('a + b', { a: [1], b: [2] })).toThrow(/does not know/);
  });
});
