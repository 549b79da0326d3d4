// Problems for people: grouped by file, with colours on a terminal. It must never decide what is a problem.
import pc from 'picocolors';
import type { Problem } from '#core/declaration/model.ts';
import type { PassedOver } from '#core/declaration/read.ts';

export interface Report {
  readonly problems: readonly Problem[];
  readonly passedOver: readonly PassedOver[];
  readonly accepted: { readonly certificates: number; readonly issuers: number };
  readonly files: number;
}

type Stream = Pick<NodeJS.WriteStream, 'write' | 'isTTY'>;
export type Colors = ReturnType<typeof pc.createColors>;

/** picocolors obeys NO_COLOR, but colours a pipe where CI is set: only a terminal gets colours here. */
export const colorsFor = (to: Pick<Stream, 'isTTY'>): Colors =>
  pc.createColors(pc.isColorSupported && to.isTTY === true);

export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Control characters of somebody's file never reach the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]/g, '\ufffd');

const lineOf = (colors: Colors, { file, line, column, severity, code, path, message, hint }: Problem): string => {
  const place = colors.bold(`${printable(file)}:${line}:${column}`);
  const word = severity === 'error' ? colors.red(severity) : colors.yellow(severity);
  const where = path === '' ? '' : `${colors.cyan(printable(path))}: `;
  return `${place} ${word} ${code} ${where}${printable(message)}\n    ${colors.dim(`hint: ${printable(hint)}`)}\n`;
};

const passedOverText = (passedOver: readonly PassedOver[]): string => {
  if (passedOver.length === 0) return '';
  const kinds = new Map<string, number>();
  for (const { kind } of passedOver) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const list = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `${count} ${printable(kind)}`);
  return `note: passed over, not for Evercert: ${list.join(', ')}\n`;
};

/** Prints to standard output, or where it is told to; the last line sums up. */
export const printReport = ({ problems, passedOver, accepted, files }: Report, to: Stream = process.stdout): void => {
  const colors = colorsFor(to);
  let text = '';
  for (const [index, problem] of problems.entries()) {
    if (index > 0 && problems[index - 1]!.file !== problem.file) text += '\n';
    text += lineOf(colors, problem);
  }
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const found = `${counted(errors, 'error')}, ${counted(problems.length - errors, 'warning')}`;
  const good = `${counted(accepted.certificates, 'certificate')} and ${counted(accepted.issuers, 'issuer')} accepted`;
  const summary = `${counted(files, 'file')}: ${found}; ${good}`;
  text += `${problems.length > 0 ? '\n' : ''}${passedOverText(passedOver)}${errors > 0 ? colors.red(summary) : colors.green(summary)}\n`;
  to.write(text);
};
