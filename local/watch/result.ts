// The machine's answer of `npm start -- --once --json`: one object, its shape promised (schema 1). Pure.
import type { Problem } from '#core/declaration/model.ts';
import type { LeftOut } from '#core/declaration/read.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import { isProven, type Proof } from '../proof/verify.ts';
import type { Standing } from './standing.ts';

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
}

export interface RunResult {
  readonly schema: 1;
  readonly ok: boolean;
  /** Sorted by name. */
  readonly certificates: readonly CertificateResult[];
  readonly problems: readonly Problem[];
}

/** What was found out about one accepted certificate. */
export interface Finding {
  readonly standing: Standing;
  readonly versions: readonly StoredVersion[];
  /** Of the current version. */
  readonly proof: Proof | undefined;
}

const verifiedOf = ({ chain, names, key, handshake }: Proof): NonNullable<CertificateResult['verified']> => ({
  chain,
  names,
  key,
  handshake,
});

export const certificateResult = ({ standing, versions, proof }: Finding): CertificateResult => {
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
}

export const judgedResult = (finding: Finding): JudgedResult => ({
  ...certificateResult(finding),
  proven: finding.proof !== undefined && isProven(finding.proof),
});

/** Accepted and refused certificates in one list. */
export const runResult = (facts: {
  readonly ok: boolean;
  readonly findings: readonly Finding[];
  readonly leftOut: readonly LeftOut[];
  readonly problems: readonly Problem[];
}): RunResult => {
  const all = [...facts.findings.map(certificateResult), ...facts.leftOut.map(refusedResult)];
  const certificates = all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { schema: 1, ok: facts.ok, certificates, problems: facts.problems };
};
