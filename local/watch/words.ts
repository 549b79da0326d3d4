// Times as people read them, and text that fits a terminal. Pure.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `8 s`, `3 min 20 s`, `5 h`, `89 d`. */
export const span = (ms: number): string => {
  const whole = Math.max(0, ms);
  if (whole < MINUTE) return `${Math.round(whole / 1000)} s`;
  if (whole < 10 * MINUTE) return `${Math.floor(whole / MINUTE)} min ${Math.floor((whole % MINUTE) / 1000)} s`;
  if (whole < 2 * HOUR) return `${Math.round(whole / MINUTE)} min`;
  if (whole < 2 * DAY) return `${Math.round(whole / HOUR)} h`;
  return `${Math.round(whole / DAY)} d`;
};

/** `in 8 s`, or `now` for what is past. */
export const ago = (at: Date, now: Date): string =>
  at <= now ? 'with the next sweep' : `in ${span(at.getTime() - now.getTime())}`;

/** `2027-01-24 (in 60 d)`; near ones by their time of day, UTC. */
export const moment = (at: Date, now: Date): string => {
  const iso = at.toISOString();
  const near = at.getTime() - now.getTime() < DAY;
  return `${near ? `${iso.slice(11, 19)} UTC` : iso.slice(0, 10)} (${ago(at, now)})`;
};

/** Control characters of somebody's text or a CA's answer never reach the terminal. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
export const printable = (text: string): string => text.replace(/[\x00-\x1f\x7f-\x9f]+/g, ' ');

/** Cut to `width` characters, with an ellipsis. */
export const cut = (text: string, width: number): string => {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`;
};

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - [...text].length));
