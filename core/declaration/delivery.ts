// Where a Certificate is delivered to: its annotations and the names of the clusters, resolved. It must never know how a
// cluster is reached, nor what is issued.
import { type DeliverySpec, publicName, type Workload } from '../bridge/model.ts';
import {
  CLUSTERS_ANNOTATION as CLUSTERS,
  clustersOf,
  DELIVERY_ANNOTATIONS,
  NAMESPACE_SELECTOR_ANNOTATION as NAMESPACE_SELECTOR,
  NAMESPACES_ANNOTATION as NAMESPACES,
  namespacesOf,
  RELOADER_ANNOTATION as RELOADER,
  RESTART_ANNOTATION as RESTART,
  type Said,
  selectorOf,
  switchOf,
  workloadsOf,
} from './delivery-annotations.ts';
import type { Finding } from './problem.ts';

export interface Wished {
  readonly annotations: Readonly<Record<string, string>>;
  /** The Certificate's own. */
  readonly namespace: string;
  readonly secretName: string;
  /** A CA certificate goes nowhere unless its annotation names clusters: workloads need its `ca.crt`, never its key. */
  readonly isCa?: boolean;
  /** Names of the setting `clusters`. */
  readonly clusters: readonly string[];
}

const pathOf = (annotation: string): readonly string[] => ['metadata', 'annotations', annotation];

const noEffect = (annotation: string, message: string, hint: string): Finding => ({
  code: 'ANNOTATION_NO_EFFECT',
  path: pathOf(annotation),
  at: 'key',
  message,
  hint,
});

/** Delivered where nothing is written of clusters. */
const usual = ({ clusters, isCa }: Wished): readonly string[] => (isCa === true ? [] : clusters);

const whyNowhere = ({ annotations, isCa }: Wished): readonly [message: string, hint: string] =>
  isCa === true && annotations[CLUSTERS] === undefined
    ? ['a CA certificate, with its key, is delivered to no cluster by itself', `name the clusters in ${CLUSTERS}`]
    : [`${CLUSTERS} says that it is delivered to no cluster`, `remove this, or ${CLUSTERS}`];

/** What is written although nothing is delivered; that nothing is to be delivered is no contradiction. */
const withoutEffect = ({ annotations, clusters, ...wished }: Wished): Finding[] =>
  DELIVERY_ANNOTATIONS.filter((one) => annotations[one] !== undefined && (clusters.length === 0 || one !== CLUSTERS))
    .filter((one) => one !== CLUSTERS || !['', 'none'].includes(annotations[one]!.trim()))
    .map((one) =>
      clusters.length === 0
        ? noEffect(one, 'no cluster is configured, so nothing is delivered', 'name them in the setting clusters')
        : noEffect(one, ...whyNowhere({ annotations, clusters, ...wished })),
    );

/** What two annotations say against each other. */
const contradictions = ({ annotations }: Wished): Finding[] => {
  if (annotations[NAMESPACE_SELECTOR] === undefined) return [];
  const findings: Finding[] = [];
  if (annotations[NAMESPACES] !== undefined)
    findings.push({
      code: 'NAMESPACES_TWICE',
      path: pathOf(NAMESPACES),
      at: 'key',
      message: `${NAMESPACES} and ${NAMESPACE_SELECTOR} exclude each other`,
      hint: 'name the namespaces, or select them by their labels',
    });
  if (annotations[RESTART])
    findings.push({
      code: 'RESTART_WITH_SELECTOR',
      path: pathOf(RESTART),
      at: 'key',
      message: 'workloads are not restarted in namespaces that are selected by their labels',
      hint: `name the namespaces in ${NAMESPACES}, or let Reloader restart what reads the Secret: ${RELOADER}: "true"`,
    });
  return findings;
};

const LONGEST_NAME = 253;

/** A name that is too long itself has been told already. */
const companionFits = ({ secretName }: Wished): Finding[] => {
  const companion = publicName(secretName);
  if (companion.length <= LONGEST_NAME || secretName.length > LONGEST_NAME) return [];
  const message = `beside it stands "${companion.slice(0, 40)}...", which would have ${companion.length} characters`;
  const hint = `a Secret that is delivered has a name of at most ${LONGEST_NAME - publicName('').length} characters`;
  return [{ code: 'NAME_INVALID', path: ['spec', 'secretName'], message, hint }];
};

interface Read {
  readonly clusters: Said<readonly string[]>;
  readonly namespaces: Said<readonly string[]>;
  readonly selector: Said<Readonly<Record<string, string>>>;
  readonly reloader: Said<true>;
  readonly restart: Said<readonly Workload[]>;
}

/** Unwritten and wrong parts are undefined. */
const readAll = ({ annotations, clusters }: Wished): Read => ({
  clusters: clustersOf(annotations[CLUSTERS], clusters),
  namespaces: namespacesOf(annotations[NAMESPACES]),
  selector: selectorOf(annotations[NAMESPACE_SELECTOR]),
  reloader: switchOf(annotations[RELOADER]),
  restart: workloadsOf(annotations[RESTART]),
});

const specOf = (read: Read, wished: Wished): DeliverySpec => {
  const { namespace } = wished;
  const selector = read.selector.value;
  const namespaces = selector === undefined ? (read.namespaces.value ?? [namespace]) : [];
  return {
    clusters: [...(read.clusters.value ?? usual(wished))].sort(),
    namespaces: [...namespaces].sort(),
    ...(selector === undefined ? {} : { namespaceSelector: selector }),
    ...(read.reloader.value === undefined ? {} : { reloader: true }),
    ...(read.restart.value === undefined ? {} : { restart: read.restart.value }),
  };
};

/**
 * `spec.delivery` and what is wrong with the annotations; absent: delivered to no cluster. Codes: CLUSTER_UNKNOWN, NAME_INVALID,
 * LABEL_INVALID, FIELD_VALUE, NAMESPACES_TWICE, RESTART_WITH_SELECTOR, ANNOTATION_NO_EFFECT.
 */
export const checkDelivery = (
  wished: Wished,
): { readonly value: DeliverySpec | undefined; readonly findings: readonly Finding[] } => {
  const read = readAll(wished);
  const wrong = (Object.keys(read) as (keyof Read)[]).flatMap((part) =>
    read[part].faults.map((fault): Finding => ({ ...fault, path: pathOf(ANNOTATION_OF[part]) })),
  );
  const findings = [...wrong, ...contradictions(wished)];
  const isDelivered = (read.clusters.value ?? usual(wished)).length > 0 && wished.clusters.length > 0;
  return isDelivered
    ? { value: specOf(read, wished), findings: [...findings, ...companionFits(wished)] }
    : { value: undefined, findings: [...findings, ...withoutEffect(wished)] };
};

const ANNOTATION_OF: Readonly<Record<keyof Read, string>> = {
  clusters: CLUSTERS,
  namespaces: NAMESPACES,
  selector: NAMESPACE_SELECTOR,
  reloader: RELOADER,
  restart: RESTART,
};
