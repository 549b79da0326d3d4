// From the YAML library's nodes to our tree: aliases resolved, merge keys merged, doubles found. It must never know what
// a document means. Cycles, bombs and abysses come back as faults.
import { isAlias, isMap, isScalar, isSeq, type Pair, type Node as YamlNode } from 'yaml';
import type { Code } from './codes.ts';
import type { Entry, ListNode, MapNode, Node, Path, Position, ScalarNode } from './nodes.ts';

const MAX_DEPTH = 100;
/** Nodes that aliases may add to one document. */
const MAX_ALIASED_NODES = 100_000;

export interface YamlFault {
  readonly code: Code;
  readonly at: Position;
  readonly path: Path;
  readonly message: string;
  readonly hint: string;
}

interface Conversion {
  readonly position: (offset: number) => Position;
  readonly anchors: Map<string, YamlNode>;
  readonly open: Set<YamlNode>;
  readonly faults: YamlFault[];
  aliased: number;
  aliasDepth: number;
}

const offsetOf = (node: YamlNode | null): number => node?.range?.[0] ?? 0;

const unwrittenAt = (at: Position): ScalarNode => ({ kind: 'scalar', at, value: null, source: '', unwritten: true });

const brokenAt = (at: Position): ScalarNode => ({ ...unwrittenAt(at), unwritten: false, broken: true });

const fault = (conversion: Conversion, code: Code, at: Position, path: Path, message: string, hint: string): Node => {
  conversion.faults.push({ code, at, path, message, hint });
  return brokenAt(at);
};

const scalarOf = (value: unknown, source: string | undefined, at: Position, length: number): ScalarNode => {
  const plain =
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === null
      ? value
      : typeof value === 'bigint'
        ? Number(value)
        : (source ?? String(value));
  return {
    kind: 'scalar',
    at,
    value: plain,
    source: source ?? String(plain),
    unwritten: plain === null && length === 0,
  };
};

const keyText = (pair: Pair): string | undefined => {
  const key = pair.key;
  if (!isScalar(key)) return undefined;
  if (typeof key.value === 'symbol') return '<<';
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value));
};

const isMerge = (pair: Pair): boolean =>
  isScalar(pair.key) && (typeof pair.key.value === 'symbol' || (pair.key.value === '<<' && pair.key.type === 'PLAIN'));

/** YAML merge keys, as Kubernetes' parser takes them: what stands in the mapping itself wins, then the first merged. */
const mergeInto = (entries: Map<string, Entry>, merged: Node): void => {
  const sources = merged.kind === 'list' ? merged.items : [merged];
  for (const source of sources) {
    if (source.kind !== 'map') continue;
    for (const [key, entry] of source.entries) if (!entries.has(key)) entries.set(key, entry);
  }
};

const convertMap = (conversion: Conversion, items: readonly Pair[], at: Position, path: Path): MapNode => {
  const entries = new Map<string, Entry>();
  const merges: Node[] = [];
  for (const pair of items) {
    const keyAt = conversion.position(offsetOf(pair.key as YamlNode | null));
    const key = keyText(pair);
    const value = pair.value as YamlNode | null;
    if (key === undefined) {
      fault(
        conversion,
        'YAML_KEY',
        keyAt,
        path,
        'this key is not plain text',
        'write the key as one word, without brackets; a Helm template must be rendered first',
      );
      continue;
    }
    const node = value === null ? unwrittenAt(keyAt) : convert(conversion, value, [...path, key]);
    if (isMerge(pair)) {
      merges.push(node);
    } else if (entries.has(key)) {
      fault(
        conversion,
        'YAML_DUPLICATE_KEY',
        keyAt,
        [...path, key],
        `the key "${key}" stands twice here`,
        'keep one of the two',
      );
    } else {
      entries.set(key, { keyAt, value: node });
    }
  }
  for (const merge of merges) mergeInto(entries, merge);
  return { kind: 'map', at, entries };
};

const convertAlias = (conversion: Conversion, name: string, at: Position, path: Path): Node => {
  const target = conversion.anchors.get(name);
  if (target === undefined) {
    return fault(
      conversion,
      'YAML_ALIAS',
      at,
      path,
      `there is no anchor &${name} before this alias`,
      name.startsWith('.')
        ? `an asterisk begins an alias in YAML: put the name in quotes, "*${name}"`
        : 'define the anchor earlier in the same document',
    );
  }
  if (conversion.open.has(target)) {
    return fault(conversion, 'YAML_ALIAS', at, path, `the anchor &${name} contains itself`, 'write the value out');
  }
  if (conversion.aliased > MAX_ALIASED_NODES) {
    const known = conversion.faults.some((one) => one.code === 'YAML_ALIAS');
    return known
      ? brokenAt(at)
      : fault(conversion, 'YAML_ALIAS', at, path, 'the aliases expand beyond reason', 'write the values out');
  }
  conversion.aliasDepth += 1;
  const node = convert(conversion, target, path);
  conversion.aliasDepth -= 1;
  return { ...node, at };
};

function convert(conversion: Conversion, node: YamlNode, path: Path): Node {
  const at = conversion.position(offsetOf(node));
  if (path.length > MAX_DEPTH) {
    const known = conversion.faults.some((one) => one.code === 'YAML_TOO_DEEP');
    if (known) return brokenAt(at);
    return fault(
      conversion,
      'YAML_TOO_DEEP',
      at,
      path.slice(0, 3),
      `nested more than ${MAX_DEPTH} levels deep`,
      'no declaration needs this',
    );
  }
  if (isAlias(node)) return convertAlias(conversion, node.source, at, path);
  if (conversion.aliasDepth > 0) conversion.aliased += 1;
  if ('anchor' in node && typeof node.anchor === 'string') conversion.anchors.set(node.anchor, node);
  if (isScalar(node)) return scalarOf(node.value, node.source, at, (node.range?.[1] ?? 0) - (node.range?.[0] ?? 0));
  conversion.open.add(node);
  try {
    if (isMap(node)) return convertMap(conversion, node.items as Pair[], at, path);
    if (isSeq(node)) return convertItems(conversion, node.items, at, path);
    return unwrittenAt(at);
  } finally {
    conversion.open.delete(node);
  }
}

const convertItems = (conversion: Conversion, items: readonly unknown[], at: Position, path: Path): ListNode => ({
  kind: 'list',
  at,
  items: items.map((item, index) =>
    item === null ? unwrittenAt(at) : convert(conversion, item as YamlNode, [...path, index]),
  ),
});

/** The tree of one document's contents, and what is wrong with its keys, aliases and depth. */
export const treeOf = (
  contents: YamlNode,
  position: (offset: number) => Position,
): { readonly root: Node; readonly faults: readonly YamlFault[] } => {
  const conversion: Conversion = {
    position,
    anchors: new Map(),
    open: new Set(),
    faults: [],
    aliased: 0,
    aliasDepth: 0,
  };
  const root = convert(conversion, contents, []);
  return { root, faults: conversion.faults };
};
