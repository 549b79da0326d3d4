// `spec.renewal`: when renewals may begin (cert-manager 1.21). It must never know when one is due.
import { isTimeZone, nextFire, parseCron } from '../renewal/cron.ts';
import { parseGoDuration } from './duration.ts';
import type { CertificateSpec, RenewalWindow } from './model.ts';
import type { Path } from './nodes.ts';
import type { Finding } from './problem.ts';

interface WrittenWindow {
  readonly cron?: string;
  readonly windowDuration?: string;
  readonly timezone?: string;
}

interface WrittenRenewal {
  readonly policy?: string;
  readonly windows?: readonly (WrittenWindow | undefined)[];
}

/** An opening that the sweep, at its default period, meets at least twice. */
const SHORTEST_MS = 10 * 60_000;
/** Any instant will do to tell whether a day ever comes. */
const SOME_INSTANT = new Date('2026-01-01T00:00:00Z');

const checkCron = (text: string, path: Path): Finding[] => {
  const parsed = parseCron(text);
  const at = [...path, 'cron'];
  const hint = 'write minute hour day-of-month month day-of-week, such as "0 2 * * 1-5"';
  if ('fault' in parsed) return [{ code: 'RENEWAL_CRON_INVALID', path: at, message: parsed.fault, hint }];
  if (nextFire(parsed, 'UTC', SOME_INSTANT) !== undefined) return [];
  return [{ code: 'RENEWAL_CRON_INVALID', path: at, message: 'such a day never comes', hint }];
};

const checkDuration = (text: string, path: Path): Finding[] => {
  const ms = parseGoDuration(text);
  const at = [...path, 'windowDuration'];
  if (ms === undefined) {
    const message = `"${text.slice(0, 80)}" is not a duration`;
    return [{ code: 'DURATION_INVALID', path: at, message, hint: 'write it as 2h or 1h30m' }];
  }
  if (ms >= SHORTEST_MS) return [];
  const message = 'the window is open for less than ten minutes';
  return [{ code: 'RENEWAL_WINDOW_TOO_SHORT', path: at, message, hint: 'write 10m or more' }];
};

const checkZone = (text: string | undefined, path: Path): Finding[] => {
  if (text === undefined || text === '' || isTimeZone(text)) return [];
  const message = `"${text.slice(0, 80)}" is no time zone`;
  const hint = 'write a name of the tz database, such as Europe/Berlin, or leave it out for UTC';
  return [{ code: 'TIME_ZONE_INVALID', path: [...path, 'timezone'], message, hint }];
};

const checkWindow = (written: WrittenWindow, path: Path): Finding[] => [
  ...(written.cron === undefined || written.cron === '' ? [] : checkCron(written.cron, path)),
  ...(written.windowDuration === undefined || written.windowDuration === ''
    ? []
    : checkDuration(written.windowDuration, path)),
  ...checkZone(written.timezone, path),
];

const windowOf = ({ cron, windowDuration, timezone }: WrittenWindow): RenewalWindow => ({
  cron: cron ?? '',
  durationMs: parseGoDuration(windowDuration ?? '') ?? 0,
  timeZone: timezone || 'UTC',
});

const DISABLED: Finding = {
  code: 'RENEWAL_DISABLED',
  path: ['spec', 'renewal', 'policy'],
  message: 'Disabled puts renewal off, but no certificate is left to expire',
  hint: 'it is renewed in the last twentieth of its lifetime; leave the policy out to renew in time',
};

const WINDOWS_UNUSED: Finding = {
  code: 'RENEWAL_WINDOWS_UNUSED',
  path: ['spec', 'renewal', 'windows'],
  message: 'windows stand beside the policy Disabled',
  hint: 'remove the windows, or write policy: RenewBefore',
};

/** Absent where nothing is declared: RenewBefore without windows is what holds anyway. */
export const checkRenewal = (
  written: WrittenRenewal | undefined,
): { readonly value: Pick<CertificateSpec, 'renewal'>; readonly findings: readonly Finding[] } => {
  const policy = written?.policy === 'Disabled' ? 'Disabled' : 'RenewBefore';
  const windows = (written?.windows ?? []).flatMap((window) => window ?? []);
  const findings = windows.flatMap((window, i) => checkWindow(window, ['spec', 'renewal', 'windows', i]));
  if (policy === 'Disabled') findings.push(DISABLED, ...(windows.length > 0 ? [WINDOWS_UNUSED] : []));
  if (policy === 'RenewBefore' && windows.length === 0) return { value: {}, findings };
  return { value: { renewal: { policy, windows: windows.map(windowOf) } }, findings };
};
