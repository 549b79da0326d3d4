// The annotations by which cert-manager's shims are told what to make. It must never know what a tls entry is.
import { nearest } from '../nearest.ts';
import { childOf, type MapNode, type Node, type Path } from '../nodes.ts';
import type { Finding } from '../problem.ts';
import { textOf } from './tree.ts';

const PREFIX = 'cert-manager.io/';
export const ISSUER = `${PREFIX}issuer`;
export const CLUSTER_ISSUER = `${PREFIX}cluster-issuer`;
export const ISSUER_KIND = `${PREFIX}issuer-kind`;
export const ISSUER_GROUP = `${PREFIX}issuer-group`;
export const IGNORED_LISTENERS = `${PREFIX}ignore-tls-listeners`;
export const EDIT_IN_PLACE = 'acme.cert-manager.io/http01-edit-in-place';
const TLS_ACME = 'kubernetes.io/tls-acme';

/** The annotations that say what is in the Certificate (cert-manager 1.21, pkg/apis/certmanager/v1/types.go). */
export const SAYS = {
  commonName: `${PREFIX}common-name`,
  dnsNames: `${PREFIX}alt-names`,
  ipAddresses: `${PREFIX}ip-sans`,
  emailAddresses: `${PREFIX}email-sans`,
  organizations: `${PREFIX}subject-organizations`,
  organizationalUnits: `${PREFIX}subject-organizationalunits`,
  countries: `${PREFIX}subject-countries`,
  provinces: `${PREFIX}subject-provinces`,
  localities: `${PREFIX}subject-localities`,
  streetAddresses: `${PREFIX}subject-streetaddresses`,
  postalCodes: `${PREFIX}subject-postalcodes`,
  serialNumber: `${PREFIX}subject-serialnumber`,
  duration: `${PREFIX}duration`,
  renewBefore: `${PREFIX}renew-before`,
  renewBeforePercentage: `${PREFIX}renew-before-percentage`,
  usages: `${PREFIX}usages`,
  revisionHistoryLimit: `${PREFIX}revision-history-limit`,
  algorithm: `${PREFIX}private-key-algorithm`,
  encoding: `${PREFIX}private-key-encoding`,
  size: `${PREFIX}private-key-size`,
  rotationPolicy: `${PREFIX}private-key-rotation-policy`,
  secretTemplate: `${PREFIX}secret-template`,
} as const;

const KNOWN: readonly string[] = [
  ISSUER,
  CLUSTER_ISSUER,
  ISSUER_KIND,
  ISSUER_GROUP,
  IGNORED_LISTENERS,
  ...Object.values(SAYS),
];
/** True for what a shim reads. */
export const isKnown = (key: string): boolean => KNOWN.includes(key);

/** The cainjector's, which has nothing to do with the shims. */
const OTHERS = ['inject-ca-from', 'inject-ca-from-secret', 'inject-apiserver-ca', 'allow-direct-injection'];

export interface Annotation {
  readonly key: string;
  readonly text: string;
  readonly node: Node;
  readonly from: Path;
}

export type Annotations = ReadonlyMap<string, Annotation>;

/** What is annotated; a value that is no text is a finding, as the API server refuses it. */
export const annotationsOf = (root: MapNode): { readonly value: Annotations; readonly findings: Finding[] } => {
  const written = childOf(childOf(root, 'metadata'), 'annotations');
  const value = new Map<string, Annotation>();
  const findings: Finding[] = [];
  for (const [key, { value: node }] of written?.kind === 'map' ? written.entries : []) {
    const from = ['metadata', 'annotations', key];
    const text = node.kind === 'scalar' && node.value === null ? '' : textOf(node);
    if (text !== undefined) value.set(key, { key, text, node, from });
    else if (key.startsWith(PREFIX)) {
      const hint = node.kind === 'scalar' ? `put it in quotes: "${node.source.slice(0, 80)}"` : 'write one text here';
      findings.push({ code: 'FIELD_TYPE', path: from, message: 'an annotation is text', hint });
    }
  }
  return { value, findings };
};

/** True where a shim, or a person who meant a shim, has something to say. */
export const isAnnotated = (root: MapNode): boolean =>
  [...annotationsOf(root).value.keys()].some((key) => isKnown(key) || key === TLS_ACME || misspelled(key)) ||
  annotationsOf(root).findings.length > 0;

const isUnknown = (key: string): boolean =>
  key.startsWith(PREFIX) && !isKnown(key) && !OTHERS.includes(key.slice(PREFIX.length));

const meantBy = (key: string): string | undefined => {
  const meant = nearest(
    key.slice(PREFIX.length),
    KNOWN.map((known) => known.slice(PREFIX.length)),
  );
  return meant === undefined ? undefined : `${PREFIX}${meant}`;
};

const misspelled = (key: string): boolean => isUnknown(key) && meantBy(key) !== undefined;

/** True where a misspelled annotation was to name the issuer. */
export const meansIssuer = (annotations: Annotations): boolean =>
  [...annotations.keys()].some((key) => isUnknown(key) && [ISSUER, CLUSTER_ISSUER].includes(meantBy(key) ?? ''));

/** ANNOTATION_NO_EFFECT for what the shims pass over, with what was meant. */
export const unknownAnnotations = (annotations: Annotations): Finding[] =>
  [...annotations.values()].flatMap(({ key, from }): Finding[] => {
    if (!isUnknown(key)) return [];
    const said = { code: 'ANNOTATION_NO_EFFECT', path: from, at: 'key' } as const;
    const meant = meantBy(key);
    const message = `cert-manager's shims do not read "${key.slice(0, 80)}"`;
    const hint = meant === undefined ? 'write a Certificate instead: it has all fields' : `did you mean ${meant}?`;
    return [{ ...said, message, hint }];
  });

/** Go's strconv.ParseBool of the annotation that asks for a certificate without naming an issuer. */
export const asksForAny = (annotations: Annotations): Annotation | undefined => {
  const asked = annotations.get(TLS_ACME);
  return asked !== undefined && ['1', 't', 'T', 'true', 'TRUE', 'True'].includes(asked.text) ? asked : undefined;
};
