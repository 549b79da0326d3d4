// ACME Renewal Information (RFC 9773): what a CA's answer is worth, when it is asked again, and which instant of its window
// is taken. Pure; nobody is asked here.
import { authorityOf } from '../declaration/issuer-types.ts';
import type { EvercertError } from '../errors.ts';
import type { CertificateRow, CurrentVersion, Progress, RenewalInfo } from '../journey/row.ts';
import type { RenewalAnswer } from './ports.ts';
import { shareOf } from './share.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Section 4.3.2: sane limits for Retry-After, which is a minimum and a maximum at once. */
const POLL_FLOOR_MS = MINUTE;
const POLL_CEILING_MS = DAY;
/** Section 4.3.3: after an answer that cannot be used. */
const AFTER_ERROR_MS = 6 * HOUR;
/** A directory without renewalInfo is asked again: CAs learn. */
const UNSUPPORTED_MS = DAY;

const later = (now: Date, ms: number): string => new Date(now.getTime() + ms).toISOString();
const clamped = (ms: number): number => Math.min(Math.max(ms, POLL_FLOOR_MS), POLL_CEILING_MS);

/** What the row knows of the leaf that is current; an answer for another leaf says nothing. */
export const infoOf = ({ current, ari }: Progress): RenewalInfo | undefined =>
  ari !== undefined && ari.certId === current?.certId ? ari : undefined;

/** The end of a window that is past, for the due index: what the CA wants replaced now comes before all others. */
export const pastWindowOf = (progress: Progress): string | undefined => {
  const info = infoOf(progress);
  return info?.isPast === true ? info.window?.end : undefined;
};

type Dates = Pick<CurrentVersion, 'notBefore' | 'notAfter'>;

/** Why a window is no answer, in words; undefined: it is one. One that is over already is taken as it is. */
export const windowFault = ({ start, end }: RenewalAnswer['window'], leaf: Dates, now: Date): string | undefined => {
  const [from, to] = [new Date(leaf.notBefore).getTime(), new Date(leaf.notAfter).getTime()];
  if (!(end > start)) return 'the window ends before it starts';
  if (end <= now) return undefined;
  if (start.getTime() < from) return 'the window starts before the certificate is valid';
  if (end.getTime() - start.getTime() > (to - from) / 2) return 'the window is wider than half the lifetime';
  return undefined;
};

/** Kept free at the end of a window: two sweeps that may pass, and the time to place the order. */
export const windowReserveMs = (sweepPeriodMs: number): number => 2 * sweepPeriodMs + 5 * MINUTE;

/** The instant in [start, end - reserve] that belongs to this leaf: asking twice gives one answer. Whole seconds. */
export const chosenInstant = (
  { start, end }: RenewalAnswer['window'],
  { fingerprint, sweepPeriodMs }: { fingerprint: string; sweepPeriodMs: number },
): Date => {
  const room = Math.max(0, end.getTime() - windowReserveMs(sweepPeriodMs) - start.getTime());
  return new Date(Math.floor((start.getTime() + shareOf(fingerprint, 'ari') * room) / 1000) * 1000);
};

export interface Polled {
  readonly current: CurrentVersion & { readonly certId: string };
  /** What was known of this leaf. */
  readonly before: RenewalInfo | undefined;
  /** What was heard last, of this leaf or of its predecessor. */
  readonly predecessor?: RenewalInfo | undefined;
  readonly now: Date;
  readonly sweepPeriodMs: number;
}

/** A look that gave no usable window: what was known stands, and the reason is kept. */
const withoutAnswer = ({ current, before, now }: Polled, words: string, pollInMs: number): RenewalInfo => ({
  ...before,
  certId: current.certId,
  checkedAt: now.toISOString(),
  pollAt: later(now, pollInMs),
  lastError: words,
});

