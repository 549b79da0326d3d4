// One Issuer or ClusterIssuer document: from its tree to an accepted IssuerSpec, or what is wrong with it. It must
// never look at another document.
import { decodeCaBundle } from './ca-bundle.ts';
import { checkFields } from './check-fields.ts';
import type { AcmeIssuerSpec, IssuerKind, IssuerSpec } from './issuer-model.ts';
import { checkObjectName } from './kubernetes-names.ts';
import { checkMetadata, EXTERNAL_ID_ANNOTATION } from './metadata.ts';
import { childOf, isNull, type MapNode } from './nodes.ts';
import { type Checked, type Finding, hasErrors } from './problem.ts';
import type { InferFields } from './schema/field.ts';
import { ISSUER, ISSUER_TYPES } from './schema/issuer-fields.ts';
import { checkServer } from './server.ts';
import { readSolver, type WrittenSolver } from './solver.ts';

type Acme = NonNullable<NonNullable<InferFields<typeof ISSUER>['spec']>['acme']>;

const ACME = ['spec', 'acme'];

/** The issuer types that a document names, in its order. */
export const issuerTypesOf = (root: MapNode): string[] => {
  const spec = childOf(root, 'spec');
  return spec?.kind === 'map' ? ISSUER_TYPES.filter((type) => !isNull(childOf(spec, type))) : [];
};

const checkTypes = (root: MapNode): Finding[] => {
  const types = issuerTypesOf(root);
  if (types.length === 0) {
    return [
      {
        code: 'ISSUER_TYPE_MISSING',
        path: ACME,
        message: 'the issuer names no type',
        hint: 'add acme with server, privateKeySecretRef and solvers',
      },
    ];
  }
  if (types.length === 1) return [];
  const message = `the issuer names ${types.join(' and ')}`;
  return [
    {
      code: 'ISSUER_TYPE_TWICE',
      path: ['spec', types[1]!],
      message,
      hint: 'an issuer has one type: write two issuers',
    },
  ];
};

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
  return findings;
};

const checkExternalId = (id: string | undefined, solvers: readonly (WrittenSolver | undefined)[]): Finding[] => {
  if (id === undefined) return [];
  const path = ['metadata', 'annotations', EXTERNAL_ID_ANNOTATION];
  if (!/^[\w+=,.@:/-]{2,1224}$/.test(id)) {
    return [
      {
        code: 'EXTERNAL_ID_INVALID',
        path,
        message: 'this is not an external id',
        hint: '2 to 1224 letters, digits and + = , . @ : / - _',
      },
    ];
  }
  if (solvers.some((solver) => solver?.dns01?.route53?.role)) return [];
  return [
    {
      code: 'EXTERNAL_ID_UNUSED',
      path,
      message: 'no solver has a role',
      hint: 'add route53.role, or remove the annotation',
    },
  ];
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
  privateKeySecretRef: {
    name: written.privateKeySecretRef?.name ?? '',
    key: written.privateKeySecretRef?.key || 'tls.key',
  },
  solvers,
});

/** Reads one issuer; `value` is undefined where there is an error. */
export const readIssuer = (kind: IssuerKind, root: MapNode): Checked<IssuerSpec> => {
  const fields = checkFields(ISSUER, root);
  const { metadata = {}, spec } = fields.value;
  const findings = [...fields.findings, ...checkMetadata(kind, metadata, root)];
  const misspelled = findings.some(
    ({ code, path }) => code === 'FIELD_UNKNOWN' && path.length === 2 && path[0] === 'spec',
  );
  if (spec !== undefined && !misspelled) findings.push(...checkTypes(root));
  const written = spec?.acme;
  if (written === undefined) return { value: undefined, findings };
  const externalId = metadata.annotations?.[EXTERNAL_ID_ANNOTATION];
  const trust = checkTrust(written);
  const solvers = checkSolvers(root, written, externalId);
  findings.push(
    ...checkServer(written.server, [...ACME, 'server']),
    ...trust.findings,
    ...checkContact(written),
    ...checkExternalId(externalId, written.solvers ?? []),
    ...solvers.findings,
  );
  if (hasErrors(findings)) return { value: undefined, findings };
  return {
    value: {
      type: 'acme',
      kind,
      namespace: kind === 'ClusterIssuer' ? '' : metadata.namespace || 'default',
      name: metadata.name ?? '',
      acme: acmeOf(written, trust.pem, solvers.value),
    },
    findings,
  };
};
