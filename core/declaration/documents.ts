// From documents to the objects that are ours: which kinds are read, which are passed over, which are refused.
// It must never know the fields inside `spec`.

import { nearest } from './nearest.ts';
import { childOf, isNull, type MapNode, type Node, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';

const GROUP = 'cert-manager.io';
const KINDS = ['Certificate', 'Issuer', 'ClusterIssuer'] as const;
/** Kinds of cert-manager.io/v1 and acme.cert-manager.io/v1 that a controller makes, and nobody declares. */
const MADE_BY_CONTROLLERS = ['CertificateRequest', 'Order', 'Challenge'];
const PRIVATE_CA_GROUP = 'awspca.cert-manager.io';
const MAX_LIST_DEPTH = 5;

export type OurKind = (typeof KINDS)[number];

export type Sorted =
  | { readonly is: 'ours'; readonly kind: OurKind; readonly root: MapNode }
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
  if (!KINDS.some((one) => one === kind)) return [{ is: 'passed-over', root, kind }];
  const hint = `add apiVersion: ${GROUP}/v1`;
  return refuse(root, { code: 'API_VERSION_MISSING', path: ['apiVersion'], message: 'apiVersion is missing', hint });
};

const ofOurGroup = (root: MapNode, apiVersion: string, kind: string): Sorted[] => {
  const ours = KINDS.find((one) => one === kind);
  if (apiVersion !== `${GROUP}/v1`) {
    if (ours === undefined) return [{ is: 'passed-over', root, kind }];
    const message = `${apiVersion} is not served by cert-manager any more`;
    return refuse(root, {
      code: 'API_VERSION_UNKNOWN',
      path: ['apiVersion'],
      message,
      hint: `write ${GROUP}/v1, and check the fields against it`,
    });
  }
  if (ours !== undefined) return [{ is: 'ours', kind: ours, root }];
  if (MADE_BY_CONTROLLERS.includes(kind)) return [{ is: 'passed-over', root, kind }];
  const meant = nearest(kind, KINDS);
  const hint = meant === undefined ? `known kinds: ${KINDS.join(', ')}` : `did you mean ${meant}?`;
  return refuse(root, { code: 'KIND_UNKNOWN', path: ['kind'], message: `${GROUP}/v1 has no kind "${kind}"`, hint });
};

const ofOtherGroup = (root: MapNode, apiVersion: string, kind: string): Sorted[] => {
  const group = groupOf(apiVersion);
  if (group === PRIVATE_CA_GROUP) {
    const hint = 'for now only ACME issuers are supported: use an Issuer or ClusterIssuer with spec.acme';
    return refuse(root, { code: 'KIND_NOT_SUPPORTED', path: ['kind'], message: `${kind} is not supported yet`, hint });
  }
  const misspelled = group === 'certmanager.k8s.io' || nearest(group, [GROUP]) !== undefined;
  if (!misspelled || !KINDS.some((one) => one === kind)) return [{ is: 'passed-over', root, kind }];
  const message = `"${apiVersion}" is not a version of cert-manager's ${kind}`;
  return refuse(root, {
    code: 'API_VERSION_UNKNOWN',
    path: ['apiVersion'],
    message,
    hint: `did you mean ${GROUP}/v1?`,
  });
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
  if (kind === 'List' || (kind.endsWith('List') && apiVersion !== undefined && groupOf(apiVersion) === GROUP)) {
    return itemsOf(root, apiVersion ?? 'v1', kind, depth);
  }
  if (apiVersion === undefined) return withoutApiVersion(root, kind);
  return groupOf(apiVersion) === GROUP ? ofOurGroup(root, apiVersion, kind) : ofOtherGroup(root, apiVersion, kind);
}
