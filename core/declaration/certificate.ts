// One Certificate document: from its tree to an accepted CertificateSpec with cert-manager's defaults, or what is
// wrong with it. It must never look at another document: of its issuer it is told what there is to know.
import { checkAlternatives } from './alternative-names.ts';
import { type Authority, checkCapabilities, type WrittenCertificate } from './authority.ts';
import { checkNames, type WrittenNames } from './certificate-names.ts';
import { checkFields } from './check-fields.ts';
import { checkDelivery } from './delivery.ts';
import { checkLifetime } from './duration.ts';
import { checkIssuerRef } from './issuer-ref.ts';
import { checkObjectName } from './kubernetes-names.ts';
import { checkMetadata, onDriftOf, RENEW_REQUESTED_ANNOTATION, TEMPORARY_ANNOTATION } from './metadata.ts';
import type { CertificateSpec } from './model.ts';
import { checkNameConstraints } from './name-constraints.ts';
import { childOf, isNull, type MapNode } from './nodes.ts';
import { checkPrivateKey, checkSignatureAlgorithm } from './private-key.ts';
import { type Checked, type Finding, hasErrors } from './problem.ts';
import { checkFormats, checkKeystores, checkSecretTemplate } from './renderings.ts';
import { checkRenewal } from './renewal.ts';
import { CERTIFICATE } from './schema/certificate-fields.ts';
import { checkNamedIssuer, checkSubject } from './subject.ts';

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

const OTHER_NAMES = ['ipAddresses', 'uris', 'emailAddresses', 'otherNames'];

/** Go's omitempty: an empty list is an absent one. */
const isWritten = (spec: ReturnType<typeof childOf>, field: string): boolean => {
  const node = childOf(spec, field);
  return !isNull(node) && !(node?.kind === 'list' && node.items.length === 0);
};

/** A list that is there but unreadable counts as a name: that it is wrong has been said. */
const writtenNames = (
  root: MapNode,
  written: WrittenCertificate,
  commonNameInside: string | undefined,
): WrittenNames => {
  const spec = childOf(root, 'spec');
  const unreadable = isNull(childOf(spec, 'dnsNames')) ? undefined : [undefined];
  return {
    commonName: written.commonName,
    commonNameInside,
    dnsNames: written.dnsNames ?? unreadable,
    otherNames: OTHER_NAMES.some((field) => isWritten(spec, field)),
  };
};

/** The parts of `spec` with their findings: each is absent where nothing is declared, so that equal declarations give equal specs. */
const readParts = (root: MapNode, written: WrittenCertificate, authority: Authority) => {
  const subject = checkSubject(written);
  const names = checkNames(writtenNames(root, written, subject.commonNameInside), authority);
  const alternatives = checkAlternatives(written);
  const lifetime = checkLifetime(written);
  const renewal = checkRenewal(written.renewal);
  const privateKey = checkPrivateKey(written.privateKey);
  const signature = checkSignatureAlgorithm(written.signatureAlgorithm, privateKey.value);
  const issuerRef = checkIssuerRef(written.issuerRef);
  const constraints = checkNameConstraints(written.nameConstraints, written.isCA === true);
  const keystores = checkKeystores(written.keystores);
  const formats = checkFormats(written.additionalOutputFormats);
  const parts = [names, alternatives, lifetime, renewal, privateKey, signature, issuerRef, constraints, keystores];
  return {
    value: {
      issuerRef: issuerRef.value,
      ...(names.commonName === undefined ? {} : { commonName: names.commonName }),
      dnsNames: names.dnsNames,
      ...alternatives.value,
      ...lifetime.value,
      ...renewal.value,
      privateKey: privateKey.value,
      ...(written.encodeUsagesInRequest === false ? { encodeUsagesInRequest: false as const } : {}),
      ...(written.isCA === true ? { isCa: true as const } : {}),
      ...(constraints.value === undefined ? {} : { nameConstraints: constraints.value }),
      ...subject.value,
      ...(signature.value === undefined ? {} : { signatureAlgorithm: signature.value }),
      ...(keystores.value === undefined ? {} : { keystores: keystores.value }),
      ...(formats.value.length === 0 ? {} : { additionalOutputFormats: formats.value }),
    },
    findings: [
      ...subject.findings,
      ...parts.flatMap(({ findings }) => findings),
      ...formats.findings,
      ...checkNamedIssuer(written, subject.value, authority.type),
      ...checkCapabilities(written, authority),
    ],
  };
};

/** What the annotations say. */
const annotated = (annotations: Readonly<Record<string, string>> | undefined): Partial<CertificateSpec> => {
  const onDrift = onDriftOf(annotations);
  // An empty text asks for nothing.
  const renewRequested = annotations?.[RENEW_REQUESTED_ANNOTATION] || undefined;
  return {
    ...(onDrift === undefined ? {} : { onDrift }),
    ...(renewRequested === undefined ? {} : { renewRequested }),
    ...(annotations?.[TEMPORARY_ANNOTATION] === 'true' ? { temporaryCertificate: true } : {}),
  };
};

/** Reads one Certificate; `value` is undefined where there is an error. `clusters`: names of the setting. */
export const readCertificate = (
  root: MapNode,
  authority: Authority,
  clusters: readonly string[] = [],
): Checked<CertificateSpec> => {
  const fields = checkFields(CERTIFICATE, root);
  const { metadata = {}, spec: written } = fields.value;
  const findings = [...fields.findings, ...checkMetadata('Certificate', metadata, root)];
  if (written === undefined) return { value: undefined, findings };
  const parts = readParts(root, written, authority);
  const { annotations = {}, namespace = '' } = metadata;
  const delivery = checkDelivery({
    annotations,
    namespace: namespace || 'default',
    secretName: written.secretName ?? '',
    isCa: written.isCA === true,
    clusters,
  });
  findings.push(
    ...delivery.findings,
    ...checkObjectName(written.secretName, ['spec', 'secretName']),
    ...parts.findings,
    ...checkSecretTemplate(written.secretTemplate),
    ...checkHistoryLimit(written.revisionHistoryLimit),
  );
  if (hasErrors(findings)) return { value: undefined, findings };
  const { secretTemplate: template, revisionHistoryLimit: limit } = written;
  return {
    value: {
      namespace: namespace || 'default',
      name: metadata.name ?? '',
      labels: metadata.labels ?? {},
      secretName: written.secretName ?? '',
      ...parts.value,
      ...annotated(annotations),
      ...(delivery.value === undefined ? {} : { delivery: delivery.value }),
      usages: (written.usages ?? []).flatMap((usage) => usage || []),
      ...(limit === undefined ? {} : { revisionHistoryLimit: limit }),
      secretTemplate: { annotations: template?.annotations ?? {}, labels: template?.labels ?? {} },
    },
    findings,
  };
};
