// CloudWatch metric math, as much of it as the alarms use: FILL, IF, AND, OR, comparisons, numbers and metric ids. Pure.

/** Oldest first; undefined: missing. */
export type Series = readonly (number | undefined)[];

type Value = number | Series;

const TOKEN = /\s*([A-Za-z_]\w*|\d+(?:\.\d+)?|[(),<>])/y;

const known = new Map<string, readonly string[]>();

const tokensOf = (expression: string): readonly string[] => {
  const before = known.get(expression);
  if (before !== undefined) return before;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.trimEnd().length) {
    const hit = TOKEN.exec(expression);
    if (hit === null) throw new Error(`metric math that the model does not know: ${expression}`);
    tokens.push(hit[1]!);
  }
  known.set(expression, tokens);
  return tokens;
};

/** Point by point; what lacks one side is missing. */
const each = (values: readonly Value[], of: (...points: number[]) => number): Value => {
  const length = Math.max(0, ...values.map((value) => (typeof value === 'number' ? 0 : value.length)));
  if (length === 0) return of(...(values as number[]));
  return Array.from({ length }, (_, index) => {
    const points = values.map((value) => (typeof value === 'number' ? value : value[index]));
    return points.some((point) => point === undefined) ? undefined : of(...(points as number[]));
  });
};

const FUNCTIONS: Readonly<Record<string, (...values: Value[]) => Value>> = {
  /** A series without a single point stays empty: there is nothing to fill. */
  FILL: (series, value) =>
    typeof series === 'number' || series!.every((point) => point === undefined)
      ? series!
      : (series as Series).map((point) => point ?? (value as number)),
  IF: (condition, yes, no) => each([condition!, yes!, no!], (is, a, b) => (is !== 0 ? a! : b!)),
};

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '>': (a, b) => Number(a > b),
  '<': (a, b) => Number(a < b),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  OR: (a, b) => Number(a !== 0 || b !== 0),
};

/** The series that an expression gives over the metrics that it names. */
export const mathOf = (expression: string, metrics: Readonly<Record<string, Series>>): Series => {
  const tokens = [...tokensOf(expression)];
  const primary = (): Value => {
    const token = tokens.shift()!;
    if (token === '(') {
      const inner = logical();
      tokens.shift();
      return inner;
    }
    if (/^\d/.test(token)) return Number(token);
    const called = FUNCTIONS[token];
    if (called === undefined) return metrics[token]!;
    const values: Value[] = [];
    do {
      tokens.shift();
      values.push(logical());
    } while (tokens[0] === ',');
    tokens.shift();
    return called(...values);
  };
  const chain = (next: () => Value, operators: readonly string[]): Value => {
    let left = next();
    while (operators.includes(tokens[0] ?? '')) {
      const operator = OPERATORS[tokens.shift()!]!;
      left = each([left, next()], (a, b) => operator(a!, b!));
    }
    return left;
  };
  const compared = (): Value => chain(primary, ['>', '<']);
  const logical = (): Value => chain(compared, ['AND', 'OR']);
  return logical() as Series;
};
