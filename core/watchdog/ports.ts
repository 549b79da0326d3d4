// The roles that the watchdog needs played, beside the ledger's last sweep. It must never name a technology.

export interface ScheduleLook {
  /** As the scheduler calls it, `ENABLED` or `DISABLED`; `absent`: there is no such schedule. Errors: AWS_UNAVAILABLE, AWS_DENIED. */
  state(): Promise<string>;
}

export interface DeadLetterDepth {
  /** Messages that lie there, about. Errors: AWS_UNAVAILABLE, AWS_DENIED. */
  depth(): Promise<number>;
}

export interface Topic {
  /** One message to whoever listens; repeating it tells them again. Errors: AWS_UNAVAILABLE, AWS_DENIED. */
  tell(message: { subject: string; text: string }): Promise<void>;
}

/** What the watchdog remembers between two looks. Instants are ISO 8601. */
export interface WatchdogState {
  /** Of its first look. */
  readonly since: string;
  /** Finding -> when it was last told. */
  readonly told: Readonly<Record<string, string>>;
}

export interface WatchdogMemory {
  read(): Promise<WatchdogState | undefined>;
  write(state: WatchdogState): Promise<void>;
}
