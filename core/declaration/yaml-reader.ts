// From text to documents with positions. It must never know what a document means. No input makes it throw: broken,
// binary and huge texts come back as faults.
import { parseAllDocuments, type Node as YamlNode } from 'yaml';
import type { Node, Position } from './nodes.ts';
import { treeOf, type YamlFault } from './yaml-tree.ts';

const MAX_TEXT_LENGTH = 32 * 1024 * 1024;

/** One document of a file. `root` may be there beside faults: it is then good for a guess at what was meant, no more. */
export interface YamlDocument {
  readonly root: Node | undefined;
  readonly faults: readonly YamlFault[];
}

/** Offsets to positions; never beyond the last character that is written. */
const positionsOf = (text: string): ((offset: number) => Position) => {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  const last = Math.max(0, text.trimEnd().length - 1);
  return (offset) => {
    const here = Math.min(Math.max(0, offset), last);
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (starts[middle]! <= here) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: here - starts[low]! + 1 };
  };
};

const HINT = 'correct the YAML; mind indentation, quotes and colons';
const TEMPLATE_HINT = 'this looks like a template: render it first (helm template), then check the result';

const syntaxFault = (message: string, at: Position, hint = HINT): YamlFault => ({
  code: 'YAML_SYNTAX',
  at,
  path: [],
  message,
  hint,
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
  const position = positionsOf(text);
  if (nul >= 0) return [{ root: undefined, faults: [syntaxFault('a NUL character: this is not text', position(nul))] }];
  const hint = text.includes('{{') ? TEMPLATE_HINT : HINT;
  try {
    const documents = parseAllDocuments(text, {
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'silent',
    });
    return [...documents].flatMap((document) => {
      const faults = document.errors
        .slice(0, 100)
        .map((error) => syntaxFault(error.message, position(error.pos[0]), hint));
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
