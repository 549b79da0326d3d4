// The sweep's look at the CA's renewal window of one certificate (RFC 9773 section 4): one GET, no execution. What is heard
// is judged by core/renewal/ari.ts; the renewal instant follows at once.
import { acmeOf } from '../declaration/issuer-types.ts';
import { asEvercertError, type EvercertError } from '../errors.ts';
import type { CertificateRow, Progress, RenewalInfo } from '../journey/row.ts';
import type { Log } from '../ports.ts';
import { ariAtOf, heard, infoOf, type Polled, unheard } from '../renewal/ari.ts';
import type { AcmeDirectory, RenewalInformation } from '../renewal/ports.ts';
import { renewalNoted, rowRenewal } from '../renewal/reasons.ts';
import type { Look, Looked } from './watch.ts';

export interface WindowPorts {
  readonly renewalInformation: RenewalInformation;
  readonly log: Log;
}

/** A directory that did not answer so often in a row is asked nothing more until the next sweep. */
const MOST_FAILURES = 3;
const OUT: ReadonlySet<string> = new Set(['CA_UNREACHABLE', 'CA_UNTRUSTED']);

const directoryOf = ({ issuer }: CertificateRow['declared']): AcmeDirectory => {
  const { server, caBundlePem, skipTlsVerify } = acmeOf(issuer);
  return { url: server, ...(caBundlePem === undefined ? {} : { caBundlePem }), skipTlsVerify };
};

/** Asks, unless the directory has just been found to be out: then what it said is said again. */
const askUnlessOut = (ports: WindowPorts) => {
  const failures = new Map<string, { count: number; error: EvercertError; until: Date }>();
  const failed = ({ url }: AcmeDirectory, now: Date) => {
    const last = failures.get(url);
    return last !== undefined && last.until > now ? last : undefined;
  };
  return async (directory: AcmeDirectory, polled: Polled): Promise<RenewalInfo> => {
    const { now, sweepPeriodMs } = polled;
    const before = failed(directory, now);
    if (before !== undefined && before.count >= MOST_FAILURES) return unheard(before.error, polled);
    const { certId } = polled.current;
    const [outcome] = await Promise.allSettled([ports.renewalInformation.read({ directory, certId })]);
    if (outcome.status === 'fulfilled') {
      failures.delete(directory.url);
      return heard(outcome.value, polled);
    }
    const error = asEvercertError(outcome.reason);
    // Others were asked at the same time.
    const count = (failed(directory, now)?.count ?? 0) + 1;
    const until = new Date(now.getTime() + sweepPeriodMs / 2);
    if (OUT.has(error.code)) failures.set(directory.url, { count, error, until });
    return unheard(error, polled);
  };
};

const told = (ports: WindowPorts, row: CertificateRow, info: RenewalInfo): void => {
  const { window, explanationUrl, lastError } = info;
  const before = infoOf(row.progress);
  const fields = { certificate: row.name, window, ...(explanationUrl === undefined ? {} : { explanationUrl }) };
  if (info.isPast === true && before?.isPast !== true)
    ports.log.warn('the CA wants a certificate replaced now: its renewal window is past', fields);
  else if (window !== undefined && window.start !== before?.window?.start)
    ports.log.info('the CA suggests a renewal window', fields);
  if (lastError !== undefined && lastError !== before?.lastError)
    ports.log.info('no renewal window', { certificate: row.name, why: lastError });
};

/** The row's start by the new window; an attempt that waits, or the backoff of one that failed, keeps its time. */
const startOf = (row: CertificateRow, progress: Progress, renewAt: Date | undefined): string | undefined =>
  progress.work !== undefined || progress.failure !== undefined || renewAt === undefined
    ? row.startAt
    : renewAt.toISOString();

/** Makes the look; it remembers for half a sweep period which directories are out. */
export const lookAtWindow = (ports: WindowPorts, { sweepPeriodMs }: { sweepPeriodMs: number }): Look => {
  const ask = askUnlessOut(ports);
  return async (row, now): Promise<Looked> => {
    const { ariAt: _due, startAt: _before, checkAt } = row;
    const checked = checkAt === undefined ? {} : { checkAt };
    const started = (at: string | undefined) => (at === undefined ? {} : { startAt: at });
    const { current } = row.progress;
    if (ariAtOf(row, row.progress, now) === undefined || current?.certId === undefined)
      return { progress: row.progress, timers: { ...started(row.startAt), ...checked } };
    const polled = {
      current: { ...current, certId: current.certId },
      before: infoOf(row.progress),
      predecessor: row.progress.ari,
      now,
      sweepPeriodMs,
    };
    const ari = await ask(directoryOf(row.declared), polled);
    told(ports, row, ari);
    const heardOf: Progress = { ...row.progress, ari };
    const renewal = rowRenewal({ ...row, progress: heardOf }, now, sweepPeriodMs);
    const progress = renewal === undefined ? heardOf : { ...heardOf, ...renewalNoted(renewal, { row, sweepPeriodMs }) };
    const ariAt = ariAtOf(row, progress, now);
    return {
      progress,
      timers: {
        ...started(startOf(row, progress, renewal?.renewAt)),
        ...(ariAt === undefined ? {} : { ariAt }),
        ...checked,
      },
      counts: { renewalWindows: 1, ...(ari.lastError === undefined ? {} : { renewalWindowsUnheard: 1 }) },
    };
  };
};
