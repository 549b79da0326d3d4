// Cron expressions in a time zone, as maintenance windows are declared: five fields, evaluated on the wall clock of the
// zone. Pure: instants in, instants out. It must never know what opens at such an instant.

/** The sets of values that fit; `days` and `weekdays` are joined by OR where both are restricted (crontab(5)). */
export interface Cron {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  readonly weekdays: ReadonlySet<number>;
  readonly anyDay: boolean;
  readonly anyWeekday: boolean;
}

interface FieldRange {
  readonly what: string;
  readonly from: number;
  readonly to: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly FieldRange[] = [
  { what: 'minute', from: 0, to: 59 },
  { what: 'hour', from: 0, to: 23 },
  { what: 'day of the month', from: 1, to: 31 },
  { what: 'month', from: 1, to: 12, names: MONTHS },
  { what: 'day of the week', from: 0, to: 7, names: WEEKDAYS },
];
const SHORT: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const numberOf = (text: string, { from, names }: FieldRange): number => {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  if (named >= 0) return named + from;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
};

/** One part of a list: `*`, `a`, `a-b`, each with `/step`; undefined where it cannot be read. */
const partOf = (text: string, range: FieldRange): number[] | undefined => {
  const match = /^(\*|\?|\w+)(?:-(\w+))?(?:\/(\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, low = '', high, stepText] = match;
  const whole = low === '*' || low === '?';
  if (whole && high !== undefined) return undefined;
  const from = whole ? range.from : numberOf(low, range);
  const single = high === undefined && stepText === undefined && !whole;
  const to = single ? from : high === undefined ? range.to : numberOf(high, range);
  const step = Number(stepText ?? 1);
  if (!(from >= range.from && to <= range.to && from <= to && step >= 1)) return undefined;
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
};

/** As robfig/cron, which cert-manager reads with: a step restricts. */
const isAny = (text: string): boolean => /^[*?](\/1)?$/.test(text);

/** Reads `minute hour day-of-month month day-of-week`, or `@daily` and its like; a fault says which field cannot be read. */
export const parseCron = (text: string): Cron | { readonly fault: string } => {
  const fields = (SHORT[text.trim()] ?? text).trim().split(/\s+/);
  if (fields.length !== 5) return { fault: 'five fields are expected: minute hour day-of-month month day-of-week' };
  const sets: number[][] = [];
  for (const [i, range] of FIELDS.entries()) {
    const parts = fields[i]!.split(',').map((part) => partOf(part, range));
    if (parts.some((part) => part === undefined))
      return { fault: `"${fields[i]!.slice(0, 40)}" is no ${range.what} (${range.from}-${range.to})` };
    sets.push(parts.flatMap((part) => part ?? []));
  }
  const [minutes, hours, days, months, weekdays] = sets.map((values) => [...values].sort((a, b) => a - b));
  return {
    minutes: new Set(minutes),
    hours: new Set(hours),
    days: new Set(days),
    months: new Set(months),
    weekdays: new Set(weekdays!.map((day) => day % 7)),
    anyDay: isAny(fields[2]!),
    anyWeekday: isAny(fields[4]!),
  };
};

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (timeZone: string): Intl.DateTimeFormat => {
  const units = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const made =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, hourCycle: 'h23', ...units, second: '2-digit' });
  formats.set(timeZone, made);
  return made;
};

/** Whether the name is one of the tz database, like Europe/Berlin or UTC. */
export const isTimeZone = (name: string): boolean => {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
};

/** What the wall clock of the zone shows at an instant, as if it were UTC; whole seconds. */
const wallClock = (at: number, timeZone: string): number => {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
};

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The instant at which the wall clock shows `wall`. Shown twice (clocks go back): the first time. Never shown (clocks go
 * forward): as long after the jump as it would have been after the hour that is left out.
 */
const instantOf = (wall: number, timeZone: string): number => {
  const offsetAt = (at: number) => wallClock(at, timeZone) - Math.floor(at / 1000) * 1000;
  const before = wall - offsetAt(wall - DAY);
  const after = wall - offsetAt(wall + DAY);
  const shown = [before, after].filter((at) => wallClock(at, timeZone) === wall);
  return shown.length > 0 ? Math.min(...shown) : before;
};

const fitsDay = (cron: Cron, day: Date): boolean => {
  if (!cron.months.has(day.getUTCMonth() + 1)) return false;
  const inMonth = cron.days.has(day.getUTCDate());
  const inWeek = cron.weekdays.has(day.getUTCDay());
  return cron.anyDay || cron.anyWeekday ? inMonth && inWeek : inMonth || inWeek;
};

/** 29 February comes after eight years at most. */
const LOOK_AHEAD_DAYS = 8 * 366;

/** The first instant at or after `from` that the expression names; undefined: there is none (31 February). */
export const nextFire = (cron: Cron, timeZone: string, from: Date): Date | undefined => {
  const start = from.getTime();
  const wall = wallClock(start, timeZone);
  const firstDay = Math.floor(wall / DAY) * DAY - DAY;
  for (let i = 0; i < LOOK_AHEAD_DAYS; i++) {
    const day = firstDay + i * DAY;
    if (!fitsDay(cron, new Date(day))) continue;
    for (const hour of cron.hours)
      for (const minute of cron.minutes) {
        const shown = day + hour * HOUR + minute * 60_000;
        // A change of the clocks moves an instant by less than three hours.
        if (shown < wall - 3 * HOUR) continue;
        const at = instantOf(shown, timeZone);
        if (at >= start) return new Date(at);
      }
  }
  return undefined;
};
