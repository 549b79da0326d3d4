// The live board: a line per certificate, cut to the terminal's width. Pure; it must never know a stream.
import type { Standing } from './standing.ts';
import { cut, pad, printable, span } from './words.ts';

export interface Paint {
  readonly green: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly bold: (text: string) => string;
}

const same = (text: string): string => text;
export const PLAIN: Paint = { green: same, red: same, yellow: same, dim: same, bold: same };

const MARKS = { ready: '✔', failed: '✖', waiting: '●' } as const;
const MAX_NAME = 40;
const PHASE_WIDTH = 24;
const TIME_WIDTH = 12;

const paintOf = (paint: Paint, state: Standing['state']): ((text: string) => string) =>
  ({ ready: paint.green, failed: paint.red, waiting: paint.yellow })[state];

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

const lineOf = (one: Standing, nameWidth: number, { width, paint }: Look): string => {
  const colour = paintOf(paint, one.state);
  const head = `${MARKS[one.state]} ${pad(cut(printable(one.name), nameWidth), nameWidth)}  `;
  const phase = pad(cut(one.phase, PHASE_WIDTH), PHASE_WIDTH);
  const time = pad(span(one.elapsedMs), TIME_WIDTH);
  const left = width - (nameWidth + 4 + PHASE_WIDTH + 1 + TIME_WIDTH);
  if (left < 10) return `${colour(cut(`${head}${phase}`, width))}`;
  return `${colour(`${head}${phase}`)} ${paint.dim(time)}${cut(printable(one.next), left)}`.trimEnd();
};

/** The lines of the board, none wider than `width` characters (colours not counted). */
export const boardLines = (standings: readonly Standing[], look: Look): string[] => {
  const longest = Math.max(0, ...standings.map(({ name }) => [...name].length));
  const nameWidth = Math.min(longest, MAX_NAME, Math.max(8, Math.floor(look.width / 3)));
  return standings.map((one) => lineOf(one, nameWidth, look));
};

/** Only so many as fit the terminal's height: what is done gives way to what is at work. */
export const fitting = (standings: readonly Standing[], rows: number): { shown: Standing[]; hidden: number } => {
  if (standings.length <= rows) return { shown: [...standings], hidden: 0 };
  const rank = ({ state }: Standing): number => (state === 'waiting' ? 0 : state === 'failed' ? 1 : 2);
  const chosen = new Set([...standings].sort((a, b) => rank(a) - rank(b)).slice(0, Math.max(1, rows - 1)));
  const shown = standings.filter((one) => chosen.has(one));
  return { shown, hidden: standings.length - shown.length };
};

/** What changed, one line each, for a log: the same words without the passing of time. */
export const changeLines = (before: ReadonlyMap<string, string>, standings: readonly Standing[]): string[] =>
  standings
    .filter((one) => before.get(one.name) !== changeKey(one))
    .map((one) => `${one.name}: ${one.phase}${one.next === '' ? '' : ` (${printable(one.next)})`}`);

/** Two standings with the same key are no news. */
export const changeKey = ({ state, phase, next, currentVersionId }: Standing): string =>
  JSON.stringify([state, phase, currentVersionId, phase === 'current' || state === 'failed' ? '' : next]);
