// Proof of one delivery target: the Kubernetes Secret as a pod would see it, against what is current in Secrets Manager. It
// must never trust the ledger, nor what a Secret says of itself.

import { TLS, VERSION_ANNOTATION } from '#core/bridge/manifests/model.ts';
import { fingerprint, parseChain } from '#core/certificate/chain.ts';
import type { StoredVersion } from '../cloud/secret-look.ts';
import type { HeldSecret } from '../cluster/secret-watch.ts';

/** Where a certificate must be. */
export interface TargetPlace {
  readonly cluster: string;
  readonly namespace: string;
  readonly secret: string;
}

export interface TargetResult extends TargetPlace {
  /** From AWSCURRENT to the moment at which the Secret held it; null where either was not seen. */
  readonly seconds: number | null;
  /** SHA-256 of the leaf's DER, computed from the Secret's own bytes; null: there is no certificate in it. */
  readonly fingerprint: string | null;
  /** Of the version that its bytes are equal to; null: of none that is or was current. */
  readonly versionId: string | null;
  /** Holds exactly what is current, as kubernetes.io/tls. */
  readonly ok: boolean;
}

export interface TargetFacts {
  readonly place: TargetPlace;
  readonly held: HeldSecret | undefined;
  readonly versions: readonly StoredVersion[];
  /** Of the version that is current, and when it became so; undefined: it was so before we looked. */
  readonly current: { readonly versionId: string; readonly promotedAt: Date | undefined };
}

const fingerprintOf = (chainPem: string | undefined): string | null => {
  try {
    const leaf = parseChain(chainPem ?? '')[0];
    return leaf === undefined ? null : fingerprint(leaf);
  } catch {
    return null;
  }
};

/** `ca.crt` is only there where the issuer gives one. */
const isSame = ({ data }: HeldSecret, { chainPem, keyPem, caPem }: StoredVersion): boolean =>
  data['tls.crt'] === chainPem && data['tls.key'] === keyPem && data['ca.crt'] === caPem;

/** The one that it names where the bytes agree, else the newest that agrees: a version rendered anew may have the same pair. */
const versionOf = (held: HeldSecret, versions: readonly StoredVersion[]): StoredVersion | undefined => {
  const same = versions.filter((version) => isSame(held, version));
  const told = held.annotations[VERSION_ANNOTATION];
  return same.find(({ versionId }) => versionId === told) ?? same.at(-1);
};

export const provenTarget = ({ place, held, versions, current }: TargetFacts): TargetResult => {
  const version = held && versionOf(held, versions);
  const isCurrent = version?.versionId === current.versionId;
  const ms = held && current.promotedAt && held.since.getTime() - current.promotedAt.getTime();
  return {
    ...place,
    // The record of a call ends a moment after the emulator has done it: the operator may be there before.
    seconds: isCurrent && ms !== undefined ? Math.max(0, Math.round(ms) / 1000) : null,
    fingerprint: fingerprintOf(held?.data['tls.crt']),
    versionId: version?.versionId ?? null,
    ok: held?.type === TLS && isCurrent,
  };
};
