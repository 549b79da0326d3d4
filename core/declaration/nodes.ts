// A parsed document as a tree that remembers where everything stands. It must never know of the YAML library,
// nor of what a document means.

/** 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly at: Position;
  readonly value: string | number | boolean | null;
  /** The text as written, without quotes. */
  readonly source: string;
  /** Nothing is written after the key: there is no value to point at. */
  readonly unwritten: boolean;
  /** What stands here could not be read, and that has been said. */
  readonly broken?: true;
}

export interface Entry {
  readonly keyAt: Position;
  readonly value: Node;
}

export interface MapNode {
  readonly kind: 'map';
  readonly at: Position;
  readonly entries: ReadonlyMap<string, Entry>;
}

export interface ListNode {
  readonly kind: 'list';
  readonly at: Position;
  readonly items: readonly Node[];
}

export type Node = ScalarNode | MapNode | ListNode;
export type Path = readonly (string | number)[];

/** Kubernetes drops nulls: a null value is an absent one. */
export const isNull = (node: Node | undefined): boolean =>
  node === undefined || (node.kind === 'scalar' && node.value === null && node.broken !== true);

export const childOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? node.entries.get(key)?.value : undefined;

/** The text at a path of keys, or undefined where there is none or it is not text. */
export const textAt = (node: Node, ...keys: readonly string[]): string | undefined => {
  let here: Node | undefined = node;
  for (const key of keys) here = childOf(here, key);
  return here?.kind === 'scalar' && typeof here.value === 'string' ? here.value : undefined;
};

/** The texts of the list at a path of keys; what is not text is left out. */
export const textsAt = (node: Node, ...keys: readonly string[]): string[] => {
  let here: Node | undefined = node;
  for (const key of keys) here = childOf(here, key);
  if (here?.kind !== 'list') return [];
  return here.items.flatMap((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? [item.value] : []));
};

/** `spec.dnsNames[0]`; a key that is no identifier is quoted: `labels["a.b/c"]`. */
export const pathText = (path: Path): string => {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step)}]`;
  }
  return text;
};

/**
 * Where a path stands: at its value; at its key if `key` is asked or nothing is written after it; at the key of the
 * nearest parent if it is missing; at the document's first character if there is no key at all.
 */
export const locate = (root: Node, path: Path, at: 'value' | 'key' = 'value'): Position => {
  let node = root;
  let keyAt = root.at;
  for (const step of path) {
    if (typeof step === 'number') {
      const item = node.kind === 'list' ? node.items[step] : undefined;
      if (item === undefined) return keyAt;
      node = item;
      keyAt = item.at;
    } else {
      const entry = node.kind === 'map' ? node.entries.get(step) : undefined;
      if (entry === undefined) return keyAt;
      node = entry.value;
      keyAt = entry.keyAt;
    }
  }
  return at === 'key' || (node.kind === 'scalar' && node.unwritten) ? keyAt : node.at;
};
