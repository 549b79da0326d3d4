// Manifests that ask for the very same Certificate (a canary, paths split over several Ingresses): cert-manager lets the first
// own it and looks no further, and so do we where the others ask for nothing else. It must never know a kind of manifest.
import { childOf, type MapNode, type Node } from '../nodes.ts';

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

/** What is written, without where. */
const plain = (node: Node | undefined): unknown => {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  return [...node.entries].map(([key, { value }]) => [key, plain(value)] as const).sort(byKey);
};

/** Equal texts for Certificates that differ in nothing but their labels and their places. */
const likeness = (root: MapNode): string => {
  const metadata = childOf(root, 'metadata');
  const told = ['namespace', 'name', 'annotations'].map((key) => plain(childOf(metadata, key)));
  return JSON.stringify([...told, plain(childOf(root, 'spec'))]);
};

/** Of made Certificates that are alike the first; all that are declared. */
export const withoutRepeats = <O extends { readonly root: MapNode; readonly written?: object }>(
  objects: readonly O[],
): O[] => {
  const seen = new Set<string>();
  return objects.filter(({ root, written }) => {
    if (written === undefined) return true;
    const alike = likeness(root);
    const isFirst = !seen.has(alike);
    seen.add(alike);
    return isFirst;
  });
};
