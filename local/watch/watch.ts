// Looks at a running cloud until what is awaited has come: standings for the board, a proof for each new version. It must
// never start a sweep or change anything.
import type { CertificateRow } from '#core/journey/row.ts';
import { certificateSecret } from '#core/names.ts';
import type { LedgerLook } from '../cloud/ledger-look.ts';
import type { Cloud } from '../cloud/options.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import { anchorsOf } from '../proof/anchors.ts';
import { promotedAt } from '../proof/promotions.ts';
import { type Proof, prove } from '../proof/verify.ts';
import { POLL_MS, pause } from './pace.ts';
import { type Finding, isAllProven } from './result.ts';
import { type Standing, standingOf } from './standing.ts';
import { type CurrentVersion, isLost, targetResults } from './targets.ts';

/** A certificate that lives less than this is watched until it has been renewed once. */
const SHORT_LIFE_MS = 15 * 60_000;

export interface WatchEvents {
  /** Everything that was seen. */
  readonly onLook?: (look: LedgerLook) => void;
  readonly onStandings: (standings: readonly Standing[]) => void;
  /** A version became current and was proven, or was not. */
  readonly onProof: (event: {
    readonly standing: Standing;
    readonly version: StoredVersion;
    readonly proof: Proof;
  }) => void;
  /** Once: everything is proven for the first time, or has failed for good; `renewing` live so briefly that they are watched on. */
  readonly onSettled: (findings: readonly Finding[], renewing: readonly string[]) => void;
}

export interface Watch extends WatchEvents {
  readonly cloud: Cloud;
  readonly sweepPeriodMs: number;
  readonly deadline: Date;
  readonly signal: AbortSignal;
}

interface Known extends CurrentVersion {
  readonly proof: Proof;
}

const standingsOf = async ({ cloud, sweepPeriodMs, deadline, onLook }: Watch) => {
  const look = await cloud.look();
  onLook?.(look);
  const { rows, history, deliveries, wantedAt } = look;
  const now = new Date();
  const wished = wantedAt === undefined ? cloud.outputs.deployedAt : new Date(wantedAt);
  const standings = cloud.declared.catalogue.certificates.map((declared) => {
    const own = history.filter(({ name }) => name === declared.name);
    const row = rows.get(declared.name);
    const targets = deliveries.get(declared.name) ?? [];
    return standingOf({
      declared,
      row,
      history: own,
      deliveries: targets,
      wantedAt: wished,
      now,
      deadline,
      sweepPeriodMs,
    });
  });
  return { standings, rows, deliveries };
};

/** Proves what became current since the last look. */
const proveNew = async (watch: Watch, standing: Standing, known: Known | undefined): Promise<Known | undefined> => {
  const { currentVersionId } = standing;
  if (currentVersionId === undefined || known?.versionId === currentVersionId) return known;
  const declared = watch.cloud.declared.catalogue.certificates.find(({ name }) => name === standing.name);
  if (declared === undefined) return known;
  const versions = await watch.cloud.versions(standing.name);
  const version = versions.find(({ versionId }) => versionId === currentVersionId);
  if (version === undefined) return known;
  const anchors = await anchorsOf(watch.cloud, declared, version);
  const proof = await prove({ ...version, declared: declared.certificate, anchors, now: new Date() });
  watch.onProof({ standing, version, proof });
  const secret = certificateSecret(watch.cloud.outputs.secretsPrefix, standing.name);
  const at = promotedAt(watch.cloud.gateway.calls(), { secret, versionId: currentVersionId });
  return { versions, versionId: currentVersionId, promotedAt: at, proof };
};

const lifetimeOf = (row: CertificateRow | undefined): number => {
  const current = row?.progress.current;
  if (current === undefined) return Number.POSITIVE_INFINITY;
  return new Date(current.notAfter).getTime() - new Date(current.notBefore).getTime();
};

const shortLived = (rows: ReadonlyMap<string, CertificateRow>): string[] =>
  [...rows.values()].filter((row) => lifetimeOf(row) < SHORT_LIFE_MS).map(({ name }) => name);

/** In its Secrets too, or they are given up. */
const hasArrived = (finding: Finding, lost: boolean): boolean => (finding.targets ?? []).every(({ ok }) => ok) || lost;

const isSettled = ({ standing, proof }: Finding): boolean =>
  standing.state === 'failed' ? standing.settled : standing.state === 'ready' && proof !== undefined;

/** Nothing more will come: failed for good, or proven, short-lived ones twice. */
const isDone = (finding: Finding, row: CertificateRow | undefined): boolean => {
  if (!isSettled(finding)) return false;
  if (!isAllProven(finding)) return true;
  return lifetimeOf(row) >= SHORT_LIFE_MS || finding.versions.length >= 2;
};

const findingOf = (cloud: Cloud, standing: Standing, known: Known | undefined): Finding => {
  const declared = cloud.declared.catalogue.certificates.find(({ name }) => name === standing.name);
  const current = known !== undefined && known.versionId === standing.currentVersionId ? known : undefined;
  return {
    standing,
    versions: known?.versions ?? [],
    proof: current?.proof,
    targets: declared && targetResults(cloud, declared, current),
  };
};

/**
 * Watches until aborted, or (`until: 'done'`) until every certificate was proven, short-lived ones twice, or failed for
 * good, or the deadline has passed.
 */
export const watch = async (request: Watch & { readonly until: 'done' | 'aborted' }): Promise<readonly Finding[]> => {
  const known = new Map<string, Known>();
  for (let told = false; ; ) {
    const { standings, rows, deliveries } = await standingsOf(request);
    request.onStandings(standings);
    for (const standing of standings) {
      const proven = await proveNew(request, standing, known.get(standing.name));
      if (proven !== undefined) known.set(standing.name, proven);
    }
    const findings = standings.map((one) => findingOf(request.cloud, one, known.get(one.name)));
    const lost = ({ standing }: Finding): boolean => isLost(deliveries.get(standing.name) ?? [], request.deadline);
    const settled = findings.every((one) => isSettled(one) && (one.proof === undefined || hasArrived(one, lost(one))));
    if (!told && settled) {
      told = true;
      request.onSettled(findings, shortLived(rows));
    }
    const done = settled && findings.every((one) => isDone(one, rows.get(one.standing.name)));
    const over = request.until === 'done' && (done || new Date() >= request.deadline);
    if (over || request.signal.aborted) return findings;
    await pause(POLL_MS, request.signal);
  }
};
