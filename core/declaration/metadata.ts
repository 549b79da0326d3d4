// The metadata of an object: identity, labels, annotations. It must never know `spec`.

import { DELIVERY_ANNOTATIONS } from './delivery-annotations.ts';
import type { IssuerKind } from './issuer-model.ts';
import { isClustered } from './issuer-types.ts';
import { checkAnnotations, checkLabels, checkObjectName } from './kubernetes-names.ts';
import { nearest } from './nearest.ts';
import { childOf, isNull, type MapNode, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';

export const EXTERNAL_ID_ANNOTATION = 'evercert.dev/route53-external-id';
/** sts:ExternalId of an AWSPCAIssuer's role. */
export const PRIVATE_CA_EXTERNAL_ID_ANNOTATION = 'evercert.dev/external-id';
/** "0" to "3": the longest path length that a Private CA issuer signs CA certificates with. */
export const ALLOW_SUBORDINATE_CA_ANNOTATION = 'evercert.dev/allow-subordinate-ca';
/** "true": what would outlive its CA ends with it. */
export const CLAMP_TO_CA_ANNOTATION = 'evercert.dev/clamp-to-ca';
export const TEMPORARY_ANNOTATION = 'cert-manager.io/issue-temporary-certificate';
export const ON_DRIFT_ANNOTATION = 'evercert.dev/on-drift';
const ON_DRIFT = ['report', 'repair'] as const;
export const RENEW_REQUESTED_ANNOTATION = 'evercert.dev/renew-requested';
const PRIVATE_CA_ANNOTATIONS = [
  PRIVATE_CA_EXTERNAL_ID_ANNOTATION,
  ALLOW_SUBORDINATE_CA_ANNOTATION,
  CLAMP_TO_CA_ANNOTATION,
];
const OUR_ANNOTATIONS = [
  EXTERNAL_ID_ANNOTATION,
  ON_DRIFT_ANNOTATION,
  RENEW_REQUESTED_ANNOTATION,
  ...PRIVATE_CA_ANNOTATIONS,
  ...DELIVERY_ANNOTATIONS,
];

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

/** Where an object stands: the identity by which others find it. Namespace `default` where none is written. */
export interface Identity {
  readonly kind: 'Certificate' | IssuerKind;
  /** Empty for an issuer that serves all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

const isClusterWide = (kind: Identity['kind']): boolean => kind !== 'Certificate' && isClustered(kind);

/** The identity as far as it can be read, also from a document with errors. */
export const identityOf = (kind: Identity['kind'], root: MapNode): Identity | undefined => {
  const name = textAt(root, 'metadata', 'name');
  if (name === undefined || name === '') return undefined;
  const namespace = textAt(root, 'metadata', 'namespace');
  return { kind, namespace: isClusterWide(kind) ? '' : namespace || 'default', name };
};

export const identityText = ({ kind, namespace, name }: Identity): string =>
  isClusterWide(kind) ? `${kind} "${name}"` : `${kind} "${namespace}/${name}"`;

const isPrivateCa = (kind: Identity['kind']): boolean => kind === 'AWSPCAIssuer' || kind === 'AWSPCAClusterIssuer';

const annotationFinding = (kind: Identity['kind'], key: string, text: string): Finding | undefined => {
  const path = ['metadata', 'annotations', key];
  const said = { code: 'ANNOTATION_NO_EFFECT', path } as const;
  if (key === TEMPORARY_ANNOTATION) {
    if (kind === 'Certificate' && (text === 'true' || text === 'false')) return undefined;
    const hint = 'write "true" on the Certificate';
    return { ...said, message: 'only "true" on a Certificate asks for a temporary certificate', hint };
  }
  if (PRIVATE_CA_ANNOTATIONS.includes(key) && !isPrivateCa(kind)) {
    const hint = 'write it on an AWSPCAIssuer or AWSPCAClusterIssuer';
    return { ...said, at: 'key', message: `${key} says nothing to this ${kind}`, hint };
  }
  if (DELIVERY_ANNOTATIONS.includes(key) && kind !== 'Certificate')
    return { ...said, at: 'key', message: `${key} says nothing to an issuer`, hint: 'write it on a Certificate' };
  if (!key.startsWith('evercert.dev/') || OUR_ANNOTATIONS.includes(key)) return undefined;
  const meant = nearest(key, OUR_ANNOTATIONS);
  const hint = meant === undefined ? `known: ${OUR_ANNOTATIONS.join(', ')}` : `did you mean ${meant}?`;
  return { ...said, at: 'key', message: `there is no annotation "${key.slice(0, 80)}"`, hint };
};

/** What a Certificate's annotation says of drift; another text has no effect, and a warning. */
export const onDriftOf = (annotations: Readonly<Record<string, string>> | undefined): 'report' | 'repair' | undefined =>
  ON_DRIFT.find((one) => one === annotations?.[ON_DRIFT_ANNOTATION]);

const onDriftFinding = (annotations: Readonly<Record<string, string>> | undefined): Finding[] => {
  const written = annotations?.[ON_DRIFT_ANNOTATION];
  if (written === undefined || onDriftOf(annotations) !== undefined) return [];
  const message = `"${written.slice(0, 80)}" is neither report nor repair`;
  const path = ['metadata', 'annotations', ON_DRIFT_ANNOTATION];
  return [{ code: 'ANNOTATION_NO_EFFECT', path, message, hint: 'write report or repair' }];
};

/** Names, labels and annotations by Kubernetes' rules. */
export const checkMetadata = (kind: Identity['kind'], metadata: Metadata, root: MapNode): Finding[] => {
  const findings = [
    ...checkObjectName(metadata.name, ['metadata', 'name']),
    ...checkLabels(metadata.labels, ['metadata', 'labels']),
    ...checkAnnotations(metadata.annotations, ['metadata', 'annotations']),
    ...Object.entries(metadata.annotations ?? {}).flatMap(([key, text]) => annotationFinding(kind, key, text) ?? []),
    ...onDriftFinding(metadata.annotations),
  ];
  if (!isClusterWide(kind))
    return [...findings, ...checkObjectName(metadata.namespace, ['metadata', 'namespace'], 'label')];
  if (isNull(childOf(childOf(root, 'metadata'), 'namespace'))) return findings;
  const message = `${isPrivateCa(kind) ? 'an' : 'a'} ${kind} serves all namespaces`;
  return [
    ...findings,
    { code: 'NAMESPACE_IGNORED', path: ['metadata', 'namespace'], message, hint: 'leave the namespace out' },
  ];
};
