// Accepted declarations back into cert-manager YAML: reading it again gives the same specs. It must never know why
// anything was changed.
import { stringify } from 'yaml';
import type { IssuerSpec } from '#core/declaration/issuer-model.ts';
import { ON_DRIFT_ANNOTATION, RENEW_REQUESTED_ANNOTATION, TEMPORARY_ANNOTATION } from '#core/declaration/metadata.ts';
import type { CertificateSpec, KeystorePassword, KeystoresSpec, RenewalWindow } from '#core/declaration/model.ts';
import { filled, pruned, someOf } from './filled.ts';
import { deliveryAnnotations } from './write-delivery.ts';
import { issuerObject } from './write-issuer.ts';

const goDuration = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : `${ms / 1000}s`);

const passwordObject = (password: KeystorePassword): object =>
  'text' in password ? { password: password.text } : { passwordSecretRef: password.secretRef };

const keystoresObject = ({ pkcs12, jks }: KeystoresSpec): object => ({
  pkcs12: pkcs12 && { create: true, profile: pkcs12.profile, ...passwordObject(pkcs12.password) },
  jks: jks && { create: true, alias: jks.alias, ...passwordObject(jks.password) },
});

const windowObject = ({ cron, durationMs, timeZone }: RenewalWindow): object => ({
  cron,
  windowDuration: goDuration(durationMs),
  timezone: timeZone,
});

const annotationsOf = (spec: CertificateSpec, clusters: readonly string[]): object | undefined =>
  filled({
    [ON_DRIFT_ANNOTATION]: spec.onDrift,
    [RENEW_REQUESTED_ANNOTATION]: spec.renewRequested,
    [TEMPORARY_ANNOTATION]: spec.temporaryCertificate?.toString(),
    ...deliveryAnnotations(spec, clusters),
  });

/** What is written as it is read. */
const plainParts = (spec: CertificateSpec): object => ({
  secretName: spec.secretName,
  issuerRef: spec.issuerRef,
  commonName: spec.commonName,
  dnsNames: spec.dnsNames,
  ipAddresses: spec.ipAddresses,
  uris: spec.uris,
  emailAddresses: spec.emailAddresses,
  otherNames: spec.otherNames,
  renewBeforePercentage: spec.renewBeforePercentage,
  privateKey: spec.privateKey,
  usages: someOf(spec.usages),
  encodeUsagesInRequest: spec.encodeUsagesInRequest,
  isCA: spec.isCa,
  nameConstraints: spec.nameConstraints,
  subject: spec.subject,
  literalSubject: spec.literalSubject,
  signatureAlgorithm: spec.signatureAlgorithm,
  revisionHistoryLimit: spec.revisionHistoryLimit,
});

const certificateObject = (spec: CertificateSpec, clusters: readonly string[]): object => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: {
    name: spec.name,
    namespace: spec.namespace,
    labels: filled(spec.labels),
    annotations: annotationsOf(spec, clusters),
  },
  spec: {
    ...plainParts(spec),
    duration: goDuration(spec.durationMs),
    renewBefore: goDuration(spec.renewBeforeMs),
    renewal: spec.renewal && {
      policy: spec.renewal.policy,
      windows: someOf(spec.renewal.windows.map(windowObject)),
    },
    keystores: spec.keystores && keystoresObject(spec.keystores),
    additionalOutputFormats: spec.additionalOutputFormats?.map((type) => ({ type })),
    secretTemplate: filled({
      annotations: filled(spec.secretTemplate.annotations),
      labels: filled(spec.secretTemplate.labels),
    }),
  },
});

/** One text with a document for each issuer, then for each certificate; `clusters`: the names that reading it again will know. */
export const writeYaml = (specs: {
  readonly issuers: readonly IssuerSpec[];
  readonly certificates: readonly CertificateSpec[];
  readonly clusters?: readonly string[];
}): string => {
  const secretNames = new Map(
    specs.certificates.map(({ namespace, name, secretName }) => [`${namespace}/${name}`, secretName]),
  );
  return [
    ...specs.issuers.map((issuer) => issuerObject(issuer, secretNames)),
    ...specs.certificates.map((spec) => certificateObject(spec, specs.clusters ?? [])),
  ]
    .map((object) => stringify(pruned(object), { lineWidth: 0 }))
    .join('---\n');
};
