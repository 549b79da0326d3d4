// The live board: a line per certificate, cut to the terminal's width. Pure; it must never know a stream.
import { span } from '#core/view/times.ts';
import type { Standing } from './standing.ts';
import { cut, pad, printable } from './words.ts';

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
const MAX_PHASE = 24;

const paintOf = (paint: Paint, state: Standing['state']): ((text: string) => string) =>
  ({ ready: paint.green, failed: paint.red, waiting: paint.yellow })[state];

interface Look {
  readonly width: number;
  readonly paint: Paint;
}

interface Widths {
  readonly name: number;
  readonly phase: number;
  readonly time: number;
}

const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => [...text].length));

/** As wide as what is shown, within limits. */
const widthsOf = (standings: readonly Standing[], width: number): Widths => ({
  name: Math.min(longest(standings.map(({ name }) => name)), MAX_NAME, Math.max(8, Math.floor(width / 3))),
  phase: Math.min(longest(standings.map(({ phase }) => phase)), MAX_PHASE),
  time: longest(standings.map(({ elapsedMs }) => span(elapsedMs))),
});

const lineOf = (one: Standing, widths: Widths, { width, paint }: Look): string => {
  const colour = paintOf(paint, one.state);
  const name = pad(cut(printable(one.name), widths.name), widths.name);
  const head = `${MARKS[one.state]} ${name}  ${pad(cut(one.phase, widths.phase), widths.phase)}`;
  const time = pad(span(one.elapsedMs), widths.time);
  const left = width - ([...head].length + 2 + widths.time + 2);
  if (left < 10) return colour(cut(head, width).trimEnd());
  return `${colour(head)}  ${paint.dim(time)}  ${cut(printable(one.next), left)}`.trimEnd();
};

/** The lines of the board, none wider than `width` characters (colours not counted). */
export const boardLines = (standings: readonly Standing[], look: Look): string[] => {
  const widths = widthsOf(standings, look.width);
  return standings.map((one) => lineOf(one, widths, look));
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
