// From text to documents with positions. It must never know what a document means. No input makes it throw: broken,
// binary and huge texts come back as faults.
import { LineCounter, parseAllDocuments, type Node as YamlNode } from 'yaml';
import type { Node, Position } from './nodes.ts';
import { treeOf, type YamlFault } from './yaml-tree.ts';

const MAX_TEXT_LENGTH = 32 * 1024 * 1024;

/** One document of a file. `root` may be there beside faults: it is then good for a guess at what was meant, no more. */
export interface YamlDocument {
  readonly root: Node | undefined;
  readonly faults: readonly YamlFault[];
}

/** Offsets to positions; never beyond the last character that is written. */
const positions = (text: string, counter: LineCounter): ((offset: number) => Position) => {
  const last = Math.max(0, text.trimEnd().length - 1);
  return (offset) => {
    const { line, col } = counter.linePos(Math.min(Math.max(0, offset), last));
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
};

const syntaxFault = (message: string, at: Position): YamlFault => ({
  code: 'YAML_SYNTAX',
  at,
  path: [],
  message,
  hint: 'correct the YAML; mind indentation, quotes and colons',
});

/** One mistake makes the parser complain several times: the first complaint of each line, five at most. */
const onePerLine = (faults: readonly YamlFault[]): YamlFault[] =>
  faults.filter((one, index) => faults.findIndex((other) => other.at.line === one.at.line) === index).slice(0, 5);

/** All documents of one text, in order; empty ones are left out. */
export const readYaml = (text: string): YamlDocument[] => {
  const start = { line: 1, column: 1 };
  if (text.length > MAX_TEXT_LENGTH) {
    const hint = 'split the file';
    return [
      {
        root: undefined,
        faults: [{ code: 'FILE_TOO_LARGE', at: start, path: [], message: 'the file is larger than 32 MiB', hint }],
      },
    ];
  }
  const nul = text.indexOf('\0');
  const counter = new LineCounter();
  try {
    const documents = parseAllDocuments(text, {
      lineCounter: counter,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    const position = positions(text, counter);
    if (nul >= 0)
      return [{ root: undefined, faults: [syntaxFault('a NUL character: this is not text', position(nul))] }];
    return [...documents].flatMap((document) => {
      const faults = document.errors.slice(0, 100).map((error) => syntaxFault(error.message, position(error.pos[0])));
      const tree = document.contents === null ? undefined : treeOf(document.contents as YamlNode, position);
      const root = tree?.root;
      if (faults.length === 0 && (root === undefined || (root.kind === 'scalar' && root.value === null))) return [];
      return [{ root, faults: faults.length > 0 ? onePerLine(faults) : (tree?.faults ?? []) }];
    });
  } catch (cause) {
    // The parser calls itself for each level: a text that is nested a hundred thousand levels deep exhausts the stack.
    const why =
      cause instanceof RangeError ? 'nested too deeply' : cause instanceof Error ? cause.message : String(cause);
    return [{ root: undefined, faults: [syntaxFault(`this cannot be parsed: ${why}`, start)] }];
  }
};
