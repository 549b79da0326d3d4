// Expressions as the ledger's adapters write them, evaluated as DynamoDB does.
import { describe, expect, it } from 'vitest';
import { condition } from '#local/bench/sweeps/expression.ts';

const names = { '#at': 'at', '#holder': 'holder', '#run': 'run' };
const values = { ':now': '2026-11-25', ':me': 'me', ':run': 10 };
const holds = (text: string, item: object): boolean => condition(text, { names, values })({ ...item });

describe('a condition', () => {
  it.each([
    ['#at <= :now', { at: '2026-11-25' }, true],
    ['#at < :now', { at: '2026-11-25' }, false],
    ['#at > :now', { at: '2026-11-26' }, true],
    ['#run >= :run', { run: 9 }, false],
    ['#holder <> :me', { holder: 'you' }, true],
    ['#holder = :me', {}, false],
    ['#holder <> :me', {}, false],
    ['attribute_exists(#at)', { at: 'x' }, true],
    ['attribute_not_exists(#at)', { at: 'x' }, false],
    ['attribute_not_exists(#at) OR #at <= :now', {}, true],
    ['attribute_not_exists(#at) OR #at <= :now', { at: '2026-11-26' }, false],
  ])('%s of %o is %s', (text, item, expected) => {
    expect(holds(text, item)).toBe(expected);
  });

  it('binds AND closer than OR, and parentheses closest', () => {
    const item = { at: '2026-11-26', holder: 'me', run: 9 };
    expect(holds('#holder = :me OR #at <= :now AND #run = :run', item)).toBe(true);
    expect(holds('(#holder = :me OR #at <= :now) AND #run = :run', item)).toBe(false);
  });

  it.each(['begins_with(#at, :now)', '#at <= :other', '#other = :me', 'NOT #at = :now', '(#at = :now', '#at = :now)'])(
    'refuses %s, which is not served',
    (text) => {
      expect(() => holds(text, {})).toThrow('not served');
    },
  );
});
