// What an import needs of the world, and what it is told. It must never know which cloud that is.
import type { KeystoreMaker } from '../certificate/ports.ts';
import type { Clock, Randomness, SecretLabels, SecretVersions, Timer } from '../ports.ts';
import type { SecretLook } from '../sweep/ports.ts';

export interface ImportPorts {
  readonly look: SecretLook;
  readonly versions: SecretVersions;
  readonly labels: SecretLabels;
  readonly keystores: KeystoreMaker;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Randomness;
}

export interface ImportSettings {
  readonly prefix: string;
  readonly sweepPeriodMs: number;
  /** Of the account; the service may be writing too. */
  readonly secretsWritesPerSecond: number;
  /** Looks and judges, and writes nothing. */
  readonly dryRun: boolean;
  readonly anyIssuer: boolean;
}
