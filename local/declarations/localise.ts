// Points accepted declarations at the local parts: CAs, hosted zones, roles. Names, keys, lifetimes, emails and account
// references stay as they are, and so do issuers that need no part: ca and selfSigned. Pure; it must never start or make anything.

import type { AcmeIssuerSpec, IssuerSpec, PrivateCaIssuerSpec, SolverSpec } from '#core/declaration/issuer-model.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { selectSolver } from '#core/declaration/select-solver.ts';
import { coveringZone } from './zone-names.ts';

/** A CA of the local cloud. */
export interface LocalCa {
  readonly name: string;
  readonly directory: string;
  /** PEM of what its TLS certificate is signed by. */
  readonly tlsRootPem: string;
  /** Empty for a CA without profiles. */
  readonly profiles: readonly string[];
}

export interface LocalPlaces {
  readonly caOf: (issuer: AcmeIssuerSpec) => LocalCa;
  /** Zone name -> hosted zone id. */
  readonly zones: ReadonlyMap<string, string>;
  readonly account: string;
  /** The Private CA that stands in for an issuer's; absent: it stays as it is. */
  readonly privateCaOf?: (issuer: PrivateCaIssuerSpec) => { readonly arn: string; readonly region: string };
}

export interface Localised {
  readonly issuers: readonly IssuerSpec[];
  /** Roles of solvers, as they are named now. */
  readonly roles: readonly string[];
  /** What was changed, one line a change, for people. */
  readonly notes: readonly string[];
}

/** Without a profile Pebble chooses one at random. */
const DEFAULT_PROFILE = 'classic';

const issuerName = ({ kind, namespace, name }: IssuerSpec): string =>
  `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;

const isOf = (issuer: IssuerSpec, other: IssuerSpec): boolean => issuerName(issuer) === issuerName(other);

const profileOf = (wanted: string | undefined, ca: LocalCa): string | undefined => {
  if (ca.profiles.length === 0) return undefined;
  return wanted !== undefined && ca.profiles.includes(wanted) ? wanted : DEFAULT_PROFILE;
};

/** The zones of the names that this solver is chosen for, else of its selector. */
const zonesOfSolver = (
  solver: SolverSpec,
  issuer: IssuerSpec,
  certificates: readonly DeclaredCertificate[],
  zones: ReadonlyMap<string, string>,
): string[] => {
  const own = certificates.filter((one) => isOf(one.issuer, issuer));
  const names = own.flatMap(({ certificate }) =>
    certificate.dnsNames.filter((name) => selectSolver(issuer, name, certificate.labels) === solver),
  );
  const asked = names.length > 0 ? names : [...solver.selector.dnsZones, ...solver.selector.dnsNames];
  return [...new Set(asked.flatMap((name) => coveringZone(name, zones.keys()) ?? []))];
};

interface Change<T> {
  readonly value: T;
  readonly notes: readonly string[];
}

const localRole = (role: string, account: string): string => role.replace(/:iam::[^:]*:/, `:iam::${account}:`);

const localSolver = (
  solver: SolverSpec,
  issuer: IssuerSpec,
  certificates: readonly DeclaredCertificate[],
  places: LocalPlaces,
): Change<SolverSpec> => {
  const { hostedZoneId, role, ...others } = solver.route53;
  const at = issuerName(issuer);
  const covered = hostedZoneId === undefined ? [] : zonesOfSolver(solver, issuer, certificates, places.zones);
  const id = covered.length === 1 ? places.zones.get(covered[0]!) : undefined;
  const here = role === undefined ? undefined : localRole(role, places.account);
  const notes = [
    ...(hostedZoneId === undefined
      ? []
      : id === undefined
        ? [`${at}: hosted zone ${hostedZoneId} -> no fixed zone, the longest match is used`]
        : [`${at}: hosted zone ${hostedZoneId} -> ${id} (${covered[0]})`]),
    ...(role === undefined || role === here ? [] : [`${at}: role ${role} -> ${here}`]),
  ];
  const route53 = {
    ...others,
    ...(id === undefined ? {} : { hostedZoneId: id }),
    ...(here === undefined ? {} : { role: here }),
  };
  return { value: { ...solver, route53 }, notes };
};

const localPrivateCa = (issuer: PrivateCaIssuerSpec, places: LocalPlaces): Change<IssuerSpec> => {
  const { arn, role } = issuer.awspca;
  const local = places.privateCaOf?.(issuer);
  if (local === undefined) return { value: issuer, notes: [] };
  const here = role === undefined ? undefined : localRole(role, places.account);
  const at = issuerName(issuer);
  const notes = [
    ...(arn === local.arn ? [] : [`${at}: CA ${arn} -> ${local.arn}`]),
    ...(role === here ? [] : [`${at}: role ${role} -> ${here}`]),
  ];
  const awspca = {
    ...issuer.awspca,
    arn: local.arn,
    region: local.region,
    ...(here === undefined ? {} : { role: here }),
  };
  return { value: { ...issuer, awspca }, notes };
};

const localIssuer = (
  issuer: IssuerSpec,
  certificates: readonly DeclaredCertificate[],
  places: LocalPlaces,
): Change<IssuerSpec> => {
  if (issuer.type === 'awspca') return localPrivateCa(issuer, places);
  if (issuer.type !== 'acme') return { value: issuer, notes: [] };
  const ca = places.caOf(issuer);
  const { server, profile: wanted, skipTlsVerify: _verified, caBundlePem: _other, ...kept } = issuer.acme;
  const profile = profileOf(wanted, ca);
  const solvers = issuer.acme.solvers.map((solver) => localSolver(solver, issuer, certificates, places));
  const at = issuerName(issuer);
  const notes = [
    ...(server === ca.directory ? [] : [`${at}: server ${server} -> ${ca.directory} (${ca.name})`]),
    ...(wanted === undefined || wanted === profile ? [] : [`${at}: profile ${wanted} -> ${profile ?? 'none'}`]),
    ...solvers.flatMap((one) => one.notes),
  ];
  const acme: AcmeIssuerSpec['acme'] = {
    ...kept,
    server: ca.directory,
    caBundlePem: ca.tlsRootPem,
    skipTlsVerify: false,
    ...(profile === undefined ? {} : { profile }),
    solvers: solvers.map(({ value }) => value),
  };
  return { value: { ...issuer, acme }, notes };
};

/** The issuers as they are deployed locally; the certificates stay as they are. */
export const localise = (
  declared: { readonly issuers: readonly IssuerSpec[]; readonly certificates: readonly DeclaredCertificate[] },
  places: LocalPlaces,
): Localised => {
  const changes = declared.issuers.map((issuer) => localIssuer(issuer, declared.certificates, places));
  const issuers = changes.map(({ value }) => value);
  const roles = issuers.flatMap((issuer) =>
    issuer.type === 'acme' ? issuer.acme.solvers.flatMap(({ route53 }) => route53.role ?? []) : [],
  );
  return { issuers, roles: [...new Set(roles)], notes: changes.flatMap(({ notes }) => notes) };
};
