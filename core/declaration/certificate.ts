// One Certificate document: from its tree to an accepted CertificateSpec with cert-manager's defaults, or what is
// wrong with it. It must never look at another document.
import { type Authority, checkNames, type WrittenNames } from './certificate-names.ts';
import { checkFields } from './check-fields.ts';
import { checkLifetime } from './duration.ts';
import type { IssuerKind } from './issuer-model.ts';
import { checkAnnotations, checkLabels, checkObjectName } from './kubernetes-names.ts';
import { checkMetadata, onDriftOf, RENEW_REQUESTED_ANNOTATION } from './metadata.ts';
import type { CertificateSpec, PrivateKeySpec, SubjectSpec } from './model.ts';
import { nearest } from './nearest.ts';
import { childOf, isNull, type MapNode } from './nodes.ts';
import { type Checked, type Finding, hasErrors } from './problem.ts';
import { checkRenewal } from './renewal.ts';
import { CERTIFICATE } from './schema/certificate-fields.ts';
import type { InferFields } from './schema/field.ts';

type Written = NonNullable<InferFields<typeof CERTIFICATE>['spec']>;

const ISSUER_KINDS: readonly IssuerKind[] = ['Issuer', 'ClusterIssuer'];
const ECDSA_SIZES = [256, 384, 521];
const RSA_SIZES = { min: 2048, max: 8192 };

const isIssuerKind = (kind: string): kind is IssuerKind => (ISSUER_KINDS as readonly string[]).includes(kind);

const checkPrivateKey = (
  written: Written['privateKey'],
): { readonly value: PrivateKeySpec; readonly findings: Finding[] } => {
  const algorithm = written?.algorithm === 'ECDSA' ? 'ECDSA' : 'RSA';
  const size = written?.size || (algorithm === 'ECDSA' ? 256 : 2048);
  const fits = algorithm === 'ECDSA' ? ECDSA_SIZES.includes(size) : size >= RSA_SIZES.min && size <= RSA_SIZES.max;
  const allowed = algorithm === 'ECDSA' ? ECDSA_SIZES.join(', ') : `${RSA_SIZES.min} to ${RSA_SIZES.max}`;
  const message = `${size} is no size of ${algorithm === 'ECDSA' ? 'an ECDSA' : 'an RSA'} key`;
  const known = written?.algorithm !== undefined || written?.size !== undefined;
  return {
    value: {
      algorithm,
      size,
      encoding: written?.encoding === 'PKCS8' ? 'PKCS8' : 'PKCS1',
      rotationPolicy: written?.rotationPolicy === 'Never' ? 'Never' : 'Always',
    },
    findings:
      fits || !known
        ? []
        : [{ code: 'KEY_SIZE_INVALID', path: ['spec', 'privateKey', 'size'], message, hint: `allowed: ${allowed}` }],
  };
};

const checkIssuerRef = (
  written: Written['issuerRef'],
): { readonly value: CertificateSpec['issuerRef']; readonly findings: Finding[] } => {
  const kind = written?.kind || 'Issuer';
  const group = written?.group || 'cert-manager.io';
  const value = { kind: isIssuerKind(kind) ? kind : 'Issuer', name: written?.name ?? '', group } as const;
  if (group !== 'cert-manager.io') {
    const message = `issuers of ${group.slice(0, 80)} are not supported yet`;
    const meant = nearest(group, ['cert-manager.io']);
    const hint =
      meant === undefined
        ? 'use an Issuer or ClusterIssuer of cert-manager.io with spec.acme'
        : `did you mean ${meant}?`;
    return {
      value,
      findings: [{ code: 'ISSUER_GROUP_NOT_SUPPORTED', path: ['spec', 'issuerRef', 'group'], message, hint }],
    };
  }
  if (isIssuerKind(kind)) return { value, findings: [] };
  const meant = nearest(kind, ISSUER_KINDS);
  const hint =
    meant === undefined
      ? 'write Issuer or ClusterIssuer; external issuers are not supported yet'
      : `did you mean ${meant}?`;
  const message = `"${kind.slice(0, 80)}" is neither Issuer nor ClusterIssuer`;
  return { value, findings: [{ code: 'ISSUER_KIND_INVALID', path: ['spec', 'issuerRef', 'kind'], message, hint }] };
};

const checkSecretTemplate = (written: Written['secretTemplate']): Finding[] => {
  const path = ['spec', 'secretTemplate', 'annotations'];
  const forbidden = Object.keys(written?.annotations ?? {}).filter(
    (key) => key.startsWith('cert-manager.io/') && key !== 'cert-manager.io/allow-direct-injection',
  );
  return [
    ...checkLabels(written?.labels, ['spec', 'secretTemplate', 'labels']),
    ...checkAnnotations(written?.annotations, path),
    ...forbidden.map((key): Finding => {
      const message = `"${key}" belongs to cert-manager itself`;
      return { code: 'ANNOTATION_FORBIDDEN', path: [...path, key], at: 'key', message, hint: 'remove it' };
    }),
  ];
};

