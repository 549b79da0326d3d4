// Condition and filter expressions as the ledger's adapters write them: comparisons, the two attribute functions, AND, OR
// and parentheses (DynamoDB's Developer Guide, Expressions.OperatorsAndFunctions). Pure: it must never know a table.
import type { Item } from '#adapters/dynamodb/table.ts';

export interface Bound {
  /** `#mark` -> attribute. */
  readonly names: Readonly<Record<string, string>>;
  /** `:mark` -> value. */
  readonly values: Item;
}

type Condition = (item: Item) => boolean;
type Value = string | number;

const TOKENS = /attribute_(?:not_)?exists|AND\b|OR\b|<=|>=|<>|[()<>=]|[#:]\w+|\S/g;

const COMPARE: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
};

/** Compiles an expression; one that uses more than is served throws. */
export const condition = (text: string, { names, values }: Bound): Condition => {
  const tokens = text.match(TOKENS) ?? [];
  let at = 0;
  const next = (): string => tokens[at++] ?? '';
  const expect = (token: string): void => {
    if (next() !== token) throw new Error(`not served: "${text}", where ${token} was expected`);
  };
  const attribute = (): string => {
    const mark = next();
    if (names[mark] === undefined) throw new Error(`not served: "${text}": ${mark} is no attribute's name`);
    return names[mark];
  };
  const comparison = (): Condition => {
    const name = attribute();
    const compare = COMPARE[next()];
    const value = values[next()] as Value | undefined;
    if (compare === undefined || value === undefined) throw new Error(`not served: "${text}"`);
    return (item) => item[name] !== undefined && compare(item[name] as Value, value);
  };
  const existence = (wanted: boolean): Condition => {
    at++;
    expect('(');
    const name = attribute();
    expect(')');
    return (item) => (item[name] !== undefined) === wanted;
  };
  const term = (): Condition => {
    if (tokens[at] === 'attribute_exists') return existence(true);
    if (tokens[at] === 'attribute_not_exists') return existence(false);
    if (tokens[at] !== '(') return comparison();
    at++;
    const inner = either();
    expect(')');
    return inner;
  };
  const all = (): Condition => {
    const terms = [term()];
    while (tokens[at] === 'AND' && at++ >= 0) terms.push(term());
    return (item) => terms.every((holds) => holds(item));
  };
  const either = (): Condition => {
    const terms = [all()];
    while (tokens[at] === 'OR' && at++ >= 0) terms.push(all());
    return (item) => terms.some((holds) => holds(item));
  };
  const whole = either();
  if (at !== tokens.length) throw new Error(`not served: "${text}"`);
  return whole;
};
