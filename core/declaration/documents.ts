// From documents to the objects that are ours: which kinds are read, which are passed over, which are refused.
// It must never know the fields inside `spec`.

import type { IssuerKind } from './issuer-model.ts';
import { nearest } from './nearest.ts';
import { childOf, isNull, type MapNode, type Node, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';
import { isAnnotated } from './shim/annotations.ts';
import type { ShimmedKind } from './shim/make.ts';

const GROUP = 'cert-manager.io';
const PRIVATE_CA_GROUP = 'awspca.cert-manager.io';
/** What is read, by its apiVersion. */
const KINDS = {
  [`${GROUP}/v1`]: ['Certificate', 'Issuer', 'ClusterIssuer'],
  [`${PRIVATE_CA_GROUP}/v1beta1`]: ['AWSPCAIssuer', 'AWSPCAClusterIssuer'],
} as const satisfies Readonly<Record<string, readonly ('Certificate' | IssuerKind)[]>>;
const VERSIONS = Object.keys(KINDS) as (keyof typeof KINDS)[];
/** Kinds of cert-manager.io/v1 and acme.cert-manager.io/v1 that a controller makes, and nobody declares. */
const MADE_BY_CONTROLLERS = ['CertificateRequest', 'Order', 'Challenge'];
/** What cert-manager's shims make Certificates of, by its apiVersion. */
const SHIMMED: Readonly<Record<string, ShimmedKind>> = {
  'networking.k8s.io/v1': 'Ingress',
  'gateway.networking.k8s.io/v1': 'Gateway',
  'gateway.networking.k8s.io/v1beta1': 'Gateway',
};
const MAX_LIST_DEPTH = 5;

export type OurKind = 'Certificate' | IssuerKind;

/** The apiVersion that serves a kind; undefined for a kind that is not ours. */
const versionOf = (kind: string): keyof typeof KINDS | undefined =>
  VERSIONS.find((version) => KINDS[version].some((one: string) => one === kind));

export type Sorted =
  | { readonly is: 'ours'; readonly kind: OurKind; readonly root: MapNode }
  | { readonly is: 'shimmed'; readonly kind: ShimmedKind; readonly root: MapNode }
  | { readonly is: 'refused'; readonly root: MapNode; readonly finding: Finding }
  | { readonly is: 'passed-over'; readonly root: Node; readonly kind: string };

/** What a document or list item inherits from the list around it. */
interface Inherited {
  readonly apiVersion?: string;
  readonly kind?: string;
}

const groupOf = (apiVersion: string): string =>
  apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';

const asMap = (node: Node): MapNode => ({ kind: 'map', at: node.at, entries: new Map() });

const refuse = (root: MapNode, finding: Finding): Sorted[] => [{ is: 'refused', root, finding }];

const notObject = (root: Node): Sorted[] =>
  refuse(asMap(root), {
    code: 'DOCUMENT_NOT_OBJECT',
    path: [],
    message: 'this document is not a Kubernetes object',
    hint: 'an object begins with apiVersion, kind, metadata and spec; documents are parted by a line ---',
  });

const withoutKind = (root: MapNode): Sorted[] => {
  const like = ['apiVersion', 'metadata', 'spec'].filter((key) => root.entries.has(key));
  if (like.length === 0) return [{ is: 'passed-over', root, kind: '(no kind)' }];
  const misspelled = [...root.entries.keys()].find((key) => nearest(key, ['kind']) !== undefined);
  const hint =
    misspelled === undefined
      ? 'add kind: Certificate, Issuer or ClusterIssuer'
      : `"${misspelled}" is written where kind should be`;
  return refuse(root, { code: 'KIND_MISSING', path: ['kind'], message: 'kind is missing', hint });
};

const withoutApiVersion = (root: MapNode, kind: string): Sorted[] => {
  const version = versionOf(kind);
  if (version === undefined) return [{ is: 'passed-over', root, kind }];
  const hint = `add apiVersion: ${version}`;
  return refuse(root, { code: 'API_VERSION_MISSING', path: ['apiVersion'], message: 'apiVersion is missing', hint });
};

/** A kind of ours under an apiVersion of its group that is not served. */
const ofOldVersion = (root: MapNode, apiVersion: string, version: string): Sorted[] => {
  const message = `${apiVersion} is not served by cert-manager any more`;
  const hint = `write ${version}, and check the fields against it`;
  return refuse(root, { code: 'API_VERSION_UNKNOWN', path: ['apiVersion'], message, hint });
};

const ofOurGroup = (root: MapNode, apiVersion: string, kind: string): Sorted[] => {
  const served = VERSIONS.find((version) => groupOf(version) === groupOf(apiVersion))!;
  const ours = KINDS[served].find((one) => one === kind);
  if (apiVersion !== served)
    return ours === undefined ? [{ is: 'passed-over', root, kind }] : ofOldVersion(root, apiVersion, served);
  if (ours !== undefined) return [{ is: 'ours', kind: ours, root }];
  if (MADE_BY_CONTROLLERS.includes(kind)) return [{ is: 'passed-over', root, kind }];
  const elsewhere = versionOf(kind);
  const meant = nearest(kind, KINDS[served]);
  const known = meant === undefined ? `known kinds: ${KINDS[served].join(', ')}` : `did you mean ${meant}?`;
  const hint = elsewhere === undefined ? known : `a ${kind} has apiVersion: ${elsewhere}`;
  return refuse(root, { code: 'KIND_UNKNOWN', path: ['kind'], message: `${served} has no kind "${kind}"`, hint });
};

const ofOtherGroup = (root: MapNode, apiVersion: string, kind: string): Sorted[] => {
  const shimmed = Object.hasOwn(SHIMMED, apiVersion) ? SHIMMED[apiVersion] : undefined;
  if (shimmed === kind && isAnnotated(root)) return [{ is: 'shimmed', kind: shimmed, root }];
  const group = groupOf(apiVersion);
  const version = versionOf(kind);
  const misspelled = group === 'certmanager.k8s.io' || nearest(group, VERSIONS.map(groupOf)) !== undefined;
  if (!misspelled || version === undefined) return [{ is: 'passed-over', root, kind }];
  const message = `"${apiVersion}" is not a version of cert-manager's ${kind}`;
  return refuse(root, { code: 'API_VERSION_UNKNOWN', path: ['apiVersion'], message, hint: `did you mean ${version}?` });
};

const isOurGroup = (group: string): boolean => VERSIONS.some((version) => groupOf(version) === group);

/** Lists are opened where something of ours, or something to make it of, may lie in them. */
const isOpened = (kind: string, apiVersion: string | undefined): boolean => {
  if (kind === 'List') return true;
  if (apiVersion === undefined || !kind.endsWith('List')) return false;
  return isOurGroup(groupOf(apiVersion)) || `${SHIMMED[apiVersion]}List` === kind;
};

const itemsOf = (root: MapNode, apiVersion: string, kind: string, depth: number): Sorted[] => {
  const items = childOf(root, 'items');
  if (items?.kind !== 'list' || depth > MAX_LIST_DEPTH) return [{ is: 'passed-over', root, kind }];
  const inherited = kind === 'List' ? {} : { apiVersion, kind: kind.slice(0, -'List'.length) };
  return items.items.flatMap((item) => (isNull(item) ? [] : sortDocument(item, inherited, depth + 1)));
};

/**
 * Says of one document (or of each item of a List) whether it is ours, refused, or passed over.
 * A list's items are objects of their own: paths inside them begin at the item.
 */
export function sortDocument(root: Node, inherited: Inherited = {}, depth = 0): Sorted[] {
  if (root.kind !== 'map') return notObject(root);
  const kindNode = childOf(root, 'kind');
  const kind = textAt(root, 'kind') ?? (isNull(kindNode) ? inherited.kind : undefined);
  const apiVersion =
    textAt(root, 'apiVersion') ?? (isNull(childOf(root, 'apiVersion')) ? inherited.apiVersion : undefined);
  if (kind === undefined) {
    if (isNull(kindNode)) return withoutKind(root);
    return refuse(root, {
      code: 'FIELD_TYPE',
      path: ['kind'],
      message: 'kind must be text',
      hint: 'write kind: Certificate',
    });
  }
  if (isOpened(kind, apiVersion)) return itemsOf(root, apiVersion ?? 'v1', kind, depth);
  if (apiVersion === undefined) return withoutApiVersion(root, kind);
  return isOurGroup(groupOf(apiVersion)) ? ofOurGroup(root, apiVersion, kind) : ofOtherGroup(root, apiVersion, kind);
}
