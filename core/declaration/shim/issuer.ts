// Which issuer the annotations name (cert-manager pkg/controller/certificate-shim/sync.go, issuerForIngressLike). It must
// never know whether that issuer is there.
import type { Finding } from '../problem.ts';
import {
  type Annotation,
  type Annotations,
  asksForAny,
  CLUSTER_ISSUER,
  ISSUER,
  ISSUER_GROUP,
  ISSUER_KIND,
  isKnown,
  meansIssuer,
} from './annotations.ts';
import { type Piece, scalar } from './tree.ts';

const invalid = (at: Annotation, message: string, hint: string): Finding => ({
  code: 'SHIM_ISSUER_INVALID',
  path: at.from,
  message,
  hint,
});

const missing = (kind: 'Ingress' | 'Gateway', annotations: Annotations): Finding[] => {
  const asked = kind === 'Ingress' ? asksForAny(annotations) : undefined;
  const hint = `add ${ISSUER} or ${CLUSTER_ISSUER}`;
  const said = { code: 'SHIM_ISSUER_MISSING', hint } as const;
  if (asked !== undefined) {
    const message = `${asked.key} asks the default issuer for a certificate, and Evercert has no default issuer: none is made`;
    return [{ ...said, path: asked.from, message }];
  }
  const other = [...annotations.values()].find(({ key }) => isKnown(key));
  if (other === undefined || meansIssuer(annotations)) return [];
  const message = `no annotation names an issuer: this ${kind} gets no certificate`;
  return [{ ...said, path: other.from, at: 'key', message }];
};

const contradictions = (annotations: Annotations): Finding[] => {
  const cluster = annotations.get(CLUSTER_ISSUER);
  if (cluster === undefined) return [];
  return [ISSUER, ISSUER_GROUP, ISSUER_KIND].flatMap((key) => {
    const other = annotations.get(key);
    if (other === undefined) return [];
    return [invalid(other, `${CLUSTER_ISSUER} and ${key} exclude each other`, 'keep one of them')];
  });
};

/** `issuerRef`, or why there is none. Codes: SHIM_ISSUER_INVALID, SHIM_ISSUER_MISSING. */
export const issuerPieces = (
  kind: 'Ingress' | 'Gateway',
  annotations: Annotations,
): { readonly pieces: readonly Piece[] | undefined; readonly findings: readonly Finding[] } => {
  const named = annotations.get(CLUSTER_ISSUER) ?? annotations.get(ISSUER);
  if (named === undefined) return { pieces: undefined, findings: missing(kind, annotations) };
  const findings = contradictions(annotations);
  if (named.text === '')
    findings.push(invalid(named, 'the name of the issuer is empty', 'write the name of an issuer'));
  if (findings.length > 0) return { pieces: undefined, findings };
  const standard = named.key === CLUSTER_ISSUER ? 'ClusterIssuer' : 'Issuer';
  const [written, group] = [annotations.get(ISSUER_KIND), annotations.get(ISSUER_GROUP)];
  const reference = (field: string, { node, from }: Pick<Annotation, 'node' | 'from'>): Piece => ({
    to: ['spec', 'issuerRef', field],
    node,
    from,
  });
  const pieces = [
    reference('name', named),
    reference('kind', written ?? { node: scalar(standard, named.node.at), from: named.from }),
    ...(group === undefined ? [] : [reference('group', group)]),
  ];
  return { pieces, findings };
};
