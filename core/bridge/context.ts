// All that one cluster's sync needs, in one bundle; made in adapters/compose/sync.ts, and of fakes in the tests.
import type { CertificateRow } from '../journey/rows.ts';
import type { Clock, EventBus, Log, RowReader, Timer } from '../ports.ts';
import type { ClusterApi, Deliveries, DeliveryAims, Workloads } from './ports.ts';

export interface SyncPorts {
  readonly clock: Clock;
  readonly timer: Timer;
  readonly deliveries: Deliveries;
  readonly aims: Pick<DeliveryAims, 'ofCertificate'>;
  readonly rows: RowReader;
  readonly api: ClusterApi;
  readonly workloads: Workloads;
  readonly bus: EventBus;
  readonly log: Log;
}

export interface SyncSettings {
  readonly cluster: { readonly name: string; readonly store: { readonly kind: string; readonly name: string } };
  /** Secrets are named `<prefix>/<namespace>/<certificate>`. */
  readonly prefix: string;
}

/** One invocation: what is asked once is remembered in it. */
export interface Sync {
  /** A cluster that does not answer is asked once. */
  readonly ports: SyncPorts;
  readonly settings: SyncSettings;
  /** Read once a certificate. */
  readonly row: (certificate: string) => Promise<CertificateRow | undefined>;
}

/** How one target's visit ended; `nothing`: there was nothing to do, or somebody else does it. */
export type Ended =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'delivered'; readonly afterMs: number; readonly restarted: number }
  | { readonly kind: 'restarted'; readonly restarted: number }
  | { readonly kind: 'lagging'; readonly code: string };

export const NOTHING: Ended = { kind: 'nothing' };
