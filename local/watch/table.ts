// The last words to a person: what each certificate came to, with the reason and the way out of what failed. Pure.
import type { Paint } from './board.ts';
import type { JudgedResult } from './result.ts';
import { pad, printable } from './words.ts';

const COLUMNS = ['CERTIFICATE', 'STATE', 'SECONDS', 'VERSIONS', 'VALID UNTIL', 'FINGERPRINT', 'PROVEN'] as const;

const provenWords = ({ verified, proven }: JudgedResult): string => {
  if (verified === null) return '-';
  if (proven) return 'yes';
  const { chain, names, key, handshake } = verified;
  const parts = { chain, names, key, handshake: handshake !== 'none' };
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
  provenWords(one),
];

/** What a narrow terminal does without, first to last. */
const DISPENSABLE = ['FINGERPRINT', 'SECONDS', 'VERSIONS'];

/** The rows as lines no wider than `width`, as far as leaving out dispensable columns helps. */
const fitted = (rows: readonly (readonly string[])[], width: number): string[] => {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? '')].length)));
  const left = new Set<string>();
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
  const lines = fitted([COLUMNS, ...certificates.map(cells)], width);
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
  return [...painted, ...(reasons.length > 0 ? ['', ...reasons] : [])];
};
