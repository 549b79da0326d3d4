// Where one certificate stands, in words and in the result's terms. Pure: the ledger's facts in; it must never ask anything.

import type { Delivery } from '#core/bridge/model.ts';
import { CODES } from '#core/codes.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { reissueReason } from '#core/renewal/reasons.ts';
import { ago, moment, span } from '#core/view/times.ts';
import { isAtWork, PHASE_WORDS, saidOf } from '#core/view/work.ts';
import { deliveryWords, type Lag, lagsOf } from './targets.ts';

export interface Standing {
  readonly name: string;
  readonly dnsNames: readonly string[];
  /** `Kind/name`. */
  readonly issuer: string;
  readonly state: 'ready' | 'failed' | 'waiting';
  /** A failure that no try inside the watch's time will mend. */
  readonly settled: boolean;
  readonly phase: string;
  /** What happens next, or what is waited for. */
  readonly next: string;
  readonly reason: { readonly code: string; readonly message: string } | null;
  /** From the deploy's wake (or the change) to now, or to the first version. */
  readonly elapsedMs: number;
  readonly currentVersionId: string | undefined;
  readonly secondsToCurrent: number | null;
  /** Targets that could not be proven, with the reason; absent: none. */
  readonly lags?: readonly Lag[];
}

export interface Seen {
  /** As the user declared it. */
  readonly declared: DeclaredCertificate;
  readonly row: CertificateRow | undefined;
  /** Outcomes of this certificate, oldest first. */
  readonly history: readonly OutcomeRecord[];
  /** Its targets. */
  readonly deliveries?: readonly Delivery[];
  /** When the deploy asked for the catalogue. */
  readonly wantedAt: Date;
  readonly now: Date;
  /** No try after this is waited for. */
  readonly deadline: Date;
  readonly sweepPeriodMs: number;
}

/** The first version that became current after the deploy asked for it. */
const firstIssued = ({ history, wantedAt }: Seen): OutcomeRecord | undefined =>
  history.find(({ kind, at }) => kind === 'issued' && new Date(at) >= wantedAt);

/** Whether what is current is what is declared now: near its end is still ready. */
const isServing = ({ row, now, sweepPeriodMs }: Seen): boolean => {
  if (row?.progress.current === undefined) return false;
  const reason = reissueReason(row, now, sweepPeriodMs);
  return reason === undefined || reason.code === 'NearExpiry';
};

/** How the work goes on: the phase, with what is waited for. */
const atWork = (row: CertificateRow): { phase: string; next: string } | undefined => {
  const { work } = row.progress;
  if (work === undefined || !isAtWork(row)) return undefined;
  const { waitingFor, waitingForIssuer } = work;
  const verb = work.reason.code === 'NearExpiry' ? 'renewing: ' : '';
  if (waitingForIssuer !== undefined && work.outcome === undefined)
    return { phase: 'waiting-for-issuer', next: `waits: ${waitingFor} (${waitingForIssuer})` };
  const next = waitingFor === undefined || work.phase !== 'issue' ? '' : `waits: ${waitingFor}`;
  return { phase: `${verb}${PHASE_WORDS[work.phase] ?? work.phase}`, next };
};

const failed = (seen: Seen, row: CertificateRow) => {
  const failure = row.progress.failure;
  if (failure === undefined) return undefined;
  const retryAt = new Date(failure.retryAt);
  const settled = failure.class === 'human' || retryAt > seen.deadline;
  const next = `${failure.code}: ${saidOf(failure)}; next try ${ago(retryAt, seen.now)}; fix: ${CODES[failure.code].fix}`;
  return { settled, next, reason: { code: failure.code, message: failure.message } };
};

const view = (seen: Seen): Pick<Standing, 'state' | 'settled' | 'phase' | 'next' | 'reason'> => {
  const { row, now } = seen;
  if (row === undefined)
    return { state: 'waiting', settled: false, phase: 'declared', next: 'waits: the sweep', reason: null };
  const failure = failed(seen, row);
  const work = atWork(row);
  if (isServing(seen)) {
    const { renewAt, current } = row.progress;
    const renewal = renewAt === undefined ? '' : `renews ${moment(new Date(renewAt), now)}`;
    const trouble = failure === undefined ? renewal : `renewal failed: ${failure.next}`;
    const until = `valid ${span(new Date(current!.notAfter).getTime() - now.getTime())}`;
    const delivery = deliveryWords(seen.deliveries ?? [], now);
    const next = [until, delivery, work === undefined ? trouble : work.next].filter((part) => part !== '').join(', ');
    const reason = failure?.reason ?? null;
    return { state: 'ready', settled: true, phase: work?.phase ?? 'current', next, reason };
  }
  if (work !== undefined) return { state: 'waiting', settled: false, ...work, reason: failure?.reason ?? null };
  if (failure !== undefined)
    return { state: 'failed', settled: failure.settled, phase: 'failed', next: failure.next, reason: failure.reason };
  const started = row.run > (row.progress.endedRun ?? 0);
  const phase = started ? 'started' : 'due';
  return { state: 'waiting', settled: false, phase, next: started ? '' : 'waits: the sweep', reason: null };
};

/** Reads one certificate's standing. `secondsToCurrent`: from the deploy's wish to the first version's being AWSCURRENT. */
export const standingOf = (seen: Seen): Standing => {
  const { declared, row, wantedAt, now } = seen;
  const issued = firstIssued(seen);
  const stand = view(seen);
  const failedAt = stand.state === 'failed' ? row?.progress.failure?.at : undefined;
  const end = new Date(issued?.at ?? failedAt ?? now);
  const elapsedMs = Math.max(0, end.getTime() - wantedAt.getTime());
  const { issuerRef, dnsNames } = declared.certificate;
  const lags = lagsOf(seen.deliveries ?? []);
  return {
    name: declared.name,
    dnsNames,
    issuer: `${issuerRef.kind}/${issuerRef.name}`,
    ...stand,
    elapsedMs,
    currentVersionId: isServing(seen) ? row?.progress.current?.versionId : undefined,
    secondsToCurrent: issued === undefined ? null : Math.round(elapsedMs / 100) / 10,
    ...(lags.length === 0 ? {} : { lags }),
  };
};