/** A window that is past: now; but a CA that says so of each new leaf is obeyed at growing gaps, an hour to a day. */
const past = ({ before, predecessor, now }: Polled): Pick<RenewalInfo, 'isPast' | 'pastInARow' | 'chosenAt'> => {
  if (before?.isPast === true && before.chosenAt !== undefined)
    return { isPast: true, pastInARow: before.pastInARow ?? 1, chosenAt: before.chosenAt };
  const pastInARow = predecessor?.isPast === true ? (predecessor.pastInARow ?? 1) + 1 : 1;
  const gap = pastInARow === 1 ? 0 : Math.min(HOUR * 2 ** (pastInARow - 2), DAY);
  return { isPast: true, pastInARow, chosenAt: later(now, gap) };
};

/** What is written down of an answer. */
export const heard = (answer: RenewalAnswer | 'unsupported', polled: Polled): RenewalInfo => {
  const { current, before, now, sweepPeriodMs } = polled;
  const { certId } = current;
  const checkedAt = now.toISOString();
  if (answer === 'unsupported')
    return { certId, checkedAt, pollAt: later(now, UNSUPPORTED_MS), lastError: 'not offered' };
  const fault = windowFault(answer.window, current, now);
  if (fault !== undefined) return withoutAnswer({ ...polled, before: undefined }, fault, AFTER_ERROR_MS);
  const window = { start: answer.window.start.toISOString(), end: answer.window.end.toISOString() };
  const same = before?.window?.start === window.start && before.window.end === window.end;
  const { explanationUrl, retryAfterMs } = answer;
  const isPast = same ? before.isPast === true : answer.window.end <= now;
  const chosen = () => chosenInstant(answer.window, { ...current, sweepPeriodMs }).toISOString();
  return {
    certId,
    window,
    ...(isPast ? past(polled) : { chosenAt: (same ? before.chosenAt : undefined) ?? chosen() }),
    ...(explanationUrl === undefined ? {} : { explanationUrl }),
    checkedAt,
    pollAt: later(now, retryAfterMs === undefined ? AFTER_ERROR_MS : clamped(retryAfterMs)),
  };
};

/** What is written down of a look that failed. */
export const unheard = (error: EvercertError, polled: Polled): RenewalInfo => {
  const { retryAt } = error.detail;
  const told = retryAt === undefined ? AFTER_ERROR_MS : clamped(retryAt.getTime() - polled.now.getTime());
  return withoutAnswer(polled, `${error.code}: ${error.message}`.slice(0, 300), told);
};

/** When the CA is to be asked (again); undefined: never. Right after issuance; not once it has expired or was retired. */
export const ariAtOf = (row: CertificateRow, progress: Progress, now: Date): string | undefined => {
  const { current } = progress;
  if (row.retiredAt !== undefined || current?.certId === undefined) return undefined;
  // RFC 9773 is ACME's; and an issuer may be told not to ask.
  const { issuer } = row.declared;
  if (issuer.type !== 'acme' || issuer.acme.renewalInformationSource === 'None') return undefined;
  // Only the CA that has issued it knows it, and is reached as this declaration says.
  if (current.asked.server !== authorityOf(row.declared.issuer)) return undefined;
  const at = infoOf(progress)?.pollAt ?? now.toISOString();
  return at < current.notAfter ? at : undefined;
};

/**
 * The predecessor to name in newOrder (section 5): from the start of its window on. Let's Encrypt waives its limits only
 * inside the window; before it, `replaces` would only spend the one replacement that a certificate has.
 */
export const replacesOf = ({ progress, declared }: CertificateRow, now: Date): string | undefined => {
  const { current } = progress;
  const window = infoOf(progress)?.window;
  if (current === undefined || window === undefined || now.toISOString() < window.start) return undefined;
  const sameCa = current.asked.server === authorityOf(declared.issuer);
  const shared = current.asked.dnsNames.some((name) => declared.certificate.dnsNames.includes(name));
  return sameCa && shared ? current.certId : undefined;
};
