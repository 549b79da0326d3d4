// The door of this folder: texts in, catalogue and every problem out. It must never read a file, nor know who asks.
// No input makes it throw.
import {
  findSharedSecrets,
  findTwins,
  identityKey,
  missingIssuer,
  type Placed,
  type PlacedFinding,
  unmatchedNames,
} from './across.ts';
import { type Authority, authorityOfIssuer } from './authority.ts';
import { catalogueHash, certificateHash } from './canonical.ts';
import { readCertificate } from './certificate.ts';
import { findDeliveredTwice } from './delivered-twice.ts';
import { type DeclarationFile, type Found, type Gathered, gatherFile, type PassedOver, problemsOf } from './gather.ts';
import { issuerTypesOf, readIssuer } from './issuer.ts';
import type { IssuerSpec } from './issuer-model.ts';
import { issuerNamedBy } from './issuer-ref.ts';
import { issuerText } from './issuer-types.ts';
import type { Identity } from './metadata.ts';
import type { Catalogue, CertificateSpec, DeclaredCertificate, Problem } from './model.ts';
import { type MapNode, textAt, textsAt } from './nodes.ts';
import { type Finding, hasErrors, severityOf, sortProblems } from './problem.ts';
import { isPublicCa } from './server.ts';
import { withoutRepeats } from './shim/repeats.ts';
import { findCycles, type Linked, signerFinder } from './signers.ts';
import type { YamlFault } from './yaml-tree.ts';

export type { DeclarationFile, PassedOver } from './gather.ts';

/** A declared Certificate that is not in the catalogue, with the problem that keeps it out. */
export interface LeftOut {
  /** `namespace/name`. */
  readonly name: string;
  /** As written. */
  readonly dnsNames: readonly string[];
  /** `Kind/name`. */
  readonly issuer: string;
  readonly reason: { readonly code: string; readonly message: string };
}

export interface Declarations {
  /** Only what has no error, so that it can be used although something else has. */
  readonly catalogue: Catalogue;
  /** Every accepted issuer, also those that no certificate uses. */
  readonly issuers: readonly IssuerSpec[];
  readonly problems: readonly Problem[];
  readonly passedOver: readonly PassedOver[];
  readonly leftOut: readonly LeftOut[];
}

const addAcross = (found: readonly Found[], clusters: readonly string[]): void => {
  const owners = new Map<MapNode, Found>(found.map((one) => [one.root, one]));
  const placed = found.flatMap(({ file, root, identity, broken }): Placed[] =>
    identity && !broken ? [{ file, root, identity }] : [],
  );
  const both: PlacedFinding[] = [
    ...findTwins(placed),
    ...findSharedSecrets(placed),
    ...findDeliveredTwice(placed, clusters),
  ];
  for (const { placed: at, finding } of both) owners.get(at.root)?.findings.push(finding);
};

interface KnownIssuer {
  readonly spec: IssuerSpec | undefined;
  /** What its document says it is, also where it is not accepted. */
  readonly authority: Authority;
  readonly findings: readonly Finding[];
  readonly fault: YamlFault | undefined;
}

const linked = (found: readonly Found[]): Linked[] =>
  found.flatMap(({ root, identity, broken }) => (identity && !broken ? [{ root, identity }] : []));

/** Of an issuer with errors its type is known all the same; without a type it counts as ACME. */
const authorityOf = (identity: Identity, root: MapNode, spec: IssuerSpec | undefined): Authority => {
  if (spec !== undefined) return authorityOfIssuer(spec);
  const name = identity.kind === 'Certificate' ? identity.name : issuerText({ ...identity, kind: identity.kind });
  if (identity.kind === 'AWSPCAIssuer' || identity.kind === 'AWSPCAClusterIssuer') return { type: 'awspca', name };
  const type = issuerTypesOf(root)[0] ?? 'acme';
  if (type === 'ca' || type === 'selfSigned') return { type, name };
  if (type !== 'acme') return { type: undefined, name };
  return { type: isPublicCa(textAt(root, 'spec', 'acme', 'server') ?? '') ? 'publicAcme' : 'acme', name };
};

const readIssuers = (found: readonly Found[], clusterResourceNamespace: string): Map<string, KnownIssuer> => {
  const known = new Map<string, KnownIssuer>();
  const certificates = linked(found.filter(({ kind }) => kind === 'Certificate'));
  for (const one of found) {
    if (one.kind === 'Certificate') continue;
    const seenAs = one.identity ?? { kind: one.kind, namespace: 'default', name: '' };
    const findSigner = signerFinder(certificates, seenAs, clusterResourceNamespace);
    const read = one.broken ? { value: undefined, findings: [] } : readIssuer(one.kind, one.root, findSigner);
    one.findings.push(...read.findings);
    if (one.identity === undefined) continue;
    known.set(identityKey(one.identity), {
      spec: one.fault !== undefined || hasErrors(one.findings) ? undefined : read.value,
      fault: one.fault,
      authority: authorityOf(one.identity, one.root, read.value),
      findings: one.findings,
    });
  }
  return known;
};

