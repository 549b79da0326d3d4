// Two Certificates that would want the same Secret of one cluster's namespace. It must never know what an annotation says,
// only where it comes to.
import { type DeliverySpec, publicName } from '../bridge/model.ts';
import { others, type Placed, type PlacedFinding } from './across.ts';
import { checkDelivery } from './delivery.ts';
import { DELIVERY_ANNOTATIONS, NAMESPACE_SELECTOR_ANNOTATION, NAMESPACES_ANNOTATION } from './delivery-annotations.ts';
import { childOf, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';

/** A Certificate with its Secret and where that goes. */
interface Delivered {
  readonly placed: Placed;
  readonly secretName: string;
  readonly delivery: DeliverySpec;
}

const deliveredOf = (placed: Placed, clusters: readonly string[]): Delivered | undefined => {
  const secretName = textAt(placed.root, 'spec', 'secretName');
  if (placed.identity.kind !== 'Certificate' || !secretName) return undefined;
  const written = DELIVERY_ANNOTATIONS.map((key) => [key, textAt(placed.root, 'metadata', 'annotations', key)]);
  const annotations = Object.fromEntries(written.filter(([, text]) => text !== undefined)) as Record<string, string>;
  const { namespace } = placed.identity;
  const isCaNode = childOf(childOf(placed.root, 'spec'), 'isCA');
  const isCa = isCaNode?.kind === 'scalar' && isCaNode.value === true;
  const { value } = checkDelivery({ annotations, namespace, secretName, isCa, clusters });
  return value && { placed, secretName, delivery: value };
};

type Overlap = 'surely' | 'perhaps' | 'never';

/** The label that each namespace has, with its name (Kubernetes 1.21 and later). */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/** Labels of a namespace that is named are not known, but for its name. */
const selected = (selector: Readonly<Record<string, string>>, namespaces: readonly string[]): Overlap => {
  const named = selector[NAME_LABEL];
  if (named === undefined) return 'perhaps';
  if (!namespaces.includes(named)) return 'never';
  return Object.keys(selector).length === 1 ? 'surely' : 'perhaps';
};

type Selector = Readonly<Record<string, string>>;

/** Where one asks for all that the other asks for, whatever it selects the other selects too. */
const bothSelected = (a: Selector, b: Selector): Overlap => {
  const shared = Object.keys(a).filter((key) => key in b);
  if (shared.some((key) => a[key] !== b[key])) return 'never';
  const fewest = Math.min(Object.keys(a).length, Object.keys(b).length);
  return shared.length === fewest ? 'surely' : 'perhaps';
};

const overlapOf = (a: DeliverySpec, b: DeliverySpec): Overlap => {
  const [one, other] = [a.namespaceSelector, b.namespaceSelector];
  if (one !== undefined && other !== undefined) return bothSelected(one, other);
  if (one !== undefined) return selected(one, b.namespaces);
  if (other !== undefined) return selected(other, a.namespaces);
  return a.namespaces.some((namespace) => b.namespaces.includes(namespace)) ? 'surely' : 'never';
};

/** One namespace has one ExternalSecret of a name: that they are the same Secret has been said (SECRET_NAME_TWICE). */
const isSaid = (a: Delivered, b: Delivered): boolean =>
  a.placed.identity.namespace === b.placed.identity.namespace &&
  (a.secretName === b.secretName || a.placed.identity.name === b.placed.identity.name);

const pathOf = ({ delivery, placed }: Delivered): readonly string[] => {
  const annotation = delivery.namespaceSelector ? NAMESPACE_SELECTOR_ANNOTATION : NAMESPACES_ANNOTATION;
  const path = ['metadata', 'annotations', annotation];
  return textAt(placed.root, ...path) === undefined ? ['spec', 'secretName'] : path;
};

/** Certificates that take one name in one cluster. */
interface Group {
  readonly byNamespace: Map<string, Delivered[]>;
  readonly selecting: Delivered[];
}

const addTo = <K, V>(map: Map<K, V[]>, key: K, value: V): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
};

/** The Secret's name, and that of its public companion. */
const namesOf = ({ secretName }: Delivered): readonly string[] => [secretName, publicName(secretName)];

const groupsOf = (all: readonly Delivered[]): Map<string, Group> => {
  const groups = new Map<string, Group>();
  for (const one of all)
    for (const cluster of one.delivery.clusters)
      for (const name of namesOf(one)) {
        const key = JSON.stringify([cluster, name]);
        const group: Group = groups.get(key) ?? { byNamespace: new Map(), selecting: [] };
        groups.set(key, group);
        if (one.delivery.namespaceSelector !== undefined) group.selecting.push(one);
        for (const namespace of one.delivery.namespaces) addTo(group.byNamespace, namespace, one);
      }
  return groups;
};

/** A named namespace is looked up; selectors are compared with each. */
const candidates = (one: Delivered, { byNamespace, selecting }: Group): readonly Delivered[] =>
  one.delivery.namespaceSelector === undefined
    ? [...one.delivery.namespaces.flatMap((namespace) => byNamespace.get(namespace) ?? []), ...selecting]
    : [...[...byNamespace.values()].flat(), ...selecting];

interface Rivals {
  readonly surely: Map<Delivered, Set<string>>;
  readonly perhaps: Map<Delivered, Set<string>>;
}

/** With the clusters in which they meet. */
const rivalsOf = (one: Delivered, groups: ReadonlyMap<string, Group>): Rivals => {
  const found: Rivals = { surely: new Map(), perhaps: new Map() };
  for (const cluster of one.delivery.clusters)
    for (const name of namesOf(one))
      for (const other of candidates(one, groups.get(JSON.stringify([cluster, name]))!)) {
        const overlap = other === one || isSaid(one, other) ? 'never' : overlapOf(one.delivery, other.delivery);
        if (overlap === 'never') continue;
        const clusters = found[overlap].get(other) ?? new Set();
        found[overlap].set(other, clusters.add(cluster));
      }
  return found;
};

const findingOf = (one: Delivered, rivals: Map<Delivered, Set<string>>, severity: 'error' | 'warning'): Finding[] => {
  if (rivals.size === 0) return [];
  const all = [...rivals.keys()];
  const clusters = [...new Set([...rivals.values()].flatMap((names) => [...names]))].sort();
  const places = others([one.placed, ...all.map(({ placed }) => placed)], one.placed, ['spec', 'secretName']);
  const isSame = all.some(({ secretName }) => secretName === one.secretName);
  const secret = isSame
    ? `the Secret "${one.secretName}"`
    : `the name of "${one.secretName}" or of its public companion`;
  const where = severity === 'error' ? '' : ', in namespaces that both may come to,';
  return [
    {
      code: 'DELIVERED_TWICE',
      severity,
      path: pathOf(one),
      message: `in cluster ${clusters.join(', ')} ${secret}${where} is wanted at ${places} too`,
      hint: 'give one of them another secretName, other clusters or other namespaces',
    },
  ];
};

/** DELIVERED_TWICE, at each of them with the place of the others: a warning where labels of namespaces decide. */
export const findDeliveredTwice = (all: readonly Placed[], clusters: readonly string[]): PlacedFinding[] => {
  if (clusters.length === 0) return [];
  const delivered = all.flatMap((placed) => deliveredOf(placed, clusters) ?? []);
  const groups = groupsOf(delivered);
  return delivered.flatMap((one) => {
    const { surely, perhaps } = rivalsOf(one, groups);
    const findings = [...findingOf(one, surely, 'error'), ...findingOf(one, perhaps, 'warning')];
    return findings.map((finding) => ({ placed: one.placed, finding }));
  });
};
