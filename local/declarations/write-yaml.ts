// Accepted declarations back into cert-manager YAML: reading it again gives the same specs. It must never know why
// anything was changed.
import { stringify } from 'yaml';
import type { IssuerSpec, SolverSpec } from '#core/declaration/issuer-model.ts';
import { acmeOf } from '#core/declaration/issuer-types.ts';
import type { CertificateSpec } from '#core/declaration/model.ts';

/** As `core/declaration/metadata.ts` reads it. */
const EXTERNAL_ID_ANNOTATION = 'evercert.dev/route53-external-id';

const filled = <T extends object>(value: T): T | undefined => (Object.keys(value).length === 0 ? undefined : value);
const someOf = <T>(list: readonly T[]): readonly T[] | undefined => (list.length === 0 ? undefined : list);
const goDuration = (ms: number | undefined): string | undefined => (ms === undefined ? undefined : `${ms / 1000}s`);

/** Without keys whose value is undefined, at every depth. */
const pruned = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(pruned);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(kept.map(([key, one]) => [key, pruned(one)]));
};

const certificateObject = (spec: CertificateSpec): object => ({
  apiVersion: 'cert-manager.io/v1',
  kind: 'Certificate',
  metadata: { name: spec.name, namespace: spec.namespace, labels: filled(spec.labels) },
  spec: {
    secretName: spec.secretName,
    issuerRef: spec.issuerRef,
    commonName: spec.commonName,
    dnsNames: spec.dnsNames,
    duration: goDuration(spec.durationMs),
    renewBefore: goDuration(spec.renewBeforeMs),
    renewBeforePercentage: spec.renewBeforePercentage,
    privateKey: spec.privateKey,
    usages: someOf(spec.usages),
    subject: spec.subject,
    revisionHistoryLimit: spec.revisionHistoryLimit,
    secretTemplate: filled({
      ...(filled(spec.secretTemplate.annotations) && { annotations: spec.secretTemplate.annotations }),
      ...(filled(spec.secretTemplate.labels) && { labels: spec.secretTemplate.labels }),
    }),
  },
});

/** A solver of another kind is written as that kind: its place in the precedence stays. */
const solverObject = (solver: SolverSpec): object => {
  const { selector, cnameStrategy, route53, standIn } = solver;
  const chosen = filled(
    pruned({
      dnsNames: someOf(selector.dnsNames),
      dnsZones: someOf(selector.dnsZones),
      matchLabels: filled(selector.matchLabels),
    }) as object,
  );
  if (standIn === 'http01') return { selector: chosen, http01: { ingress: {} } };
  const provider =
    standIn === undefined
      ? { route53: { region: route53.region, hostedZoneID: route53.hostedZoneId, role: route53.role } }
      : { [standIn.replace(/^dns01\./, '')]: {} };
  return { selector: chosen, dns01: { cnameStrategy, ...provider } };
};

const issuerObject = (issuer: IssuerSpec): object => {
  const { kind, namespace, name } = issuer;
  const acme = acmeOf(issuer);
  const externalId = acme.solvers.find(({ route53 }) => route53.externalId !== undefined)?.route53.externalId;
  const annotations = externalId === undefined ? undefined : { [EXTERNAL_ID_ANNOTATION]: externalId };
  const { caBundlePem, skipTlsVerify, solvers, ...written } = acme;
  return {
    apiVersion: 'cert-manager.io/v1',
    kind,
    metadata: { name, namespace: namespace === '' ? undefined : namespace, annotations },
    spec: {
      acme: {
        ...written,
        caBundle: caBundlePem === undefined ? undefined : Buffer.from(caBundlePem).toString('base64'),
        skipTLSVerify: skipTlsVerify ? true : undefined,
        solvers: solvers.map(solverObject),
      },
    },
  };
};

/** One text with a document for each issuer, then for each certificate. */
export const writeYaml = (specs: {
  readonly issuers: readonly IssuerSpec[];
  readonly certificates: readonly CertificateSpec[];
}): string =>
  [...specs.issuers.map(issuerObject), ...specs.certificates.map(certificateObject)]
    .map((object) => stringify(pruned(object), { lineWidth: 0 }))
    .join('---\n');
