// The machine's answer of `npm start -- --once --json`: one object, its shape promised (schema 1). Pure.
import type { Problem } from '#core/declaration/model.ts';
import type { LeftOut } from '#core/declaration/read.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import type { TargetResult } from '../proof/targets.ts';
import { isProven, type Proof } from '../proof/verify.ts';
import type { Standing } from './standing.ts';
import type { Lag } from './targets.ts';

export interface CertificateResult {
  /** `namespace/name`. */
  readonly name: string;
  readonly dnsNames: readonly string[];
  /** `Kind/name`. */
  readonly issuer: string;
  readonly state: 'ready' | 'failed' | 'waiting' | 'refused';
  readonly reason: { readonly code: string; readonly message: string } | null;
  /** SHA-256 of the leaf's DER, 64 hex characters. */
  readonly fingerprint: string | null;
  /** ISO 8601. */
  readonly notAfter: string | null;
  readonly versionId: string | null;
  /** From the deploy's wish for it to the first version's being AWSCURRENT. */
  readonly secondsToCurrent: number | null;
  readonly verified: Omit<Proof, 'purpose'> | null;
  /** Oldest first. */
  readonly versions: readonly Pick<StoredVersion, 'versionId' | 'fingerprint' | 'notAfter'>[];
  /** Kubernetes Secrets that must hold it, by cluster and namespace; only with clusters. */
  readonly targets?: readonly TargetResult[];
}

export interface RunResult {
  readonly schema: 1;
  readonly ok: boolean;
  /** Sorted by name. */
  readonly certificates: readonly CertificateResult[];
  readonly problems: readonly Problem[];
  /** Where it could be looked at while it ran; absent with --no-page. */
  readonly page?: string;
}

/** What was found out about one accepted certificate. */
export interface Finding {
  readonly standing: Standing;
  readonly versions: readonly StoredVersion[];
  /** Of the current version. */
  readonly proof: Proof | undefined;
  /** Undefined: there is no cluster. */
  readonly targets?: readonly TargetResult[] | undefined;
}

const verifiedOf = ({ chain, names, key, handshake }: Proof): NonNullable<CertificateResult['verified']> => ({
  chain,
  names,
  key,
  handshake,
});

export const certificateResult = ({ standing, versions, proof, targets }: Finding): CertificateResult => {
  const { name, dnsNames, issuer, state, reason, secondsToCurrent, currentVersionId } = standing;
  const current = versions.find(({ versionId }) => versionId === currentVersionId);
  return {
    name,
    dnsNames,
    issuer,
    state,
    reason,
    fingerprint: current?.fingerprint ?? null,
    notAfter: current?.notAfter ?? null,
    versionId: current?.versionId ?? null,
    secondsToCurrent,
    verified: proof === undefined ? null : verifiedOf(proof),
    versions: versions.map(({ versionId, fingerprint, notAfter }) => ({ versionId, fingerprint, notAfter })),
    ...(targets === undefined ? {} : { targets }),
  };
};

export const refusedResult = ({ name, dnsNames, issuer, reason }: LeftOut): CertificateResult => ({
  name,
  dnsNames,
  issuer,
  state: 'refused',
  reason,
  fingerprint: null,
  notAfter: null,
  versionId: null,
  secondsToCurrent: null,
  verified: null,
  versions: [],
});

/** A result with the verdict on its proof: a CA, for example, owes no handshake. */
export interface JudgedResult extends CertificateResult {
  readonly proven: boolean;
  /** What the ledger says of targets that do not hold it. */
  readonly lags?: readonly Lag[];
}

/** In Secrets Manager, and in every Secret that must hold it. */
export const isAllProven = ({ proof, targets = [] }: Pick<Finding, 'proof' | 'targets'>): boolean =>
  proof !== undefined && isProven(proof) && targets.every(({ ok }) => ok);

export const judgedResult = (finding: Finding): JudgedResult => ({
  ...certificateResult(finding),
  proven: isAllProven(finding),
  ...(finding.standing.lags === undefined ? {} : { lags: finding.standing.lags }),
});

/** Accepted and refused certificates in one list. */
export const runResult = (facts: {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}): RunResult => {
  const none = facts.findings.some(({ targets }) => targets !== undefined) ? { targets: [] } : {};
  const refused = facts.leftOut.map((one) => ({ ...refusedResult(one), ...none }));
  const all = [...facts.findings.map(certificateResult), ...refused];
  const certificates = all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { schema: 1, ok: facts.ok, certificates, problems: facts.problems };
};
