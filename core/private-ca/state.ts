// The Private CA segment's state as it lies in the row: a certificate's ARN and what was asked, nothing that is secret.
import type { SegmentState } from '../journey/row.ts';

export interface PrivateCaState {
  /** `issue` is the intent to ask for the certificate, written before the request is sent. */
  readonly stage: 'issue' | 'fetch';
  /** Like `EndEntityCertificate/V1`. */
  readonly template: string;
  /** What the CA signs with. */
  readonly signingAlgorithm: string;
  /** ISO 8601, whole seconds: a request that is sent again must say the same. */
  readonly notAfter: string;
  /** IdempotencyToken. */
  readonly token: string;
  readonly certificateArn?: string;
  /** When the first intent of this issuance was written, and the one that counts now (ISO 8601). */
  readonly begunAt: string;
  readonly intendedAt: string;
  /** When the CA took the request (ISO 8601), and how often the certificate has been looked for. */
  readonly issuedAt?: string;
  readonly looks: number;
}

const VERSION = 1;

export const sealState = (state: PrivateCaState): SegmentState => ({
  issuer: 'awspca',
  version: VERSION,
  state: { ...state },
});

/** undefined: none yet, of another issuer, or of a format that this code does not know. */
export const openState = (segment: SegmentState | undefined): PrivateCaState | undefined =>
  segment?.issuer === 'awspca' && segment.version === VERSION
    ? (segment.state as unknown as PrivateCaState)
    : undefined;