const addCycles = (found: readonly Found[], clusterResourceNamespace: string): void => {
  const owners = new Map<MapNode, Found>(found.map((one) => [one.root, one]));
  const [certificates, issuers] = [true, false].map((own) =>
    linked(found.filter(({ kind }) => (kind === 'Certificate') === own)),
  ) as [Linked[], Linked[]];
  for (const { certificate, finding } of findCycles(certificates, issuers, clusterResourceNamespace))
    owners.get(certificate.root)?.findings.push(finding);
};

/** The issuer that a certificate names, as far as the reference can be read. */
const issuerOf = (one: Found): Identity => issuerNamedBy(one.root, one.identity?.namespace ?? 'default');

interface CertificateReading {
  readonly issuers: ReadonlyMap<string, KnownIssuer>;
  readonly identities: readonly Identity[];
  readonly scope: 'folder' | 'file';
  readonly clusters: readonly string[];
}

const isError = (finding: Finding): boolean => severityOf(finding) === 'error';

/** A certificate that is not accepted, with the first error of its own, else of its issuer. */
const leftOut = (one: Found, issuer: KnownIssuer | undefined): LeftOut | undefined => {
  if (one.identity === undefined) return undefined;
  const missing = one.findings.find(({ code }) => code === 'ISSUER_NOT_FOUND');
  const reason = one.fault ?? one.findings.find(isError) ?? missing ?? issuer?.fault ?? issuer?.findings.find(isError);
  const wanted = issuerOf(one);
  return {
    name: `${one.identity.namespace}/${one.identity.name}`,
    dnsNames: textsAt(one.root, 'spec', 'dnsNames'),
    issuer: `${wanted.kind}/${wanted.name}`,
    reason: { code: reason?.code ?? 'ISSUER_NOT_FOUND', message: reason?.message ?? 'the issuer is not accepted' },
  };
};

/** True where the reference itself is already complained of. */
const hasBrokenReference = (findings: readonly Finding[]): boolean =>
  findings.some(({ path, ...finding }) => path[1] === 'issuerRef' && isError({ path, ...finding }));

/** Reads one certificate with its issuer; notes on it what is wrong. */
const acceptCertificate = (one: Found, reading: CertificateReading): DeclaredCertificate | LeftOut | undefined => {
  const wanted = issuerOf(one);
  const issuer = reading.issuers.get(identityKey(wanted));
  if (one.broken) return leftOut(one, issuer);
  const authority = issuer?.authority ?? { type: undefined, name: `${wanted.kind}/${wanted.name}` };
  const { value, findings } = readCertificate(one.root, authority, reading.clusters);
  one.findings.push(...findings);
  if (issuer === undefined && wanted.name !== '' && !hasBrokenReference(findings)) {
    one.findings.push(missingIssuer(wanted, reading.identities, reading.scope));
  }
  if (value === undefined || issuer?.spec === undefined) return leftOut(one, issuer);
  one.findings.push(...unmatchedNames(value, issuer.spec));
  if (one.fault !== undefined || hasErrors(one.findings)) return leftOut(one, issuer);
  return declared(value, issuer.spec);
};

const declared = (certificate: CertificateSpec, issuer: IssuerSpec): DeclaredCertificate => ({
  name: `${certificate.namespace}/${certificate.name}`,
  certificate,
  issuer,
  hash: certificateHash(certificate, issuer),
});

/**
 * Reads cert-manager YAML: every accepted certificate with its issuer, and all problems of all files at once, sorted
 * by file and position. `scope` says whether a whole folder was read (a missing issuer is then an error);
 * `clusterResourceNamespace` (settings) is where what a clustered issuer refers to lies, `clusters` (settings) the names of those
 * that certificates are delivered to.
 */
export const readDeclarations = (
  files: readonly DeclarationFile[],
  options: {
    readonly scope: 'folder' | 'file';
    readonly clusterResourceNamespace?: string;
    readonly clusters?: readonly string[];
  },
): Declarations => {
  const gathered: Gathered = { found: [], problems: [], passedOver: [] };
  for (const file of files) gatherFile(file, gathered);
  const found = withoutRepeats(gathered.found);
  const { scope, clusterResourceNamespace = 'cert-manager', clusters = [] } = options;
  addAcross(found, clusters);
  addCycles(found, clusterResourceNamespace);
  const issuers = readIssuers(found, clusterResourceNamespace);
  const reading = { issuers, identities: found.flatMap(({ identity }) => identity ?? []), scope, clusters };
  const answers = found
    .filter(({ kind }) => kind === 'Certificate')
    .flatMap((one) => acceptCertificate(one, reading) ?? []);
  const certificates = answers.filter((one) => 'hash' in one).sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = problemsOf(found);
  return {
    catalogue: { hash: catalogueHash(certificates), certificates },
    issuers: [...issuers.values()].flatMap(({ spec }) => spec ?? []),
    problems: sortProblems([...gathered.problems, ...own]),
    passedOver: gathered.passedOver,
    leftOut: answers.filter((one) => 'reason' in one),
  };
};
