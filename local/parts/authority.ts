// What every running test CA offers, whatever program it is. It must never know who orders from it.

export interface RunningAuthority {
  /** The ACME directory (RFC 8555 section 7.1.1). */
  readonly directoryUrl: string;
  /** What clients must trust to reach the directory over TLS; PEM. */
  readonly caPem: string;
  readonly pid: number;
  /** The root of the certificates that it issues; PEM. */
  readonly rootPem: () => Promise<string>;
  readonly stop: () => Promise<void>;
}
