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
import { catalogueHash, certificateHash } from './canonical.ts';
import { readCertificate } from './certificate.ts';
import { type OurKind, sortDocument } from './documents.ts';
import { issuerTypesOf, readIssuer } from './issuer.ts';
import type { IssuerSpec } from './issuer-model.ts';
import { type Identity, identityOf } from './metadata.ts';
import type { Catalogue, CertificateSpec, DeclaredCertificate, Problem } from './model.ts';
import { type MapNode, pathText, textAt, textsAt } from './nodes.ts';
import { type Finding, hasErrors, problemOf, severityOf, sortProblems } from './problem.ts';
import { isPublicCa } from './server.ts';
import { readYaml } from './yaml-reader.ts';
import type { YamlFault } from './yaml-tree.ts';

/** One file: its path relative to what is checked, and its text. */
export interface DeclarationFile {
  readonly file: string;
  readonly text: string;
}

/** An object that is not ours. */
export interface PassedOver {
  readonly file: string;
  readonly line: number;
  readonly kind: string;
}

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

interface Found {
  readonly kind: OurKind;
  readonly file: string;
  readonly root: MapNode;
  readonly identity: Identity | undefined;
  readonly findings: Finding[];
  /** The YAML itself is broken: known by name only. */
  readonly broken: boolean;
  /** What is wrong with the document before its fields are looked at; it is never accepted then. */
  readonly fault: YamlFault | undefined;
}

interface Gathered {
  readonly found: Found[];
  readonly problems: Problem[];
  readonly passedOver: PassedOver[];
}

const faultProblem = (file: string, fault: YamlFault): Problem => {
  const { code, at, path, message, hint } = fault;
  return { severity: severityOf({ code }), code, file, ...at, path: pathText(path), message, hint };
};

const gatherFile = ({ file, text }: DeclarationFile, gathered: Gathered): void => {
  for (const { root, faults } of readYaml(text)) {
    const sorted = root === undefined ? [] : sortDocument(root);
    const foreign = sorted.length > 0 && sorted.every((one) => one.is === 'passed-over');
    const broken = faults.some(({ code }) => code === 'YAML_SYNTAX' || code === 'FILE_TOO_LARGE');
    if (broken || !foreign) gathered.problems.push(...faults.map((fault) => faultProblem(file, fault)));
    for (const one of sorted) {
      if (one.is === 'ours') {
        const { kind, root: object } = one;
        gathered.found.push({
          kind,
          file,
          root: object,
          identity: identityOf(kind, object),
          findings: [],
          broken,
          fault: faults[0],
        });
      } else if (one.is === 'passed-over') gathered.passedOver.push({ file, line: one.root.at.line, kind: one.kind });
      else if (!broken && !(file.endsWith('.json') && one.finding.code === 'DOCUMENT_NOT_OBJECT')) {
        gathered.problems.push(problemOf(file, one.root, one.finding));
      }
    }
  }
};

const addAcross = (found: readonly Found[]): void => {
  const owners = new Map<MapNode, Found>(found.map((one) => [one.root, one]));
  const placed = found.flatMap(({ file, root, identity, broken }): Placed[] =>
    identity && !broken ? [{ file, root, identity }] : [],
  );
  const both: PlacedFinding[] = [...findTwins(placed), ...findSharedSecrets(placed)];
  for (const { placed: at, finding } of both) owners.get(at.root)?.findings.push(finding);
};

interface KnownIssuer {
  readonly spec: IssuerSpec | undefined;
  readonly acme: boolean;
  readonly server: string;
  readonly findings: readonly Finding[];
  readonly fault: YamlFault | undefined;
}

const readIssuers = (found: readonly Found[]): Map<string, KnownIssuer> => {
  const known = new Map<string, KnownIssuer>();
  for (const one of found) {
    if (one.kind === 'Certificate') continue;
    const read = one.broken ? { value: undefined, findings: [] } : readIssuer(one.kind, one.root);
    one.findings.push(...read.findings);
    if (one.identity === undefined) continue;
    const types = issuerTypesOf(one.root);
    known.set(identityKey(one.identity), {
      spec: one.fault !== undefined || hasErrors(one.findings) ? undefined : read.value,
      fault: one.fault,
      acme: types.length === 0 || types.includes('acme'),
      server: textAt(one.root, 'spec', 'acme', 'server') ?? '',
      findings: one.findings,
    });
  }
  return known;
};

/** The issuer that a certificate names, as far as the reference can be read. */
const issuerOf = (one: Found): Identity => {
  const clustered = textAt(one.root, 'spec', 'issuerRef', 'kind') === 'ClusterIssuer';
  const name = textAt(one.root, 'spec', 'issuerRef', 'name') ?? '';
  return clustered
    ? { kind: 'ClusterIssuer', namespace: '', name }
    : { kind: 'Issuer', namespace: one.identity?.namespace ?? 'default', name };
};

interface CertificateReading {
  readonly issuers: ReadonlyMap<string, KnownIssuer>;
  readonly identities: readonly Identity[];
  readonly scope: 'folder' | 'file';
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
  const authority = { acme: issuer?.acme ?? true, publicCa: isPublicCa(issuer?.server ?? '') };
  const { value, findings } = readCertificate(one.root, authority);
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
 * by file and position. `scope` says whether a whole folder was read (a missing issuer is then an error).
 */
export const readDeclarations = (
  files: readonly DeclarationFile[],
  options: { readonly scope: 'folder' | 'file' },
): Declarations => {
  const gathered: Gathered = { found: [], problems: [], passedOver: [] };
  for (const file of files) gatherFile(file, gathered);
  const { found } = gathered;
  addAcross(found);
  const issuers = readIssuers(found);
  const reading = { issuers, identities: found.flatMap(({ identity }) => identity ?? []), scope: options.scope };
  const answers = found
    .filter(({ kind }) => kind === 'Certificate')
    .flatMap((one) => acceptCertificate(one, reading) ?? []);
  const certificates = answers.filter((one) => 'hash' in one).sort((a, b) => (a.name < b.name ? -1 : 1));
  const own = found.flatMap(({ file, root, findings }) => findings.map((finding) => problemOf(file, root, finding)));
  return {
    catalogue: { hash: catalogueHash(certificates), certificates },
    issuers: [...issuers.values()].flatMap(({ spec }) => spec ?? []),
    problems: sortProblems([...gathered.problems, ...own]),
    passedOver: gathered.passedOver,
    leftOut: answers.filter((one) => 'reason' in one),
  };
};
