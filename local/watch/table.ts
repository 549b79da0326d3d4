// The last words to a person: what each certificate came to, with the reason and the way out of what failed. Pure.
import type { Paint } from './board.ts';
import type { JudgedResult } from './result.ts';
import { pad, printable } from './words.ts';

const COLUMNS = [
  'CERTIFICATE',
  'STATE',
  'SECONDS',
  'VERSIONS',
  'VALID UNTIL',
  'FINGERPRINT',
  'SECRETS',
  'PROVEN',
] as const;

/** `2 of 3, 0.4 s`: Secrets that hold it, and the slowest of them. */
const targetWords = ({ targets, verified }: JudgedResult): string => {
  if (targets === undefined || targets.length === 0 || verified === null) return '-';
  const good = targets.filter(({ ok }) => ok);
  const seconds = good.flatMap((one) => one.seconds ?? []);
  const slowest = seconds.length === 0 ? '' : `, ${Math.max(...seconds).toFixed(1)} s`;
  return `${good.length} of ${targets.length}${slowest}`;
};

const provenWords = ({ verified, proven, targets = [] }: JudgedResult): string => {
  if (verified === null) return '-';
  if (proven) return 'yes';
  const { chain, names, key, handshake } = verified;
  const parts = { chain, names, key, handshake: handshake !== 'none', Secrets: targets.every(({ ok }) => ok) };
  return `NOT: ${Object.entries(parts)
    .flatMap(([name, good]) => (good ? [] : [name]))
    .join(', ')}`;
};

const cells = (one: JudgedResult): string[] => [
  printable(one.name),
  one.state,
  one.secondsToCurrent === null ? '-' : `${one.secondsToCurrent}`,
  `${one.versions.length}`,
  one.notAfter === null ? '-' : `${one.notAfter.slice(0, 19)}Z`,
  one.fingerprint === null ? '-' : `${one.fingerprint.slice(0, 16)}…`,
  targetWords(one),
  provenWords(one),
];

/** Why a Secret does not hold it, as the sync function has found out. */
const lagLines = ({ name, targets = [], lags = [] }: JudgedResult): string[] =>
  targets.every(({ ok }) => ok)
    ? []
    : lags.map(({ place, code, message }) => `${printable(name)} in ${place}: ${code}: ${printable(message)}`);

/** What a narrow terminal does without, first to last. */
const DISPENSABLE = ['FINGERPRINT', 'SECONDS', 'VERSIONS'];

/** The rows as lines no wider than `width`, as far as leaving out dispensable columns helps. */
const fitted = (rows: readonly (readonly string[])[], width: number, without: readonly string[]): string[] => {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const left = new Set<string>(without);
  const wanted = () =>
    COLUMNS.reduce((sum, name, column) => sum + (left.has(name) ? 0 : (widths[column] ?? 0) + 2), -2);
  for (const name of DISPENSABLE) if (wanted() > width) left.add(name);
  const shown = (row: readonly string[]): string[] =>
    row.flatMap((cell, column) => (left.has(COLUMNS[column] ?? '') ? [] : pad(cell, widths[column] ?? 0)));
  return rows.map((row) => shown(row).join('  ').trimEnd());
};

/** A table and, below it, one line for each reason. */
export const resultLines = (
  certificates: readonly JudgedResult[],
  look: { readonly paint: Paint; readonly width: number },
): string[] => {
  const { paint, width } = look;
  const without = certificates.some(({ targets }) => targets !== undefined) ? [] : ['SECRETS'];
  const lines = fitted([COLUMNS, ...certificates.map(cells)], width, without);
  const painted = lines.map((line, index) => {
    const state = certificates[index - 1]?.state;
    return state === undefined
      ? paint.bold(line)
      : state === 'ready'
        ? paint.green(line)
        : state === 'waiting'
          ? paint.yellow(line)
          : paint.red(line);
  });
  const reasons = certificates.flatMap(({ name, reason }) =>
    reason === null ? [] : [`${printable(name)}: ${reason.code}: ${printable(reason.message)}`],
  );
  const all = [...reasons, ...certificates.flatMap(lagLines)];
  return [...painted, ...(all.length > 0 ? ['', ...all] : [])];
};
