// One line of comma-separated values, as Go reads it.
import { expect, it } from 'vitest';
import { splitCsv } from '#core/declaration/shim/csv.ts';

it.each([
  ['a', ['a']],
  ['a,b', ['a', 'b']],
  ['"10 Downing Street, Westminster",Manchester', ['10 Downing Street, Westminster', 'Manchester']],
  ['"say ""yes""",no', ['say "yes"', 'no']],
  ['a,,b', ['a', '', 'b']],
  ['a,', ['a', '']],
  ['""', ['']],
  ['a, b', ['a', ' b']],
  ['a\n', ['a']],
])('%s is read', (text, values) => {
  expect(splitCsv(text)).toEqual(values);
});

it.each(['', 'a\nb', '"a', 'a"b', '"a"b', 'a, "b"'])('%s is refused', (text) => {
  expect(splitCsv(text)).toBeUndefined();
});
