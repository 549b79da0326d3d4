// Which solver of an issuer serves one name: cert-manager's precedence (pkg/util/solverpicker). It must never know
// whether the zone exists.

import type { IssuerSpec, SolverSpec } from './issuer-model.ts';
import { acmeOf } from './issuer-types.ts';

/** What is used where the issuer names no solver for a name: our own zones, by their longest match. */
const OWN_ZONES: SolverSpec = {
  selector: { dnsNames: [], dnsZones: [], matchLabels: {} },
  cnameStrategy: 'None',
  route53: {},
  standIn: 'none',
};

type Rank = readonly [exactName: number, zoneLabels: number, labels: number];

/** How many labels of the longest zone match; a wildcard lies in the zone of its base. Undefined: none of them matches. */
const zoneRank = (zones: readonly string[], dnsName: string): number | undefined => {
  if (zones.length === 0) return 0;
  const matching = zones.filter((zone) => dnsName === zone || dnsName.endsWith(`.${zone}`));
  return matching.length === 0 ? undefined : Math.max(...matching.map((zone) => zone.split('.').length));
};

const rankOf = (solver: SolverSpec, dnsName: string, labels: Readonly<Record<string, string>>): Rank | undefined => {
  const { dnsNames, dnsZones, matchLabels } = solver.selector;
  const wanted = Object.entries(matchLabels);
  const zone = zoneRank(dnsZones, dnsName);
  if (zone === undefined) return undefined;
  if (dnsNames.length > 0 && !dnsNames.includes(dnsName)) return undefined;
  if (!wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value)) return undefined;
  return [dnsNames.length > 0 ? 1 : 0, zone, wanted.length];
};

const isHigher = (a: Rank, b: Rank): boolean => {
  for (const [index, value] of a.entries()) {
    if (value !== b[index]) return value > b[index]!;
  }
  return false;
};

/** The best-ranked solver, the first among equals; undefined where none selects the name. */
const bestOf = (
  solvers: readonly SolverSpec[],
  dnsName: string,
  labels: Readonly<Record<string, string>>,
): SolverSpec | undefined => {
  let best: { solver: SolverSpec; rank: Rank } | undefined;
  for (const solver of solvers) {
    const rank = rankOf(solver, dnsName, labels);
    if (rank !== undefined && (best === undefined || isHigher(rank, best.rank))) best = { solver, rank };
  }
  return best?.solver;
};

/** The name to be solved and the labels of its certificate. */
export interface SolverQuestion {
  /** As in CertificateSpec.dnsNames; a wildcard with its `*.`. */
  readonly dnsName: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** True where some solver of the issuer, of whatever type, selects the name (a wildcard only by DNS-01). */
export const hasSolverFor = (issuer: IssuerSpec, { dnsName, labels }: SolverQuestion): boolean => {
  const usable = acmeOf(issuer).solvers.filter((solver) => !(dnsName.startsWith('*.') && solver.standIn === 'http01'));
  return bestOf(usable, dnsName, labels) !== undefined;
};

/**
 * The solver for one name: exact dnsNames before the longest dnsZones before most matchLabels before the order of the
 * list. As cert-manager passes over solvers whose challenge the CA does not offer, solvers of another kind than
 * Route53 DNS-01 count only where none of ours selects the name; where nothing selects it, our own zones are used.
 */
export const selectSolver = (
  issuer: IssuerSpec,
  dnsName: string,
  labels: Readonly<Record<string, string>>,
): SolverSpec => {
  const { solvers } = acmeOf(issuer);
  const ours = solvers.filter((solver) => solver.standIn === undefined);
  return bestOf(ours, dnsName, labels) ?? bestOf(solvers, dnsName, labels) ?? OWN_ZONES;
};
