// A Certificate's tree, grown from pieces of another document, that remembers where each piece was written. It must never
// know what an Ingress is, nor judge a piece.
import {
  childOf,
  type Entry,
  isNull,
  type MapNode,
  type Node,
  type Path,
  type Position,
  type ScalarNode,
} from '../nodes.ts';

/** One field of the Certificate, and where it was written in the other document. */
export interface Piece {
  /** Inside the Certificate. */
  readonly to: readonly string[];
  readonly node: Node;
  /** Inside the other document. */
  readonly from: Path;
  /** Of a list put together from several places: where each item was written. */
  readonly items?: readonly Path[];
}

/** A Certificate that nobody wrote, and the way back to what was written. */
export interface Grown {
  readonly root: MapNode;
  /** From a path inside the Certificate to the path where that was written. */
  readonly pathOf: (path: Path) => Path;
}

export const scalar = (value: string | number, at: Position): ScalarNode => ({
  kind: 'scalar',
  at,
  value,
  source: String(value),
  unwritten: false,
});

export const list = (items: readonly Node[], at: Position): Node => ({ kind: 'list', at, items });

const DEEPEST = 8;

/** Any JSON value as nodes that all stand at one place; what is nested deeper than any field is `...`. */
export const treeOfJson = (value: unknown, at: Position, depth = 0): Node => {
  if (depth > DEEPEST) return scalar('...', at);
  if (Array.isArray(value))
    return list(
      value.map((item) => treeOfJson(item, at, depth + 1)),
      at,
    );
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, one]): [string, Entry] => [
      key,
      { keyAt: at, value: treeOfJson(one, at, depth + 1) },
    ]);
    return { kind: 'map', at, entries: new Map(entries) };
  }
  return { ...scalar(String(value), at), value: value as ScalarNode['value'] };
};

/** The text of a scalar; undefined for anything else, also for a number. */
export const textOf = (node: Node | undefined): string | undefined =>
  node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;

/** Text, or the default where nothing (or nothing but quotes) is written; undefined where something else stands there. */
export const textOr = (parent: Node, key: string, standard: string): string | undefined => {
  const node = childOf(parent, key);
  return isNull(node) ? standard : textOf(node) || (textOf(node) === '' ? standard : undefined);
};

type Branch = Map<string, Node | Branch>;

const plant = (trunk: Branch, { to, node }: Piece): void => {
  let here = trunk;
  for (const step of to.slice(0, -1)) {
    const next = here.get(step);
    const branch: Branch = next instanceof Map ? next : new Map();
    here.set(step, branch);
    here = branch;
  }
  here.set(to.at(-1)!, node);
};

const mapOf = (branch: Branch, at: Position): MapNode => {
  const entries = [...branch].map(([key, value]): [string, Entry] => {
    const node = value instanceof Map ? mapOf(value, at) : value;
    return [key, { keyAt: node.at, value: node }];
  });
  return { kind: 'map', at, entries: new Map(entries) };
};

const startsWith = (path: Path, start: Path): boolean => start.every((step, index) => path[index] === step);

/** Grows a tree; what no piece says stands `at`, which is at `from`. */
export const grow = (pieces: readonly Piece[], at: Position, from: Path): Grown => {
  const trunk: Branch = new Map();
  for (const piece of pieces) plant(trunk, piece);
  const pathOf = (path: Path): Path => {
    const fitting = pieces.filter(({ to }) => startsWith(path, to)).sort((a, b) => b.to.length - a.to.length);
    const [piece] = fitting;
    if (piece === undefined) return from;
    const [index] = path.slice(piece.to.length);
    return (typeof index === 'number' ? piece.items?.[index] : undefined) ?? piece.from;
  };
  return { root: mapOf(trunk, at), pathOf };
};
