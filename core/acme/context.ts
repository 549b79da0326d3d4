// What one step of the ACME segment works with.
import { atOnce } from '../at-once.ts';
import type { SegmentInput } from '../journey/issuer.ts';
import type { AwsQuotas } from '../limits/figures.ts';
import type { Limits } from '../limits/ports.ts';
import type { DnsProvider, TxtBook } from '../ports.ts';
import type { Preflight } from '../preflight/ports.ts';
import type { AccountPorts, AccountSettings } from './account-key.ts';
import type { PlacePorts } from './challenge-place.ts';
import type { AcmeSession } from './ports.ts';
import type { AcmeState } from './state.ts';

export interface AcmePorts extends AccountPorts, PlacePorts {
  readonly preflight: Preflight;
  readonly dns: DnsProvider;
  readonly txt: TxtBook;
  readonly limits: Limits;
}

export interface AcmeSettings extends AccountSettings {
  readonly quotas: AwsQuotas;
}

export interface AcmeStep {
  readonly ports: AcmePorts;
  readonly settings: AcmeSettings;
  readonly input: SegmentInput;
  readonly session: AcmeSession;
  readonly state: AcmeState;
}

export type StageOutcome =
  | { readonly kind: 'moved'; readonly state: AcmeState; readonly waitingFor?: string }
  | { readonly kind: 'wait'; readonly state: AcmeState; readonly until: Date; readonly waitingFor: string }
  | {
      readonly kind: 'issued';
      readonly state: AcmeState;
      readonly chainPem: string;
      readonly warnings?: readonly string[];
    };

export type Stage = (step: AcmeStep) => Promise<StageOutcome>;

/** Looks again later: the count of looks sets the pace. */
export const lookAgain = (step: AcmeStep, gapMs: number, waitingFor: string): StageOutcome => ({
  kind: 'wait',
  state: { ...step.state, looks: step.state.looks + 1 },
  until: new Date(step.input.now.getTime() + gapMs),
  waitingFor,
});

export const stageAgeMs = (step: AcmeStep): number =>
  step.input.now.getTime() - new Date(step.state.stageSince).getTime();

/** A CA counts requests, and a name list may be a hundred long. */
export const fewAtATime = <T, R>(items: readonly T[], run: (item: T) => Promise<R>): Promise<R[]> =>
  atOnce(5, items, run);
