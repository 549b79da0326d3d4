// `spec.acme` of an issuer: from what is written to an accepted AcmeIssuerSpec, or what is wrong with it. It must never
// look at another document, nor ask the server anything.
import { checkExternalId } from './aws-names.ts';
import { decodeCaBundle } from './ca-bundle.ts';
import type { AcmeIssuerSpec } from './issuer-model.ts';
import { checkObjectName } from './kubernetes-names.ts';
import { EXTERNAL_ID_ANNOTATION } from './metadata.ts';
import { childOf, isNull, type MapNode } from './nodes.ts';
import type { Finding } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import type { ISSUER } from './schema/issuer-fields.ts';
import { checkServer } from './server.ts';
import { readSolver } from './solver.ts';

type Acme = NonNullable<NonNullable<InferFields<typeof ISSUER>['spec']>['acme']>;

const ACME = ['spec', 'acme'];

const checkTrust = (written: Acme): { readonly pem: string | undefined; readonly findings: Finding[] } => {
  const findings: Finding[] = [];
  const path = [...ACME, 'caBundle'];
  if (written.skipTLSVerify === true) {
    const message = 'skipTLSVerify trusts whoever answers at the server';
    findings.push({
      code: 'TLS_VERIFY_OFF',
      path: [...ACME, 'skipTLSVerify'],
      message,
      hint: 'give the CA of the server in caBundle instead',
    });
  }
  if (written.caBundle === undefined || written.caBundle === '') return { pem: undefined, findings };
  if (written.skipTLSVerify === true) {
    findings.push({
      code: 'CA_BUNDLE_UNUSED',
      path,
      message: 'caBundle and skipTLSVerify exclude each other',
      hint: 'remove skipTLSVerify',
    });
  }
  const bundle = decodeCaBundle(written.caBundle);
  if ('pem' in bundle) return { pem: bundle.pem, findings };
  findings.push({ code: 'CA_BUNDLE_INVALID', path, message: bundle.wrong, hint: bundle.hint });
  return { pem: undefined, findings };
};

const checkContact = (written: Acme): Finding[] => {
  const findings = checkObjectName(written.privateKeySecretRef?.name, [...ACME, 'privateKeySecretRef', 'name']);
  if (written.email && !/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(written.email)) {
    findings.push({
      code: 'EMAIL_INVALID',
      path: [...ACME, 'email'],
      message: 'this is not an e-mail address',
      hint: 'one address, without a name or angle brackets',
    });
  }
  if (written.preferredChain !== undefined && written.preferredChain.length > 64) {
    const message = 'preferredChain has more than 64 characters';
    findings.push({
      code: 'FIELD_VALUE',
      path: [...ACME, 'preferredChain'],
      message,
      hint: 'write the common name of the topmost issuer',
    });
  }
  const reference = written.externalAccountBinding?.keySecretRef?.name;
  findings.push(...checkObjectName(reference, [...ACME, 'externalAccountBinding', 'keySecretRef', 'name']));
  return findings;
};

const checkSolvers = (
  root: MapNode,
  written: Acme,
  externalId: string | undefined,
): { readonly value: AcmeIssuerSpec['acme']['solvers']; readonly findings: Finding[] } => {
  const path = [...ACME, 'solvers'];
  const node = childOf(childOf(childOf(root, 'spec'), 'acme'), 'solvers');
  if (isNull(node) || (node?.kind === 'list' && node.items.length === 0)) {
    const message = 'the issuer has no solver: Route53 DNS-01 with our own zones is used';
    return {
      value: [],
      findings: [{ code: 'SOLVERS_MISSING', path, message, hint: 'add a solver with dns01.route53: {}' }],
    };
  }
  const read = (written.solvers ?? []).flatMap((solver, index) =>
    solver === undefined ? [] : [readSolver(solver, [...path, index], externalId)],
  );
  return { value: read.map((one) => one.value), findings: read.flatMap((one) => one.findings) };
};

const bindingOf = (
  written: NonNullable<Acme['externalAccountBinding']>,
): NonNullable<AcmeIssuerSpec['acme']['externalAccountBinding']> => ({
  keyId: written.keyID ?? '',
  keySecretRef: { name: written.keySecretRef?.name ?? '', key: written.keySecretRef?.key ?? '' },
});

/** Defaults filled in, empty parts left out. */
const acmeOf = (
  written: Acme,
  caBundlePem: string | undefined,
  solvers: AcmeIssuerSpec['acme']['solvers'],
): AcmeIssuerSpec['acme'] => ({
  server: written.server ?? '',
  ...(written.email ? { email: written.email } : {}),
  ...(caBundlePem === undefined ? {} : { caBundlePem }),
  skipTlsVerify: written.skipTLSVerify ?? false,
  ...(written.preferredChain ? { preferredChain: written.preferredChain } : {}),
  ...(written.profile ? { profile: written.profile } : {}),
  ...(written.enableDurationFeature === true ? { enableDurationFeature: true } : {}),
  privateKeySecretRef: {
    name: written.privateKeySecretRef?.name ?? '',
    key: written.privateKeySecretRef?.key || 'tls.key',
  },
  ...(written.disableAccountKeyGeneration === true ? { disableAccountKeyGeneration: true } : {}),
  ...(written.externalAccountBinding === undefined
    ? {}
    : { externalAccountBinding: bindingOf(written.externalAccountBinding) }),
  ...(written.renewalInformationSource === 'None' ? { renewalInformationSource: 'None' } : {}),
  solvers,
});

/** Reads `spec.acme`; the value counts only where no finding is an error. */
export const readAcme = (
  root: MapNode,
  written: Acme,
  externalId: string | undefined,
): { readonly value: AcmeIssuerSpec['acme']; readonly findings: readonly Finding[] } => {
  const trust = checkTrust(written);
  const solvers = checkSolvers(root, written, externalId);
  const hasRole = (written.solvers ?? []).some((solver) => solver?.dns01?.route53?.role);
  const unused = { message: 'no solver has a role', hint: 'add route53.role, or remove the annotation' };
  return {
    value: acmeOf(written, trust.pem, solvers.value),
    findings: [
      ...checkServer(written.server, [...ACME, 'server']),
      ...trust.findings,
      ...checkContact(written),
      ...checkExternalId(externalId, EXTERNAL_ID_ANNOTATION, hasRole ? undefined : unused),
      ...solvers.findings,
    ],
  };
};
