// One issuer document of any type: from its tree to an accepted IssuerSpec, or what is wrong with it. It must never look
// at another document.
import { readAcme } from './acme-issuer.ts';
import { checkFields } from './check-fields.ts';
import type { IssuerKind, IssuerSpec } from './issuer-model.ts';
import { isClustered } from './issuer-types.ts';
import { checkMetadata, EXTERNAL_ID_ANNOTATION } from './metadata.ts';
import { childOf, isNull, type MapNode } from './nodes.ts';
import { type FindSigner, readCa, readSelfSigned } from './own-ca-issuer.ts';
import { readPrivateCaIssuer } from './private-ca-issuer.ts';
import { type Checked, type Finding, hasErrors } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import { ISSUER, ISSUER_TYPES } from './schema/issuer-fields.ts';

type Written = NonNullable<InferFields<typeof ISSUER>['spec']>;
type Part = { readonly findings: readonly Finding[]; readonly of: (identity: Identity) => IssuerSpec };
type Identity = Pick<IssuerSpec, 'kind' | 'namespace' | 'name'>;

/** The issuer types that a document names, in its order. */
export const issuerTypesOf = (root: MapNode): string[] => {
  const spec = childOf(root, 'spec');
  return spec?.kind === 'map' ? ISSUER_TYPES.filter((type) => !isNull(childOf(spec, type))) : [];
};

const checkTypes = (root: MapNode): Finding[] => {
  const types = issuerTypesOf(root);
  if (types.length === 0) {
    const hint = 'add acme with server, privateKeySecretRef and solvers; or ca with secretName; or selfSigned: {}';
    return [{ code: 'ISSUER_TYPE_MISSING', path: ['spec', 'acme'], message: 'the issuer names no type', hint }];
  }
  if (types.length === 1) return [];
  const message = `the issuer names ${types.join(' and ')}`;
  const hint = 'an issuer has one type: write two issuers';
  return [{ code: 'ISSUER_TYPE_TWICE', path: ['spec', types[1]!], message, hint }];
};

/** The part of the first type that can be read. */
const partOf = (
  root: MapNode,
  spec: Written,
  given: { readonly externalId: string | undefined; readonly findSigner: FindSigner },
): Part | undefined => {
  if (spec.acme !== undefined) {
    const { value, findings } = readAcme(root, spec.acme, given.externalId);
    return { findings, of: (identity) => ({ type: 'acme', ...identity, acme: value }) };
  }
  if (spec.ca !== undefined) {
    const { value, findings } = readCa(spec.ca, given.findSigner);
    return { findings, of: (identity) => ({ type: 'ca', ...identity, ca: value }) };
  }
  if (spec.selfSigned !== undefined) {
    const { value, findings } = readSelfSigned(spec.selfSigned);
    return { findings, of: (identity) => ({ type: 'selfSigned', ...identity, selfSigned: value }) };
  }
  return undefined;
};

/** Reads one issuer; `value` is undefined where there is an error. `findSigner` answers for `ca.secretName`. */
export const readIssuer = (kind: IssuerKind, root: MapNode, findSigner: FindSigner): Checked<IssuerSpec> => {
  if (kind === 'AWSPCAIssuer' || kind === 'AWSPCAClusterIssuer') return readPrivateCaIssuer(kind, root);
  const fields = checkFields(ISSUER, root);
  const { metadata = {}, spec } = fields.value;
  const findings = [...fields.findings, ...checkMetadata(kind, metadata, root)];
  const misspelled = findings.some(
    ({ code, path }) => code === 'FIELD_UNKNOWN' && path.length === 2 && path[0] === 'spec',
  );
  if (spec !== undefined && !misspelled) findings.push(...checkTypes(root));
  const externalId = metadata.annotations?.[EXTERNAL_ID_ANNOTATION];
  const part = spec === undefined ? undefined : partOf(root, spec, { externalId, findSigner });
  if (part === undefined) return { value: undefined, findings };
  findings.push(...part.findings);
  if (hasErrors(findings)) return { value: undefined, findings };
  const namespace = isClustered(kind) ? '' : metadata.namespace || 'default';
  return { value: part.of({ kind, namespace, name: metadata.name ?? '' }), findings };
};
