// The annotations that say where a Certificate is delivered to: each text read by itself. It must never know that one may
// contradict another.
import type { Workload, WorkloadKind } from '../bridge/model.ts';
import { checkLabels, checkObjectName } from './kubernetes-names.ts';
import { nearest } from './nearest.ts';
import type { Finding } from './problem.ts';

/** Names of clusters; an empty text or `none`: to no cluster. */
export const CLUSTERS_ANNOTATION = 'evercert.dev/clusters';
/** Namespaces that get the Secret, instead of the Certificate's own. */
export const NAMESPACES_ANNOTATION = 'evercert.dev/namespaces';
/** `key=value, key=value`: a copy in each namespace that has all these labels. */
export const NAMESPACE_SELECTOR_ANNOTATION = 'evercert.dev/namespace-selector';
/** "true": Stakater Reloader's match annotation on the Secret. */
export const RELOADER_ANNOTATION = 'evercert.dev/reloader';
/** `Deployment/web, StatefulSet/db`: restarted once the Secret is confirmed. */
export const RESTART_ANNOTATION = 'evercert.dev/restart';

export const DELIVERY_ANNOTATIONS: readonly string[] = [
  CLUSTERS_ANNOTATION,
  NAMESPACES_ANNOTATION,
  NAMESPACE_SELECTOR_ANNOTATION,
  RELOADER_ANNOTATION,
  RESTART_ANNOTATION,
];

type Fault = Omit<Finding, 'path' | 'at' | 'severity'>;

/** What a text says; undefined where it is not written, or only wrong. */
export interface Said<T> {
  readonly value: T | undefined;
  readonly faults: readonly Fault[];
}

const UNSAID: Said<never> = { value: undefined, faults: [] };

const wrong = (message: string, hint: string): Fault => ({ code: 'FIELD_VALUE', message, hint });
const quoted = (text: string): string => `"${text.slice(0, 80)}"`;

const partsOf = (text: string): { readonly parts: readonly string[]; readonly faults: readonly Fault[] } => {
  const parts = text.split(',').map((part) => part.trim());
  const full = [...new Set(parts.filter((part) => part !== ''))];
  if (full.length > 0 && full.length === new Set(parts).size) return { parts: full, faults: [] };
  const message = full.length === 0 ? 'nothing is named' : `${quoted(text)} has an empty part`;
  const hint = full.length === 0 ? 'leave the annotation out' : 'write values with single commas between them';
  return { parts: full, faults: [wrong(message, hint)] };
};

/** CLUSTER_UNKNOWN at a name that the setting does not have; where it has none at all, nothing is known of names. */
export const clustersOf = (text: string | undefined, known: readonly string[]): Said<readonly string[]> => {
  if (text === undefined) return UNSAID;
  if (['', 'none'].includes(text.trim())) return { value: [], faults: [] };
  if (known.length === 0) return UNSAID;
  const { parts, faults } = partsOf(text);
  const unknown = parts
    .filter((part) => !known.includes(part))
    .map((part): Fault => {
      const meant = nearest(part, known);
      const hint = meant === undefined ? `known: ${known.join(', ')}` : `did you mean ${meant}?`;
      return { code: 'CLUSTER_UNKNOWN', message: `no cluster is called ${quoted(part)}`, hint };
    });
  const value = parts.filter((part) => known.includes(part));
  // With wrong names alone it is not "to no cluster": the rest is judged as if nothing was written.
  return { value: value.length === 0 ? undefined : value, faults: [...faults, ...unknown] };
};

export const namespacesOf = (text: string | undefined): Said<readonly string[]> => {
  if (text === undefined) return UNSAID;
  const { parts, faults } = partsOf(text);
  const invalid = parts.flatMap((part) => checkObjectName(part, [], 'label'));
  const value = parts.filter((part) => checkObjectName(part, [], 'label').length === 0);
  return { value: value.length === 0 ? undefined : value, faults: [...faults, ...invalid.map(withoutPlace)] };
};

const withoutPlace = ({ code, message, hint }: Finding): Fault => ({ code, message, hint });

export const selectorOf = (text: string | undefined): Said<Readonly<Record<string, string>>> => {
  if (text === undefined) return UNSAID;
  const { parts, faults } = partsOf(text);
  const labels = new Map<string, string>();
  const wrongs: Fault[] = [...faults];
  for (const part of parts) {
    const [key = '', label] = part.split(/=(.*)/s).map((one) => one.trim());
    const hint = 'write labels that a namespace must have, all of them: team=web, env=prod';
    if (label === undefined) wrongs.push(wrong(`${quoted(part)} is not key=value`, hint));
    else if (labels.has(key)) wrongs.push(wrong(`${quoted(key)} cannot have two values`, hint));
    else labels.set(key, label);
  }
  const value = Object.fromEntries([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
  wrongs.push(...checkLabels(value, []).map(withoutPlace));
  return { value: wrongs.length === 0 ? value : undefined, faults: wrongs };
};

/** "true" or not there. */
export const switchOf = (text: string | undefined): Said<true> => {
  if (text === undefined || text === '' || text === 'false') return UNSAID;
  if (text === 'true') return { value: true, faults: [] };
  return { value: undefined, faults: [wrong(`${quoted(text)} is neither true nor false`, 'write "true"')] };
};

const KINDS: readonly WorkloadKind[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

const workloadOf = (part: string): Workload | Fault => {
  const [written = '', name, ...rest] = part.split('/').map((one) => one.trim());
  const kind = KINDS.find((one) => one === written);
  const meant = kind ?? nearest(written, KINDS);
  if (name === undefined || rest.length > 0 || meant === undefined) {
    const message = `${quoted(part)} is no workload that can be restarted`;
    return wrong(message, `write ${KINDS.map((one) => `${one}/name`).join(', ')}`);
  }
  if (kind === undefined) return wrong(`there is no kind ${quoted(written)}`, `did you mean ${meant}/${name}?`);
  if (name === '') return wrong(`${quoted(part)} names no ${kind}`, `write ${kind}/name`);
  const [invalid] = checkObjectName(name, []);
  return invalid === undefined ? { kind, name } : withoutPlace(invalid);
};

/** Sorted; an empty text asks for nothing. */
export const workloadsOf = (text: string | undefined): Said<readonly Workload[]> => {
  if (text === undefined || text === '') return UNSAID;
  const { parts, faults } = partsOf(text);
  const read = parts.map(workloadOf);
  const value = read.flatMap((one) => ('kind' in one ? [one] : []));
  const byText = (a: Workload, b: Workload): number => (`${a.kind}/${a.name}` < `${b.kind}/${b.name}` ? -1 : 1);
  return {
    value: value.length === 0 ? undefined : value.sort(byText),
    faults: [...faults, ...read.flatMap((one) => ('kind' in one ? [] : [one]))],
  };
};
