// A certificate as people are shown it, made from its row, its targets and its history. Pure: whoever draws it escapes it; texts
// of rows, CAs and clusters pass through here as they are.
import type { Delivery } from '../bridge/model.ts';
import { CODES } from '../codes.ts';
import type { CertificateSpec } from '../declaration/model.ts';
import { resultEvent } from '../events.ts';
import { type Lateness, type Life, latenessAt, remainingPercent, thresholdsOf } from '../health/life.ts';
import type { CertificateRow, CurrentVersion } from '../journey/row.ts';
import type { OutcomeRecord } from '../journey/rows.ts';
import { certificateSecret } from '../names.ts';
import { deliveryView } from './delivery.ts';
import type { CertificateDetail, CertificateView, HistoryView, ViewProblem, ViewState } from './model.ts';
import { nextOf } from './next.ts';
import { isAtWork, saidOf, waitedCode } from './work.ts';

export interface CertificateFacts {
  readonly row: CertificateRow;
  readonly deliveries: readonly Delivery[];
  readonly now: Date;
}

export interface DetailFacts extends CertificateFacts {
  /** Setting `prefix`. */
  readonly prefix: string;
  /** In any order. */
  readonly history: readonly OutcomeRecord[];
  readonly chain?: CertificateDetail['chain'];
}

/** The life of what is current. */
const lifeOf = ({ notBefore, notAfter }: CurrentVersion, renewAt: string | undefined): Life => ({
  notBefore,
  notAfter,
  ...(renewAt === undefined ? {} : { renewAt }),
});

const namesOf = (spec: CertificateSpec): readonly string[] => {
  const { commonName, dnsNames, ipAddresses = [], uris = [], emailAddresses = [], otherNames = [] } = spec;
  const alternative = [
    ...dnsNames,
    ...ipAddresses,
    ...uris,
    ...emailAddresses,
    ...otherNames.map(({ oid, utf8Value }) => `${oid}=${utf8Value}`),
  ];
  return commonName === undefined || alternative.includes(commonName) ? alternative : [...alternative, commonName];
};

/** Others decide when it goes on: a CA that is not there yet, a limit, a circuit. */
const isWaiting = (row: CertificateRow): boolean => {
  const { work } = row.progress;
  if (work === undefined || work.outcome !== undefined) return false;
  const { waitingForIssuer, waited, waitingFor } = work;
  if (waitingForIssuer !== undefined || waited === true) return true;
  return waitingFor !== undefined && waitedCode(waitingFor) !== undefined;
};

const stateOf = (row: CertificateRow, now: Date): ViewState => {
  const { current, failure } = row.progress;
  if (row.retiredAt !== undefined) return 'retired';
  if (current !== undefined && new Date(current.notAfter) <= now) return 'expired';
  if (failure !== undefined) return 'failing';
  if (isAtWork(row) && isWaiting(row)) return 'waiting';
  if (current === undefined) return 'issuing';
  // What is left of an issuance that has its outcome is tidying up.
  return isAtWork(row) && row.progress.work?.outcome === undefined ? 'renewing' : 'ready';
};

const latenessOf = ({ retiredAt, progress: { current, renewAt } }: CertificateRow, now: Date): Lateness =>
  current === undefined || retiredAt !== undefined ? 'in-time' : latenessAt(lifeOf(current, renewAt), now);

/** Of the last failure, else of what is waited for where that has a code of its own. */
const problemOf = (row: CertificateRow): ViewProblem | undefined => {
  const { failure, work } = row.progress;
  if (row.retiredAt !== undefined) return undefined;
  if (failure !== undefined) {
    const { code, at: since, count: tries, retryAt: nextTryAt } = failure;
    return { code, message: saidOf(failure), fix: CODES[code].fix, since, tries, nextTryAt };
  }
  const waited = work?.waitingFor === undefined ? undefined : waitedCode(work.waitingFor);
  if (work === undefined || waited === undefined) return undefined;
  const nextTryAt = row.leaseUntil === undefined ? row.startAt : undefined;
  const problem = { ...waited, fix: CODES[waited.code].fix, since: work.startedAt, tries: 0 };
  return nextTryAt === undefined ? problem : { ...problem, nextTryAt };
};

const currentOf = ({ progress: { current, renewAt } }: CertificateRow, now: Date): CertificateView['current'] => {
  if (current === undefined) return undefined;
  const life = lifeOf(current, renewAt);
  const at = thresholdsOf(life);
  const { notBefore, notAfter, serial, fingerprint, versionId } = current;
  return {
    notBefore,
    notAfter,
    renewAt: at.renewAt.toISOString(),
    warnAt: at.warnAt.toISOString(),
    criticalAt: at.criticalAt.toISOString(),
    remainingPercent: remainingPercent(life, now),
    serial,
    fingerprint,
    versionId,
  };
};

const driftOf = ({ progress: { drift } }: CertificateRow): CertificateView['drift'] =>
  drift === undefined || drift.clearedAt !== undefined
    ? undefined
    : { kind: drift.kind, message: drift.message, since: drift.since };

/** Everything of one certificate that a line of a list needs. */
export const certificateView = ({ row, deliveries, now }: CertificateFacts): CertificateView => {
  const { certificate } = row.declared;
  const [current, problem, drift] = [currentOf(row, now), problemOf(row), driftOf(row)];
  return {
    name: row.name,
    issuer: `${certificate.issuerRef.kind}/${certificate.issuerRef.name}`,
    names: namesOf(certificate),
    state: stateOf(row, now),
    lateness: latenessOf(row, now),
    next: nextOf(row, now),
    deliveries: deliveries.map(deliveryView),
    ...(current === undefined ? {} : { current }),
    ...(problem === undefined ? {} : { problem }),
    ...(drift === undefined ? {} : { drift }),
  };
};

/** `renewed`, `not delivered`: as its event is called. */
const kindOf = (record: OutcomeRecord): string =>
  resultEvent(record, { secretName: '' })
    .detailType.replace(/^Evercert (Certificate )?/, '')
    .toLowerCase();

const historyView = (record: OutcomeRecord): HistoryView => {
  const { at, reason, message, code, fingerprint } = record;
  const said = message === undefined || code === undefined ? (message ?? code) : `${code}: ${message}`;
  return {
    at,
    kind: kindOf(record),
    ...(reason === undefined ? {} : { reason }),
    ...(said === undefined ? {} : { message: said }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
  };
};

/** With all that its own page shows. */
export const certificateDetail = (facts: DetailFacts): CertificateDetail => {
  const { row, history, prefix, chain } = facts;
  const { renewBecause, outageBudgetMs, work } = row.progress;
  return {
    ...certificateView(facts),
    secretName: certificateSecret(prefix, row.name),
    warnings: work?.warnings ?? [],
    history: [...history].sort((a, b) => (a.at < b.at ? 1 : -1)).map(historyView),
    ...(renewBecause === undefined ? {} : { renewBecause }),
    ...(outageBudgetMs === undefined ? {} : { outageBudgetMs }),
    ...(chain === undefined ? {} : { chain }),
  };
};
