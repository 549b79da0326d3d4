// From an Ingress or a Gateway with cert-manager's annotations to the Certificates that cert-manager's ingress-shim and
// gateway-shim (1.21, pkg/controller/certificate-shim) make of it. It must never judge what a Certificate's reader judges.
import { isIpAddress } from '../alternative-names.ts';
import { childOf, isNull, type MapNode, textAt } from '../nodes.ts';
import { type Finding, hasErrors } from '../problem.ts';
import { type Annotations, annotationsOf, IGNORED_LISTENERS, unknownAnnotations } from './annotations.ts';
import type { Entries, Host, SecretHosts } from './entries.ts';
import { gatewayEntries } from './gateway.ts';
import { ingressEntries } from './ingress.ts';
import { issuerPieces } from './issuer.ts';
import { translate } from './translate.ts';
import { type Grown, grow, list, type Piece, textOf } from './tree.ts';

export type ShimmedKind = 'Ingress' | 'Gateway';

/** Left behind when labels are copied (cert-manager#7306). */
const APPLY_SET_LABEL = 'applyset.kubernetes.io/part-of';

export interface Made {
  readonly certificates: readonly Grown[];
  /** What is wrong with the document itself. */
  readonly findings: readonly Finding[];
}

/** Deleted with its dependents (kubectl delete --cascade=foreground): cert-manager leaves it alone. */
const isBeingDeleted = (root: MapNode): boolean => {
  const metadata = childOf(root, 'metadata');
  const finalizers = childOf(metadata, 'finalizers');
  return (
    !isNull(childOf(metadata, 'deletionTimestamp')) ||
    (finalizers?.kind === 'list' && finalizers.items.some((one) => textOf(one) === 'foregroundDeletion'))
  );
};

/** Joins hosts and what an annotation adds; the same text twice is one name. */
const namesPiece = (field: string, hosts: readonly Host[], annotated: Piece | undefined): Piece[] => {
  const added = annotated?.node.kind === 'list' ? annotated.node.items : [];
  const all = [...hosts, ...added.map((node): Host => ({ node, from: annotated!.from }))];
  const texts = all.map(({ node }) => textOf(node));
  const unique = all.filter((_, index) => texts[index] === undefined || texts.indexOf(texts[index]) === index);
  const [first] = unique;
  if (first === undefined) return [];
  const node = list(
    unique.map((one) => one.node),
    first.node.at,
  );
  return [{ to: ['spec', field], node, from: first.from, items: unique.map(({ from }) => from) }];
};

const metadataPieces = (root: MapNode): Piece[] => {
  const pieces: Piece[] = [];
  const metadata = childOf(root, 'metadata');
  const namespace = childOf(metadata, 'namespace');
  if (namespace !== undefined && !isNull(namespace))
    pieces.push({ to: ['metadata', 'namespace'], node: namespace, from: ['metadata', 'namespace'] });
  const labels = childOf(metadata, 'labels');
  if (labels?.kind !== 'map') return pieces;
  for (const [key, { value }] of labels.entries)
    if (key !== APPLY_SET_LABEL)
      pieces.push({ to: ['metadata', 'labels', key], node: value, from: ['metadata', 'labels', key] });
  return pieces;
};

/** Without an annotation usages stay unwritten: what cert-manager writes there is what an absent list means. */
const certificateOf = (root: MapNode, entry: SecretHosts, said: readonly Piece[]): Grown => {
  const isIp = ({ node }: Host): boolean => isIpAddress(textOf(node) ?? '');
  const saidOf = (field: string): Piece | undefined => said.find(({ to }) => to[1] === field);
  const { node, from } = entry;
  const joined = ['dnsNames', 'ipAddresses'];
  const pieces: Piece[] = [
    ...metadataPieces(root),
    { to: ['metadata', 'name'], node, from },
    { to: ['spec', 'secretName'], node, from },
    ...namesPiece(
      'dnsNames',
      entry.hosts.filter((host) => !isIp(host)),
      saidOf('dnsNames'),
    ),
    ...namesPiece('ipAddresses', entry.hosts.filter(isIp), saidOf('ipAddresses')),
    ...said.filter(({ to }) => to[0] !== 'spec' || !joined.includes(to[1]!)),
  ];
  return grow(pieces, node.at, from);
};

const entriesOf = (kind: ShimmedKind, root: MapNode, annotations: Annotations): Entries => {
  if (kind === 'Ingress') return ingressEntries(root);
  const ignored = (annotations.get(IGNORED_LISTENERS)?.text ?? '').split(',').map((name) => name.trim());
  const namespace = textAt(root, 'metadata', 'namespace') || 'default';
  return gatewayEntries(
    root,
    namespace,
    ignored.filter((name) => name !== ''),
  );
};

/**
 * The Certificates of one Ingress or Gateway as trees, each with the way back to what was written. Codes:
 * SHIM_ISSUER_MISSING, SHIM_ISSUER_INVALID, SHIM_ANNOTATION_INVALID, SHIM_ENTRY_SKIPPED, SHIM_SECRET_TWICE,
 * ANNOTATION_NO_EFFECT, FIELD_TYPE.
 */
export const makeCertificates = (kind: ShimmedKind, root: MapNode): Made => {
  if (isBeingDeleted(root)) return { certificates: [], findings: [] };
  const annotations = annotationsOf(root);
  const issuer = issuerPieces(kind, annotations.value);
  const unread = [...annotations.findings, ...unknownAnnotations(annotations.value), ...issuer.findings];
  if (issuer.pieces === undefined) return { certificates: [], findings: unread };
  const said = translate(annotations.value);
  const { entries, findings: found } = entriesOf(kind, root, annotations.value);
  const findings = [...unread, ...said.findings, ...found];
  if (hasErrors([...annotations.findings, ...said.findings])) return { certificates: [], findings };
  const pieces = [...issuer.pieces, ...said.pieces];
  return { certificates: entries.map((entry) => certificateOf(root, entry, pieces)), findings };
};
