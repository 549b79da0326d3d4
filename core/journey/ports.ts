// All that one journey needs, in one bundle; made in adapters/compose/advance.ts, and of fakes in the tests.

import type { DeliveryAims } from '../bridge/ports.ts';
import type { CertificateMaker, KeyMaker, KeystoreMaker } from '../certificate/ports.ts';
import type { IssuerType } from '../declaration/issuer-model.ts';
import type { Circuits, Probes } from '../failure/ports.ts';
import type { AwsQuotas } from '../limits/figures.ts';
import type { Limits } from '../limits/ports.ts';
import type { Dependents } from '../own-ca/ports.ts';
import type {
  ClaimedRows,
  Clock,
  EventBus,
  Log,
  NewSecrets,
  Randomness,
  ReferenceSecrets,
  SecretLabels,
  SecretVersions,
  Timer,
} from '../ports.ts';
import type { Issuer } from './issuer.ts';

/** By what the lines of a log are found together. */
export interface Correlation {
  /** What every line says from now on beside its own fields; what was said before is over. */
  about(fields: Readonly<Record<string, string>>): void;
}

export interface JourneyPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly random: Randomness;
  readonly rows: ClaimedRows;
  readonly versions: SecretVersions;
  /** For certificates that are signed here. */
  readonly newSecrets: NewSecrets;
  readonly dependents: Dependents;
  readonly labels: SecretLabels;
  readonly deliveries: DeliveryAims;
  readonly keys: KeyMaker;
  readonly keystores: KeystoreMaker;
  /** Signs temporary certificates. */
  readonly certificates: CertificateMaker;
  /** Rendering anew takes its place among the writes to the store. */
  readonly limits: Pick<Limits, 'take'>;
  /** Passwords of keystores. */
  readonly references: Pick<ReferenceSecrets, 'read'>;
  readonly bus: EventBus;
  readonly log: Log;
  readonly correlation: Correlation;
  readonly circuits: Circuits & Probes;
  /** By the type of issuer that a declaration names. */
  readonly issuers: Readonly<Record<IssuerType, Issuer>>;
}

export interface JourneySettings {
  readonly prefix: string;
  readonly sweepPeriodMs: number;
  readonly quotas: AwsQuotas;
}