const checkHistoryLimit = (limit: number | undefined): Finding[] => {
  if (limit === undefined || limit >= 1) return [];
  return [
    {
      code: 'FIELD_VALUE',
      path: ['spec', 'revisionHistoryLimit'],
      message: `${limit} is less than 1`,
      hint: 'write 1 or more, or leave it out',
    },
  ];
};

const OTHER_NAMES = ['ipAddresses', 'uris', 'emailAddresses', 'otherNames', 'literalSubject'];

/** Empty parts left out. */
const subjectOf = ({ serialNumber, ...lists }: NonNullable<Written['subject']>): SubjectSpec => {
  const filled = Object.entries(lists).map(([part, values]) => [
    part,
    (values ?? []).filter((one) => one !== undefined),
  ]);
  return {
    ...Object.fromEntries(filled.filter(([, values]) => values!.length > 0)),
    ...(serialNumber ? { serialNumber } : {}),
  };
};

/** Defaults filled in, empty parts left out: the same declaration always gives the same spec. */
const specOf = (
  written: Written,
  metadata: Pick<CertificateSpec, 'namespace' | 'name' | 'labels'>,
  parts: Pick<CertificateSpec, 'issuerRef' | 'dnsNames' | 'privateKey'> & Partial<CertificateSpec>,
): CertificateSpec => ({
  ...metadata,
  secretName: written.secretName ?? '',
  ...parts,
  usages: (written.usages ?? []).filter((usage) => usage !== undefined),
  ...(written.subject === undefined ? {} : { subject: subjectOf(written.subject) }),
  ...(written.revisionHistoryLimit === undefined ? {} : { revisionHistoryLimit: written.revisionHistoryLimit }),
  secretTemplate: {
    annotations: written.secretTemplate?.annotations ?? {},
    labels: written.secretTemplate?.labels ?? {},
  },
});

/** A list that is there but unreadable counts as a name: that it is wrong has been said. */
const writtenNames = (root: MapNode, written: Written): WrittenNames => {
  const spec = childOf(root, 'spec');
  const unreadable = isNull(childOf(spec, 'dnsNames')) ? undefined : [undefined];
  return {
    commonName: written.commonName,
    dnsNames: written.dnsNames ?? unreadable,
    otherNames: OTHER_NAMES.some((field) => !isNull(childOf(spec, field))),
  };
};

/** Reads one Certificate; `value` is undefined where there is an error. */
export const readCertificate = (root: MapNode, authority: Authority): Checked<CertificateSpec> => {
  const fields = checkFields(CERTIFICATE, root);
  const { metadata = {}, spec: written } = fields.value;
  const findings = [...fields.findings, ...checkMetadata('Certificate', metadata, root)];
  if (written === undefined) return { value: undefined, findings };
  const names = checkNames(writtenNames(root, written), authority);
  const lifetime = checkLifetime(written);
  const renewal = checkRenewal(written.renewal);
  const privateKey = checkPrivateKey(written.privateKey);
  const issuerRef = checkIssuerRef(written.issuerRef);
  findings.push(
    ...checkObjectName(written.secretName, ['spec', 'secretName']),
    ...names.findings,
    ...lifetime.findings,
    ...renewal.findings,
    ...privateKey.findings,
    ...issuerRef.findings,
    ...checkSecretTemplate(written.secretTemplate),
    ...checkHistoryLimit(written.revisionHistoryLimit),
  );
  if (hasErrors(findings)) return { value: undefined, findings };
  const identity = {
    namespace: metadata.namespace || 'default',
    name: metadata.name ?? '',
    labels: metadata.labels ?? {},
  };
  const commonName = names.commonName === undefined ? {} : { commonName: names.commonName };
  const onDrift = onDriftOf(metadata.annotations);
  // An empty text asks for nothing.
  const renewRequested = metadata.annotations?.[RENEW_REQUESTED_ANNOTATION] || undefined;
  const parts = {
    issuerRef: issuerRef.value,
    ...commonName,
    dnsNames: names.dnsNames,
    ...lifetime.value,
    ...renewal.value,
    privateKey: privateKey.value,
    ...(onDrift === undefined ? {} : { onDrift }),
    ...(renewRequested === undefined ? {} : { renewRequested }),
  };
  return { value: specOf(written, identity, parts), findings };
};
