// From files to the documents that are ours, each with what is wrong before its fields are looked at. It must never know
// the fields inside `spec`.
import { type OurKind, type Sorted, sortDocument } from './documents.ts';
import { type Identity, identityOf } from './metadata.ts';
import type { Problem } from './model.ts';
import { type MapNode, pathText } from './nodes.ts';
import { type Finding, problemOf, severityOf } from './problem.ts';
import { makeCertificates } from './shim/make.ts';
import type { Grown } from './shim/tree.ts';
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

export interface Found {
  readonly kind: OurKind;
  readonly file: string;
  readonly root: MapNode;
  readonly identity: Identity | undefined;
  readonly findings: Finding[];
  /** Of a Certificate that a shim makes: the document that was written, and the way back into it. */
  readonly written?: { readonly root: MapNode; readonly pathOf: Grown['pathOf'] };
  /** The YAML itself is broken: known by name only. */
  readonly broken: boolean;
  /** What is wrong with the document before its fields are looked at; it is never accepted then. */
  readonly fault: YamlFault | undefined;
}

export interface Gathered {
  readonly found: Found[];
  readonly problems: Problem[];
  readonly passedOver: PassedOver[];
}

const faultProblem = (file: string, fault: YamlFault): Problem => {
  const { code, at, path, message, hint } = fault;
  return { severity: severityOf({ code }), code, file, ...at, path: pathText(path), message, hint };
};

type Shimmed = Extract<Sorted, { is: 'shimmed' }>;

/** Gathers the Certificates that a shim makes; a document that it makes none of is passed over. */
const gatherMade = (
  { kind, root }: Shimmed,
  seen: Pick<Found, 'file' | 'broken' | 'fault'>,
  gathered: Gathered,
): void => {
  const { certificates, findings } = makeCertificates(kind, root);
  if (!seen.broken) gathered.problems.push(...findings.map((finding) => problemOf(seen.file, root, finding)));
  if (certificates.length === 0) gathered.passedOver.push({ file: seen.file, line: root.at.line, kind });
  for (const { root: made, pathOf } of certificates) {
    const identity = identityOf('Certificate', made);
    gathered.found.push({
      ...seen,
      kind: 'Certificate',
      root: made,
      identity,
      findings: [],
      written: { root, pathOf },
    });
  }
};

/** What is wrong with an object, where it was written. */
const problemsOfOne = ({ file, root, findings, written }: Found): Problem[] => {
  if (written === undefined) return findings.map((finding) => problemOf(file, root, finding));
  return findings.map(({ at = 'value', ...finding }) => {
    const path = written.pathOf(finding.path);
    const hint = finding.hint.replace('set issuerRef.kind: ', 'the annotation for it names a ');
    const keyed = path.join() === finding.path.join() ? at : 'value';
    return problemOf(file, written.root, { ...finding, path, hint, at: keyed });
  });
};

/** What is wrong with objects; a mistake in a manifest that shows in several fields or Certificates of it is said once. */
export const problemsOf = (found: readonly Found[]): Problem[] => {
  const declared = found.filter(({ written }) => written === undefined).flatMap(problemsOfOne);
  const made = found.filter(({ written }) => written !== undefined).flatMap(problemsOfOne);
  const keyOf = ({ file, line, column, code, message }: Problem): string =>
    JSON.stringify([file, line, column, code, message]);
  return [...declared, ...new Map(made.map((one) => [keyOf(one), one])).values()];
};

/** Sorts the documents of one file into what was gathered so far. */
export const gatherFile = ({ file, text }: DeclarationFile, gathered: Gathered): void => {
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
      } else if (one.is === 'shimmed') gatherMade(one, { file, broken, fault: faults[0] }, gathered);
      else if (one.is === 'passed-over') gathered.passedOver.push({ file, line: one.root.at.line, kind: one.kind });
      else if (!broken && !(file.endsWith('.json') && one.finding.code === 'DOCUMENT_NOT_OBJECT')) {
        gathered.problems.push(problemOf(file, one.root, one.finding));
      }
    }
  }
};
