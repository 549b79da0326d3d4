// What became of an import, for people: a line for each certificate, colours on a terminal. It must never decide anything.
import pc from 'picocolors';
import type { Imported } from '#core/migration/import.ts';

const colors = pc.createColors(pc.isColorSupported && process.stdout.isTTY === true);

const PAINT: Readonly<Record<Imported['status'], (text: string) => string>> = {
  adopted: colors.green,
  adoptable: colors.green,
  already: colors.green,
  refused: colors.red,
  missing: colors.yellow,
};
const WIDTH = 'adoptable'.length;

/** Control characters of somebody's file never reach the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');

const day = (instant: string | undefined): string => instant?.slice(0, 10) ?? '?';

const detailOf = (one: Imported): string => {
  if (one.status === 'missing') return `no Secret ${one.secret} was given`;
  if (one.status === 'refused') return `${one.code}: ${one.message}\n${' '.repeat(WIDTH)}  fix: ${one.fix}`;
  return `${one.fingerprint?.slice(0, 16)} valid until ${day(one.notAfter)}, renewed about ${day(one.renewAt)}`;
};

export const importLine = (one: Imported): string => {
  const lines = detailOf(one).split('\n').map(printable).join('\n');
  return `${PAINT[one.status](one.status.padEnd(WIDTH))}  ${colors.bold(printable(one.certificate))}  ${lines}\n`;
};

const WORDS: Readonly<Record<Imported['status'], string>> = {
  adopted: 'adopted',
  adoptable: 'would be adopted',
  already: 'there already',
  refused: 'refused',
  missing: 'without a Secret',
};

/** The last line, and which Secrets nobody declares. */
export const importSummary = (all: readonly Imported[], unclaimed: readonly string[]): string => {
  const statuses = Object.keys(WORDS) as Imported['status'][];
  const counts = statuses
    .map((status) => [all.filter((one) => one.status === status).length, WORDS[status]] as const)
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count} ${words}`);
  const note =
    unclaimed.length === 0
      ? ''
      : `note: no Certificate declares these Secrets: ${unclaimed.map(printable).join(', ')}\n`;
  return `\n${note}${all.length} certificate${all.length === 1 ? '' : 's'}: ${counts.join(', ') || 'nothing to do'}\n`;
};
