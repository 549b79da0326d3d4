// What the fake ledger holds. It must never be handed out: everything is copied on the way in and out.

import type { AccountRecord } from '#core/acme/ports.ts';
import type { Delivery } from '#core/bridge/model.ts';
import type { CircuitState } from '#core/failure/circuit.ts';
import type { AuthorityLife, SweepRecord, Told } from '#core/health/ports.ts';
import { lifeOf } from '#core/health/row-life.ts';
import type { CertificateRow, Progress } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import type { BucketState } from '#core/limits/bucket.ts';
import type { TxtClaim } from '#core/ports.ts';
import type { WatchdogState } from '#core/watchdog/ports.ts';
import { type Hook, hooked } from '../hooks.ts';
import type { StoredTotals } from './totals.ts';

/** A row and what the indexes of failing and living rows have of it (they lag behind an un-retirement until the next release). */
export interface StoredRow {
  row: CertificateRow;
  declaredHash: string;
  failing: boolean;
  living: boolean;
  told?: Told;
}

export interface StoredAccount {
  record: AccountRecord;
  holder?: string;
  lockedUntil?: string;
}

export interface LedgerStore {
  readonly rows: Map<string, StoredRow>;
  readonly history: Map<string, OutcomeRecord>;
  /** `<zoneId>#<name>` -> value -> claim. */
  readonly txt: Map<string, Map<string, TxtClaim>>;
  readonly accounts: Map<string, StoredAccount>;
  readonly buckets: Map<string, BucketState>;
  readonly circuits: Map<string, CircuitState>;
  /** By the target's key. */
  readonly deliveries: Map<string, Delivery>;
  turn: { holder: string; until: string } | undefined;
  /** By shard. */
  readonly totals: Map<number, StoredTotals>;
  readonly authorities: Map<string, AuthorityLife>;
  watchdog: WatchdogState | undefined;
  lastSweep: SweepRecord | undefined;
  catalogue: { wantedHash: string; appliedHash?: string; nextShard: number } | undefined;
}

export const emptyStore = (): LedgerStore => ({
  rows: new Map(),
  history: new Map(),
  txt: new Map(),
  accounts: new Map(),
  buckets: new Map(),
  circuits: new Map(),
  deliveries: new Map(),
  turn: undefined,
  totals: new Map(),
  authorities: new Map(),
  watchdog: undefined,
  lastSweep: undefined,
  catalogue: undefined,
});

/** A deep copy by JSON, as the real ledger marshals: undefined is dropped, a Date is a mistake that shows. */
export const copy = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

/** Wraps each method of a port: arguments and answers are copied, the hook is told before and after. */
export const hookedPort = <P extends object>(hook: Hook, port: string, methods: P): P =>
  Object.fromEntries(
    Object.entries(methods).map(([method, run]) => [
      method,
      (argument: unknown) =>
        hooked(hook, { port, method }, async () =>
          structuredClone(await (run as (a: unknown) => unknown)(structuredClone(argument))),
        ),
    ]),
  ) as P;

/** Replaces a stored row: undefined fields are dropped, `failing` follows the progress. */
export const put = (store: LedgerStore, stored: StoredRow): CertificateRow => {
  const row = copy(stored.row);
  store.rows.set(row.name, { ...stored, row });
  return row;
};

const isFailing = (row: CertificateRow, progress: Progress): boolean =>
  row.retiredAt === undefined && progress.failure !== undefined;

/** What the indexes have of a row with that progress, as its writer knew it. */
export const indexed = (row: CertificateRow, progress: Progress): Pick<StoredRow, 'failing' | 'living'> => ({
  failing: isFailing(row, progress),
  living: lifeOf({ ...row, progress }) !== undefined,
});
