// `issuerRef`: which issuer a certificate names. It must never know whether that issuer is there.
import type { IssuerKind } from './issuer-model.ts';
import { isClustered } from './issuer-types.ts';
import type { Identity } from './metadata.ts';
import type { CertificateSpec } from './model.ts';
import { nearest } from './nearest.ts';
import { type MapNode, textAt } from './nodes.ts';
import type { Finding } from './problem.ts';

const DEFAULT_GROUP = 'cert-manager.io';
const PRIVATE_CA_GROUP = 'awspca.cert-manager.io';

/** The kinds of each group of issuers. */
const KINDS: Readonly<Record<string, readonly IssuerKind[]>> = {
  [DEFAULT_GROUP]: ['Issuer', 'ClusterIssuer'],
  [PRIVATE_CA_GROUP]: ['AWSPCAIssuer', 'AWSPCAClusterIssuer'],
};
const GROUPS = Object.keys(KINDS);

interface WrittenReference {
  readonly name?: string;
  readonly kind?: string;
  readonly group?: string;
}

const groupFinding = (group: string): Finding => {
  const message = `issuers of ${group.slice(0, 80)} are not supported`;
  const meant = nearest(group, GROUPS);
  const hint = meant === undefined ? `supported: ${GROUPS.join(' and ')}` : `did you mean ${meant}?`;
  return { code: 'ISSUER_GROUP_NOT_SUPPORTED', path: ['spec', 'issuerRef', 'group'], message, hint };
};

const kindHint = (kind: string, group: string): string => {
  const elsewhere = GROUPS.find((one) => KINDS[one]!.some((other) => other === kind));
  if (elsewhere === PRIVATE_CA_GROUP) return `${kind} has issuerRef.group: ${elsewhere}`;
  if (elsewhere !== undefined) return `write ${KINDS[group]!.join(' or ')}; or group: ${elsewhere}`;
  const meant = nearest(kind, KINDS[group]!);
  if (meant !== undefined) return `did you mean ${meant}?`;
  const other = nearest(
    kind,
    GROUPS.flatMap((one) => KINDS[one]!),
  );
  return other === undefined
    ? `write ${KINDS[group]!.join(' or ')}`
    : `did you mean ${other}, with issuerRef.group: ${GROUPS.find((one) => KINDS[one]!.some((own) => own === other))}?`;
};

/** Codes: ISSUER_GROUP_NOT_SUPPORTED, ISSUER_KIND_INVALID. */
export const checkIssuerRef = (
  written: WrittenReference | undefined,
): { readonly value: CertificateSpec['issuerRef']; readonly findings: readonly Finding[] } => {
  const kind = written?.kind || 'Issuer';
  const group = written?.group || DEFAULT_GROUP;
  const known = KINDS[group];
  const own = known?.find((one) => one === kind);
  const value = { kind: own ?? 'Issuer', name: written?.name ?? '', group } as const;
  if (known === undefined) return { value, findings: [groupFinding(group)] };
  if (own !== undefined) return { value, findings: [] };
  const message = `"${kind.slice(0, 80)}" is neither ${known.join(' nor ')}`;
  const path = ['spec', 'issuerRef', 'kind'];
  return { value, findings: [{ code: 'ISSUER_KIND_INVALID', path, message, hint: kindHint(kind, group) }] };
};

/** The issuer that a Certificate names, as far as the reference can be read, also from a document with errors. */
export const issuerNamedBy = (root: MapNode, namespace: string): Identity => {
  const written = textAt(root, 'spec', 'issuerRef', 'kind');
  const kind =
    Object.values(KINDS)
      .flat()
      .find((one) => one === written) ?? 'Issuer';
  const name = textAt(root, 'spec', 'issuerRef', 'name') ?? '';
  return { kind, namespace: isClustered(kind) ? '' : namespace, name };
};
