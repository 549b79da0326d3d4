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

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room
const COLOURS = /\x1b\[\d+m/g;

/** The board on a terminal, and how to take it away again, also after the terminal has become narrower. */
class DrawnBoard {
  readonly #stream: Terminal;
  readonly #paint: Paint;
  #lines: readonly string[] = [];

  constructor(stream: Terminal, paint: Paint) {
    this.#stream = stream;
    this.#paint = paint;
  }

  erase(): string {
    const columns = this.#stream.columns ?? DEFAULT_WIDTH;
    const rows = this.#lines.map((line) => Math.max(1, Math.ceil([...line.replace(COLOURS, '')].length / columns)));
    const height = rows.reduce((sum, one) => sum + one, 0);
    return height === 0 ? '' : `\r\x1b[${height}A\x1b[0J`;
  }

  draw(standings: readonly Standing[]): string {
    const { shown, hidden } = fitting(standings, Math.max(3, (this.#stream.rows ?? 24) - 3));
    const lines = boardLines(shown, { width: widthOf(this.#stream), paint: this.#paint });
    this.#lines = hidden > 0 ? [...lines, this.#paint.dim(`  and ${hidden} more`)] : lines;
    return this.#lines.map((line) => `${line}\n`).join('');
  }

  leave(): void {
    this.#lines = [];
  }
}

const widthOf = ({ columns = DEFAULT_WIDTH }: Terminal): number => columns - 1;

/** `dumb` terminals and pipes get lines; NO_COLOR and FORCE_COLOR are picocolors' matter. */
export const screenOn = (stream: Terminal, options: { readonly dumb: boolean }): Screen => {
  const live = stream.isTTY === true && !options.dumb;
  const paint: Paint = stream.isTTY === true ? pc.createColors(pc.isColorSupported) : PLAIN;
  const drawn = new DrawnBoard(stream, paint);
  const known = new Map<string, string>();
  const begun = performance.now();
  const stamped = (line: string): string =>
    `${paint.dim(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s`)}  ${line}\n`;
  let last: readonly Standing[] = [];
  const write = (lines: string): void => {
    if (!live) return void (lines !== '' && stream.write(lines));
    stream.write(`${drawn.erase()}${lines}${drawn.draw(last)}`);
  };
  return {
    paint,
    width: () => widthOf(stream),
    print: (line) => void stream.write(`${line}\n`),
    say: (line) => write(stamped(line)),
    show: (standings) => {
      last = standings;
      // On a terminal the board tells all but a failure's whole text.
      const news = changeLines(known, live ? standings.filter(({ state }) => state === 'failed') : standings);
      write(news.map(stamped).join(''));
      for (const one of standings) known.set(one.name, changeKey(one));
    },
    end: () => {
      last = [];
      drawn.leave();
    },
  };
};
