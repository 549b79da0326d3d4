// The ACME segment's state as it lies in the row: URLs and public challenge values, nothing that is secret.

import type { SegmentState } from '../journey/row.ts';
import type { Take } from '../limits/bucket.ts';
import type { Zone } from '../ports.ts';

/** In this order; `order` is the intent to open one, written before the request is sent. */
export type AcmeStage = 'order' | 'authorize' | 'present' | 'settle' | 'answer' | 'validate' | 'finalize' | 'issue';

export interface AcmeChallenge {
  readonly dnsName: string;
  readonly authorizationUrl: string;
  readonly challengeUrl: string;
  readonly zone: Zone;
  readonly txtName: string;
  readonly txtValue: string;
  /** ISO 8601: when it was wanted first. */
  readonly since: string;
}

export interface AcmeState {
  readonly stage: AcmeStage;
  readonly accountUrl: string;
  /** VersionId of the secret that the account's key was read from: the values of the challenges follow from it. */
  readonly keyVersionId?: string;
  /** When the order was opened (ISO 8601). */
  readonly orderedAt?: string;
  readonly orderUrl?: string;
  /** As the answer to newOrder gave them; on resume the order is read instead. */
  readonly authorizationUrls?: readonly string[];
  readonly challenges: readonly AcmeChallenge[];
  /** Route53 change ids that must be INSYNC, each with its zone. */
  readonly changes: readonly { readonly zone: Zone; readonly changeId: string }[];
  /** Limits taken for this order that the CA counts only when it issues. */
  readonly taken?: readonly Take[];
  /** When the stage was entered (ISO 8601), and how often it has been looked at since. */
  readonly stageSince: string;
  readonly looks: number;
}

const VERSION = 1;

export const sealState = (state: AcmeState): SegmentState => ({
  issuer: 'acme',
  version: VERSION,
  state: { ...state },
});

/** undefined: none yet, or of a format that this code does not know (the order is then opened anew). */
export const openState = (segment: SegmentState | undefined): AcmeState | undefined =>
  segment?.issuer === 'acme' && segment.version === VERSION ? (segment.state as unknown as AcmeState) : undefined;

export const enter = (state: AcmeState, stage: AcmeStage, now: Date, change: Partial<AcmeState> = {}): AcmeState => ({
  ...state,
  ...change,
  stage,
  stageSince: now.toISOString(),
  looks: 0,
});
