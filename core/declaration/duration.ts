// Go's duration syntax, as Kubernetes writes it, and cert-manager's rules for lifetimes. It must never know what is issued.
import { DEFAULT_DURATION_MS } from './defaults.ts';
import type { Finding } from './problem.ts';

const HOUR_MS = 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: HOUR_MS,
};
const DURATION = /^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/;
const MAX_MS = 2 ** 63 / 1e6;

/** cert-manager pkg/apis/certmanager/v1/const.go. */
const MIN_DURATION_MS = HOUR_MS;
const MIN_RENEW_BEFORE_MS = 5 * 60_000;

/** Milliseconds of Go's `time.ParseDuration` ("2160h", "1h30m", "0"); undefined where Go refuses. */
export const parseGoDuration = (text: string): number | undefined => {
  if (/^[+-]?0$/.test(text)) return 0;
  if (text.length > 64 || !DURATION.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    sum += Number(amount) * UNIT_MS[unit!]!;
  if (sum > MAX_MS) return undefined;
  return text.startsWith('-') ? -sum : sum;
};

export interface Lifetime {
  readonly durationMs?: number;
  readonly renewBeforeMs?: number;
  readonly renewBeforePercentage?: number;
}

interface WrittenLifetime {
  readonly duration?: string;
  readonly renewBefore?: string;
  readonly renewBeforePercentage?: number;
}

const parsed = (
  findings: Finding[],
  field: 'duration' | 'renewBefore',
  text: string | undefined,
): number | undefined => {
  if (text === undefined) return undefined;
  const ms = parseGoDuration(text);
  if (ms !== undefined) return ms;
  const days = /^(\d{1,6})d$/.exec(text);
  const hint = days === null ? 'write it as 2160h or 1h30m' : `days are not known here: write ${Number(days[1]) * 24}h`;
  findings.push({
    code: 'DURATION_INVALID',
    path: ['spec', field],
    message: `"${text.slice(0, 80)}" is not a duration`,
    hint,
  });
  return undefined;
};

const RENEW_BEFORE = {
  RENEW_BEFORE_TOO_SHORT: 'less than five minutes',
  RENEW_BEFORE_TOO_LONG: 'the whole duration or more',
} as const;

const judgeRenewBefore = (ms: number, durationMs: number): keyof typeof RENEW_BEFORE | undefined => {
  if (ms < MIN_RENEW_BEFORE_MS) return 'RENEW_BEFORE_TOO_SHORT';
  return ms >= durationMs ? 'RENEW_BEFORE_TOO_LONG' : undefined;
};

interface Spans {
  /** The default where none is declared. */
  readonly durationMs: number;
  readonly renewBeforeMs: number | undefined;
  readonly percentage: number | undefined;
}

/**
 * renewBefore in both forms. The percentage is of the lifetime that is left, as cert-manager's renewal takes it
 * (pkg/util/pki/renewaltime.go); its validation takes 100 minus it, but refuses the same ends, 0 and 100.
 */
const checkRenewBefore = ({ durationMs, renewBeforeMs, percentage }: Spans): Finding[] => {
  const wanted = [
    ['renewBefore', renewBeforeMs, 'write between 5m and the duration (2160h unless declared)'],
    [
      'renewBeforePercentage',
      percentage === undefined ? undefined : (durationMs * percentage) / 100,
      'write how much of the lifetime is left at renewal, in percent, such as 33',
    ],
  ] as const;
  return wanted.flatMap(([field, ms, hint]): Finding[] => {
    const code = ms === undefined ? undefined : judgeRenewBefore(ms, durationMs);
    if (code === undefined) return [];
    const message = `${field} renews with ${RENEW_BEFORE[code]} left`;
    return [{ code, path: ['spec', field], message, hint }];
  });
};

const checkBothForms = (written: WrittenLifetime): Finding[] => {
  if (written.renewBefore === undefined || written.renewBeforePercentage === undefined) return [];
  const message = 'renewBefore and renewBeforePercentage are both set';
  return ['renewBefore', 'renewBeforePercentage'].map((field) => ({
    code: 'RENEW_BEFORE_TWICE',
    path: ['spec', field],
    message,
    hint: 'keep one of the two',
  }));
};

const checkShortest = (durationMs: number): Finding[] => {
  if (durationMs >= MIN_DURATION_MS) return [];
  const message = 'duration is under one hour';
  return [{ code: 'DURATION_TOO_SHORT', path: ['spec', 'duration'], message, hint: 'write 1h or more' }];
};

/** cert-manager's ValidateDuration (internal/apis/certmanager/validation/certificate.go). */
export const checkLifetime = (written: WrittenLifetime): { readonly value: Lifetime; readonly findings: Finding[] } => {
  const findings: Finding[] = [];
  const durationMs = parsed(findings, 'duration', written.duration);
  const renewBeforeMs = parsed(findings, 'renewBefore', written.renewBefore);
  const percentage = written.renewBeforePercentage;
  const spans = { durationMs: durationMs ?? DEFAULT_DURATION_MS, renewBeforeMs, percentage };
  findings.push(...checkShortest(spans.durationMs), ...checkBothForms(written), ...checkRenewBefore(spans));
  return {
    value: {
      ...(durationMs === undefined ? {} : { durationMs }),
      ...(renewBeforeMs === undefined ? {} : { renewBeforeMs }),
      ...(percentage === undefined ? {} : { renewBeforePercentage: percentage }),
    },
    findings,
  };
};
