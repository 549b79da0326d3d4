// From files to the documents that are ours, each with what is wrong before its fields are looked at. It must never know
// the fields inside `spec`.
import { type OurKind, sortDocument } from './documents.ts';
import { type Identity, identityOf } from './metadata.ts';
import type { Problem } from './model.ts';
import { type MapNode, pathText } from './nodes.ts';
import { type Finding, problemOf, severityOf } from './problem.ts';
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
      } else if (one.is === 'passed-over') gathered.passedOver.push({ file, line: one.root.at.line, kind: one.kind });
      else if (!broken && !(file.endsWith('.json') && one.finding.code === 'DOCUMENT_NOT_OBJECT')) {
        gathered.problems.push(problemOf(file, one.root, one.finding));
      }
    }
  }
};
