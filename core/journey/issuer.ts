// What an issuer contributes to the journey: its own segment between the staged key and the judged certificate.
// A new issuer is one implementation of this, one line in adapters/compose/advance.ts, and the contract suite.
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { EvercertError } from '../errors.ts';
import type { OrderKind } from '../limits/order-takes.ts';
import type { Sealed } from '../sealed.ts';
import type { SegmentState } from './row.ts';

export interface SegmentInput {
  readonly declared: DeclaredCertificate;
  /** `namespace/name#revision`: who holds what the segment puts into the world. */
  readonly holder: string;
  readonly state: SegmentState | undefined;
  /** True for the first step of an invocation that found work in progress: an effect may have happened unrecorded. */
  readonly resumed: boolean;
  /** True for the first step after a wait that was asked for before anything was sent, or by a refusal: nothing is unrecorded. */
  readonly waited: boolean;
  /** PKCS#10 (DER) for what is declared, signed by the staged key. */
  csr(): Promise<Uint8Array>;
  /** The staged key itself, for an issuer that signs with it. */
  key(): Promise<Sealed<string>>;
  /** What makes this issuance one: an idempotency token is derived from it. */
  readonly issuance: { readonly uid: string; readonly revision: number; readonly keyNumber: number };
  readonly now: Date;
  /** The predecessor that an order which is opened now replaces, as ARI names it (RFC 9773 section 5). */
  readonly replaces?: string;
  /** How a CA counts an order that is opened now. */
  readonly countsAs: OrderKind;
}

export type SegmentOutcome =
  /** One effect is done, or an intent is to be recorded: write the state, then go on at once. */
  | {
      readonly kind: 'moved';
      readonly state: SegmentState;
      readonly waitingFor?: string;
      /** What was found beforehand and did not stop it; for people. */
      readonly warnings?: readonly string[];
    }
  | {
      readonly kind: 'wait';
      readonly state: SegmentState;
      readonly until: Date;
      readonly waitingFor: string;
      /** The declared CA certificate (`namespace/name`) that must be there first: its issuance wakes this row. */
      readonly waitingForIssuer?: string;
    }
  | {
      readonly kind: 'issued';
      readonly state: SegmentState;
      /** PEM, leaf first; fetched again on resume, so it need not be kept. */
      readonly chainPem: string;
      /** PEM of the trust anchors, for `ca.crt`; absent: the issuer does not know them (ACME). */
      readonly caPem?: string;
      readonly warnings?: readonly string[];
    };

/**
 * Why the segment is cleaned: `paused` keeps the order for a later try; `abandoned` gives it up at the CA too;
 * `overtaken`: another holder is at work or done, so nothing is taken away, but what this one may have put up too late
 * is written down for the janitor.
 */
export type Ending = 'issued' | 'paused' | 'abandoned' | 'overtaken';

export interface Issuer {
  /** Signs here, with nothing left behind outside: one pass of `advance` needs no record in between (one-pass.ts). */
  readonly isLocal?: true;
  /** Beside the issuer itself, what the next step needs to work: the scopes whose circuits it must look at. */
  scopes(state: SegmentState | undefined): readonly string[];
  /**
   * Does the next step: at most one effect that must be recorded. Safe to repeat after a crash on either side of it.
   * Throws EvercertError; its code tells whether the state is still of use (`endsWork`).
   */
  step(input: SegmentInput): Promise<SegmentOutcome>;
  /** Takes back what the segment left in the world. Idempotent; what it cannot take back is left for the janitor and thrown. */
  clean(input: {
    declared: DeclaredCertificate;
    state: SegmentState;
    holder: string;
    ending: Ending;
  }): Promise<SegmentState>;
  /** PEM of the trust anchors as they are now, for `ca.crt`; undefined: not known (any more). Read only. */
  anchors?(declared: DeclaredCertificate): Promise<string | undefined>;
}

export type { EvercertError };
