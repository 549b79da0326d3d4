// One AWSPCAIssuer or AWSPCAClusterIssuer document: from its tree to an accepted PrivateCaIssuerSpec, or what is wrong with
// it. It must never ask AWS whether the CA is there.
import { checkExternalId, checkRegion, checkRole, regionOfCaArn } from './aws-names.ts';
import { checkFields } from './check-fields.ts';
import type { PrivateCaIssuerSpec } from './issuer-model.ts';
import { isClustered } from './issuer-types.ts';
import {
  ALLOW_SUBORDINATE_CA_ANNOTATION,
  CLAMP_TO_CA_ANNOTATION,
  checkMetadata,
  PRIVATE_CA_EXTERNAL_ID_ANNOTATION,
} from './metadata.ts';
import type { MapNode } from './nodes.ts';
import { checkTemplateName } from './private-ca-templates.ts';
import { type Checked, type Finding, hasErrors } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import { PRIVATE_CA_ISSUER } from './schema/private-ca-fields.ts';

type Written = NonNullable<InferFields<typeof PRIVATE_CA_ISSUER>['spec']>;
type Annotations = Readonly<Record<string, string>>;

const checkArn = (written: Written): Finding[] => {
  if (!written.arn) return [];
  const region = regionOfCaArn(written.arn);
  if (region === undefined) {
    const hint = 'write arn:aws:acm-pca:<region>:<account id>:certificate-authority/<id>';
    const message = 'this is not the ARN of a certificate authority';
    return [{ code: 'CA_ARN_INVALID', path: ['spec', 'arn'], message, hint }];
  }
  if (!written.region || written.region === region) return [];
  const message = `the CA of this ARN lives in ${region}`;
  return [{ code: 'REGION_INVALID', path: ['spec', 'region'], message, hint: `write ${region}, or leave it out` }];
};

const checkAnnotation = (annotations: Annotations, key: string, allowed: readonly string[]): Finding[] => {
  const text = annotations[key];
  if (text === undefined || allowed.includes(text)) return [];
  const message = `"${text.slice(0, 80)}" is not allowed here`;
  const hint = `write ${allowed.map((one) => `"${one}"`).join(', ')}, or leave it out`;
  return [{ code: 'FIELD_VALUE', path: ['metadata', 'annotations', key], message, hint }];
};

const PATH_LENGTHS = ['0', '1', '2', '3'];

const checkAnnotations = (annotations: Annotations, role: string | undefined): Finding[] => [
  ...checkAnnotation(annotations, ALLOW_SUBORDINATE_CA_ANNOTATION, PATH_LENGTHS),
  ...checkAnnotation(annotations, CLAMP_TO_CA_ANNOTATION, ['true', 'false']),
  ...checkExternalId(
    annotations[PRIVATE_CA_EXTERNAL_ID_ANNOTATION],
    PRIVATE_CA_EXTERNAL_ID_ANNOTATION,
    role ? undefined : { message: 'the issuer has no role', hint: 'add spec.role, or remove the annotation' },
  ),
];

/** Defaults filled in, empty parts left out. */
const awspcaOf = (written: Written, annotations: Annotations): PrivateCaIssuerSpec['awspca'] => {
  const arn = written.arn ?? '';
  const externalId = annotations[PRIVATE_CA_EXTERNAL_ID_ANNOTATION];
  const pathLength = annotations[ALLOW_SUBORDINATE_CA_ANNOTATION];
  const templateName = written.pcaTemplate?.defaultTemplateName;
  return {
    arn,
    region: written.region || regionOfCaArn(arn) || '',
    ...(written.role ? { role: written.role } : {}),
    ...(externalId !== undefined && written.role ? { externalId } : {}),
    ...(templateName ? { templateName } : {}),
    ...(pathLength === undefined ? {} : { allowSubordinateCa: Number(pathLength) }),
    ...(annotations[CLAMP_TO_CA_ANNOTATION] === 'true' ? { clampToCa: true } : {}),
  };
};

/** Reads one Private CA issuer; `value` is undefined where there is an error. */
export const readPrivateCaIssuer = (
  kind: 'AWSPCAIssuer' | 'AWSPCAClusterIssuer',
  root: MapNode,
): Checked<PrivateCaIssuerSpec> => {
  const fields = checkFields(PRIVATE_CA_ISSUER, root);
  const { metadata = {}, spec: written } = fields.value;
  const findings = [...fields.findings, ...checkMetadata(kind, metadata, root)];
  if (written === undefined) return { value: undefined, findings };
  const annotations = metadata.annotations ?? {};
  findings.push(
    ...checkArn(written),
    ...checkRegion(written.region, ['spec', 'region'], 'write it like eu-central-1, or leave it out'),
    ...checkRole(written.role, ['spec', 'role']),
    ...checkTemplateName(written.pcaTemplate?.defaultTemplateName),
    ...checkAnnotations(annotations, written.role),
  );
  if (hasErrors(findings)) return { value: undefined, findings };
  const namespace = isClustered(kind) ? '' : metadata.namespace || 'default';
  return {
    value: { type: 'awspca', kind, namespace, name: metadata.name ?? '', awspca: awspcaOf(written, annotations) },
    findings,
  };
};
