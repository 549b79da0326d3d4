// Times as people read them: spans, and instants with how far off they are. Pure; UTC throughout.

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `8 s`, `3 min 20 s`, `5 h`, `89 d`. */
export const span = (ms: number): string => {
  const whole = Math.max(0, ms);
  if (whole < MINUTE) return `${Math.round(whole / 1000)} s`;
  if (whole < 10 * MINUTE) {
    const seconds = Math.floor((whole % MINUTE) / 1000);
    return `${Math.floor(whole / MINUTE)} min${seconds === 0 ? '' : ` ${seconds} s`}`;
  }
  if (whole < 2 * HOUR) return `${Math.round(whole / MINUTE)} min`;
  if (whole < 2 * DAY) return `${Math.round(whole / HOUR)} h`;
  return `${Math.round(whole / DAY)} d`;
};

/** `in 8 s`, or `with the next sweep` for what is past. */
export const ago = (at: Date, now: Date): string =>
  at <= now ? 'with the next sweep' : `in ${span(at.getTime() - now.getTime())}`;

/** `2027-01-24 (in 60 d)`; near ones by their time of day, UTC. */
export const moment = (at: Date, now: Date): string => {
  const iso = at.toISOString();
  const near = at.getTime() - now.getTime() < DAY;
  return `${near ? `${iso.slice(11, 19)} UTC` : iso.slice(0, 10)} (${ago(at, now)})`;
};

/** `24 Jan 2027 09:12 UTC`: the whole instant, to the minute. */
export const instantText = (at: Date): string => {
  // `Sun, 24 Jan 2027 09:12:00 GMT` (ECMA-262 Date.prototype.toUTCString).
  const [, day, month, year] = at.toUTCString().split(' ');
  return `${Number(day)} ${month} ${year} ${at.toISOString().slice(11, 16)} UTC`;
};

const WEEK = 7 * DAY;

/** The end of what works: `24 Jan 2027`; in the last week and after with the time of day. */
export const endText = (at: Date, now: Date): string =>
  at.getTime() - now.getTime() < WEEK ? instantText(at) : instantText(at).replace(/ \d\d:\d\d UTC$/, '');

/** `in 60 d`, `3 h ago`, `now`. */
export const distance = (at: Date, now: Date): string => {
  const ms = at.getTime() - now.getTime();
  if (Math.abs(ms) < 1000) return 'now';
  return ms > 0 ? `in ${span(ms)}` : `${span(-ms)} ago`;
};
