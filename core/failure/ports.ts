// What the ledger keeps of circuits, with its obligations (test/contracts/ledger/circuits.ts).
import type { ErrorCode } from '../codes.ts';

/** A fault that hits all certificates of one scope: one of them probes, the others wait. */
export interface OpenCircuit {
  /** What it stands for: `issuer#…`, `zone#…`, `store`. */
  readonly scope: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly openedAt: string;
  /** From then on the next one may probe. */
  readonly nextProbeAt: string;
  /** Probes that have failed. */
  readonly probes: number;
}

export interface ScopeFault {
  readonly scope: string;
  readonly code: ErrorCode;
  readonly message: string;
  readonly certificate: string;
  readonly now: Date;
  /** When the other side allows the next try. */
  readonly retryAt?: Date;
  /** True for the certificate that probes: the next gap is longer. */
  readonly probing: boolean;
}

export interface Circuits {
  /** All that are open: one read, however many rows there are. */
  look(): Promise<readonly OpenCircuit[]>;
  /** Counts a fault; the circuit opens with the third distinct certificate inside half an hour. */
  open(fault: ScopeFault): Promise<void>;
  /** The scope works again; one that is not open is no error. */
  close(request: { scope: string }): Promise<void>;
}

export interface Probes {
  /** Lets one through: conditional on the circuit being open and its next probe due, which is put off to `until` (a crash lets another one). */
  begin(request: { scope: string; now: Date; until: Date }): Promise<boolean>;
}
