// What the CA issuer needs from outside: the pair that it signs with. It must never know where a pair lies.
import type { CaSigner } from '../declaration/issuer-model.ts';
import type { Sealed } from '../sealed.ts';

/** A CA's certificate and key, as they lie in one version of its secret. */
export interface SigningPair {
  readonly versionId: string;
  /** PEM of the CA certificate alone. */
  readonly certificatePem: string;
  /** PEM of the certificates that stand above it in `tls.crt`; may be empty. */
  readonly chainPem: string;
  readonly key: Sealed<string>;
  /** Text of its `ca.crt`, where it has one. */
  readonly caPem?: string;
  /** The version that signs on until `signsFrom` (ISO 8601), after a renewal with another key. */
  readonly handOver?: HandOver;
}

/** Properties `previous-version-id` and `signs-from` of a CA's secret. */
export interface HandOver {
  readonly previousVersionId: string;
  readonly signsFrom: string;
}

/** Pairs of declared CA certificates, and pairs that are brought along. Read only while signing; nothing is kept. */
export interface SigningPairs {
  /**
   * What AWSCURRENT holds, or one version; undefined: no such secret or version, or no pair in it (yet). Errors: SIGNER_UNFIT
   * (what lies there cannot be read), SECRET_DENIED, SECRET_DELETED, KMS_UNUSABLE, SECRET_UNAVAILABLE.
   */
  read(request: { signer: CaSigner; versionId?: string }): Promise<SigningPair | undefined>;
}

/** Whom a declared CA certificate signs. */
export interface Dependents {
  /** At most `limit` rows by name, after that name: eventually consistent; retired ones are not among them. */
  page(request: { signer: string; after?: string; limit: number }): Promise<readonly { name: string; uid: string }[]>;
  /**
   * Tells a row of its signer's trust and makes it due now; a leased one keeps its time, and its holder sees it as it lets go.
   * Told already, retired, or another uid: nothing.
   */
  wake(request: { name: string; uid: string; signer: string; trust: string; now: Date }): Promise<void>;
}
