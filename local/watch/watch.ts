// Looks at a running cloud until what is awaited has come: standings for the board, a proof for each new version. It must
// never start a sweep or change anything.
import type { CertificateRow } from '#core/journey/row.ts';
import type { Cloud } from '../cloud/options.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import { anchorsOf } from '../proof/anchors.ts';
import { isProven, type Proof, prove } from '../proof/verify.ts';
import { POLL_MS, pause } from './pace.ts';
import type { Finding } from './result.ts';
import { type Standing, standingOf } from './standing.ts';

/** A certificate that lives less than this is watched until it has been renewed once. */
const SHORT_LIFE_MS = 15 * 60_000;

export interface WatchEvents {
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

interface Known {
  readonly versions: readonly StoredVersion[];
  readonly versionId: string;
  readonly proof: Proof;
}

const standingsOf = async ({ cloud, sweepPeriodMs, deadline }: Watch) => {
  const { rows, history, wantedAt } = await cloud.look();
  const now = new Date();
  const wished = wantedAt === undefined ? cloud.outputs.deployedAt : new Date(wantedAt);
  const standings = cloud.declared.catalogue.certificates.map((declared) => {
    const own = history.filter(({ name }) => name === declared.name);
    const row = rows.get(declared.name);
    return standingOf({ declared, row, history: own, wantedAt: wished, now, deadline, sweepPeriodMs });
  });
  return { standings, rows };
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
  return { versions, versionId: currentVersionId, proof };
};

const lifetimeOf = (row: CertificateRow | undefined): number => {
  const current = row?.progress.current;
  if (current === undefined) return Number.POSITIVE_INFINITY;
  return new Date(current.notAfter).getTime() - new Date(current.notBefore).getTime();
};

const shortLived = (rows: ReadonlyMap<string, CertificateRow>): string[] =>
  [...rows.values()].filter((row) => lifetimeOf(row) < SHORT_LIFE_MS).map(({ name }) => name);

const isSettled = (standing: Standing, known: Known | undefined): boolean =>
  standing.state === 'failed' ? standing.settled : standing.state === 'ready' && known !== undefined;

/** Nothing more will come: failed for good, or proven, short-lived ones twice. */
const isDone = (standing: Standing, row: CertificateRow | undefined, known: Known | undefined): boolean => {
  if (!isSettled(standing, known)) return false;
  if (known === undefined || !isProven(known.proof)) return true;
  return lifetimeOf(row) >= SHORT_LIFE_MS || known.versions.length >= 2;
};

const findingOf = (standing: Standing, known: Known | undefined): Finding => ({
  standing,
  versions: known?.versions ?? [],
  proof: known !== undefined && known.versionId === standing.currentVersionId ? known.proof : undefined,
});

/**
 * Watches until aborted, or (`until: 'done'`) until every certificate was proven, short-lived ones twice, or failed for
 * good, or the deadline has passed.
 */
export const watch = async (request: Watch & { readonly until: 'done' | 'aborted' }): Promise<readonly Finding[]> => {
  const known = new Map<string, Known>();
  for (let told = false; ; ) {
    const { standings, rows } = await standingsOf(request);
    request.onStandings(standings);
    for (const standing of standings) {
      const proven = await proveNew(request, standing, known.get(standing.name));
      if (proven !== undefined) known.set(standing.name, proven);
    }
    const findings = standings.map((one) => findingOf(one, known.get(one.name)));
    if (!told && standings.every((one) => isSettled(one, known.get(one.name)))) {
      told = true;
      request.onSettled(findings, shortLived(rows));
    }
    const done = standings.every((one) => isDone(one, rows.get(one.name), known.get(one.name)));
    const over = request.until === 'done' && (done || new Date() >= request.deadline);
    if (over || request.signal.aborted) return findings;
    await pause(POLL_MS, request.signal);
  }
};
