// Puts the board and other lines on a stream: redrawn in place on a terminal, one line a change elsewhere. It must never
// know what the lines mean.
import pc from 'picocolors';
import { boardLines, changeKey, changeLines, fitting, type Paint, PLAIN } from './board.ts';
import type { Standing } from './standing.ts';

export interface Screen {
  /** A line that stays. */
  say(line: string): void;
  /** A line without the time. */
  print(line: string): void;
  /** Columns. */
  width(): number;
  /** The board as it is now. */
  show(standings: readonly Standing[]): void;
  /** Leaves the board as it stands; what follows comes below it. */
  end(): void;
  readonly paint: Paint;
}

export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

const DEFAULT_WIDTH = 100;

/** `dumb` terminals and pipes get lines; NO_COLOR, FORCE_COLOR and TERM are picocolors' matter. */
export const screenOn = (stream: Terminal, options: { readonly dumb: boolean }): Screen => {
  const live = stream.isTTY === true && !options.dumb;
  const paint: Paint = stream.isTTY === true ? pc.createColors(pc.isColorSupported) : PLAIN;
  const width = (): number => (stream.columns ?? DEFAULT_WIDTH) - 1;
  const known = new Map<string, string>();
  const begun = performance.now();
  const stamp = (): string => paint.dim(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s`);
  let drawn = 0;
  let last: readonly Standing[] = [];
  const erase = (): string => (drawn === 0 ? '' : `\r\x1b[${drawn}A\x1b[0J`);
  const board = (): string => {
    const { shown, hidden } = fitting(last, Math.max(3, (stream.rows ?? 24) - 3));
    const lines = boardLines(shown, { width: width(), paint });
    if (hidden > 0) lines.push(paint.dim(`  and ${hidden} more`));
    drawn = lines.length;
    return lines.map((line) => `${line}\n`).join('');
  };
  return {
    paint,
    width,
    print: (line) => void stream.write(`${line}\n`),
    say: (line) => {
      if (!live || last.length === 0) return void stream.write(`${stamp()}  ${line}\n`);
      const gone = erase();
      stream.write(`${gone}${stamp()}  ${line}\n${board()}`);
    },
    show: (standings) => {
      const gone = erase();
      // On a terminal the board tells all but a failure's whole text.
      const news = changeLines(known, live ? standings.filter(({ state }) => state === 'failed') : standings);
      const told = news.map((line) => `${stamp()}  ${line}\n`).join('');
      last = standings;
      if (live || told !== '') stream.write(live ? `${gone}${told}${board()}` : told);
      for (const one of standings) known.set(one.name, changeKey(one));
    },
    end: () => {
      last = [];
      drawn = 0;
    },
  };
};
