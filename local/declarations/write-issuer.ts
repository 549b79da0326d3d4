// Accepted issuers back into objects of cert-manager: reading them again gives the same specs. It must never know why
// anything was changed.
import type {
  AcmeIssuerSpec,
  CaIssuerSpec,
  IssuerSpec,
  PrivateCaIssuerSpec,
  SolverSpec,
} from '#core/declaration/issuer-model.ts';
import {
  ALLOW_SUBORDINATE_CA_ANNOTATION,
  CLAMP_TO_CA_ANNOTATION,
  EXTERNAL_ID_ANNOTATION,
  PRIVATE_CA_EXTERNAL_ID_ANNOTATION,
} from '#core/declaration/metadata.ts';
import { filled, someOf } from './filled.ts';

/** The name of the Secret that a declared Certificate (`namespace/name`) makes. */
export type SecretNames = ReadonlyMap<string, string>;

/** A solver of another kind is written as that kind: its place in the precedence stays. */
const solverObject = (solver: SolverSpec): object => {
  const { selector, cnameStrategy, route53, standIn } = solver;
  const chosen = filled({
    dnsNames: someOf(selector.dnsNames),
    dnsZones: someOf(selector.dnsZones),
    matchLabels: filled(selector.matchLabels),
  });
  if (standIn === 'http01') return { selector: chosen, http01: { ingress: {} } };
  const provider =
    standIn === undefined
      ? { route53: { region: route53.region, hostedZoneID: route53.hostedZoneId, role: route53.role } }
      : { [standIn.replace(/^dns01\./, '')]: {} };
  return { selector: chosen, dns01: { cnameStrategy, ...provider } };
};

const acmeObject = (acme: AcmeIssuerSpec['acme']): object => {
  const { caBundlePem, skipTlsVerify, solvers, externalAccountBinding: binding, ...written } = acme;
  return {
    ...written,
    caBundle: caBundlePem === undefined ? undefined : Buffer.from(caBundlePem).toString('base64'),
    skipTLSVerify: skipTlsVerify ? true : undefined,
    externalAccountBinding: binding && { keyID: binding.keyId, keySecretRef: binding.keySecretRef },
    solvers: solvers.map(solverObject),
  };
};

/** Of a CA certificate that is not there its own name is written: nothing can be issued by it either way. */
const caObject = (
  { signer, issuingCertificateUrls, ...urls }: CaIssuerSpec['ca'],
  secretNames: SecretNames,
): object => ({
  secretName:
    signer.kind === 'referenced'
      ? signer.name
      : (secretNames.get(signer.certificate) ?? signer.certificate.slice(signer.certificate.indexOf('/') + 1)),
  ...urls,
  issuingCertificateURLs: issuingCertificateUrls,
});

const privateCaObject = ({ arn, region, role, templateName }: PrivateCaIssuerSpec['awspca']): object => ({
  arn,
  region,
  role,
  pcaTemplate: templateName === undefined ? undefined : { defaultTemplateName: templateName },
});

const annotationsOf = (issuer: IssuerSpec): Record<string, string | undefined> => {
  if (issuer.type === 'acme')
    return {
      [EXTERNAL_ID_ANNOTATION]: issuer.acme.solvers.find(({ route53 }) => route53.externalId !== undefined)?.route53
        .externalId,
    };
  if (issuer.type !== 'awspca') return {};
  const { externalId, allowSubordinateCa, clampToCa } = issuer.awspca;
  return {
    [PRIVATE_CA_EXTERNAL_ID_ANNOTATION]: externalId,
    [ALLOW_SUBORDINATE_CA_ANNOTATION]: allowSubordinateCa?.toString(),
    [CLAMP_TO_CA_ANNOTATION]: clampToCa?.toString(),
  };
};

const specOf = (issuer: IssuerSpec, secretNames: SecretNames): object => {
  if (issuer.type === 'acme') return { acme: acmeObject(issuer.acme) };
  if (issuer.type === 'ca') return { ca: caObject(issuer.ca, secretNames) };
  return issuer.type === 'awspca' ? privateCaObject(issuer.awspca) : { selfSigned: issuer.selfSigned };
};

export const issuerObject = (issuer: IssuerSpec, secretNames: SecretNames): object => {
  const { kind, namespace, name, type } = issuer;
  return {
    apiVersion: type === 'awspca' ? 'awspca.cert-manager.io/v1beta1' : 'cert-manager.io/v1',
    kind,
    metadata: { name, namespace: namespace === '' ? undefined : namespace, annotations: filled(annotationsOf(issuer)) },
    spec: specOf(issuer, secretNames),
  };
};
