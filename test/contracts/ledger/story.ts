// What the ledger's contract suites have in common: instants, rows in the making, and the subject under test. It must
// never know which ledger it is.
import type { CertificateRow, Progress, RowFailure, Work } from '#core/journey/row.ts';
import type { AcceptedDeclarationRow, DueRow, OutcomeRecord } from '#core/journey/rows.ts';
import { ALL_SHARDS } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import type { TxtClaim } from '#core/ports.ts';
import { declaredCertificate } from '#test/support/declared.ts';
import type { LedgerPorts } from '#test/support/fake-ledger.ts';

export interface LedgerUnderTest extends LedgerPorts {
  /** What lies in the history of a certificate, by time: no port reads it yet. */
  history(name: string): Promise<readonly OutcomeRecord[]>;
}

/** Gives the ports over a ledger that is empty. */
export type OpenLedger = () => Promise<LedgerUnderTest>;

/** Minutes after the story's beginning, 2026-11-25T10:00Z. */
export const minute = (n: number): Date => new Date(Date.UTC(2026, 10, 25, 10, n));

const work: Work = {
  revision: 1,
  keyNumber: 1,
  generation: 1,
  attemptId: 'attempt-1',
  reason: { code: 'SecretMissing', message: 'no certificate has been issued yet' },
  startedAt: '2026-11-25T10:00:00.000Z',
  phase: 'key',
};

export const failure: RowFailure = {
  code: 'DNS_NO_ZONE',
  class: 'human',
  message: 'no zone covers shop.example.com',
  at: '2026-11-25T10:01:00.000Z',
  count: 3,
  retryAt: '2026-11-26T10:01:00.000Z',
  generation: 1,
};

export const working: Progress = { revision: 1, work };
export const failed: Progress = { revision: 1, failure, endedRun: 1 };

/** The record of an issued certificate at minute 1. */
export const issued = (name: string): OutcomeRecord => ({
  id: 'record-1',
  name,
  uid: `uid-${name}`,
  at: '2026-11-25T10:01:00.000Z',
  kind: 'issued',
  generation: 1,
  revision: 1,
});

/** What reconcile sees of a row. */
export const accepted = async (ledger: LedgerPorts, name: string): Promise<AcceptedDeclarationRow | undefined> =>
  (await ledger.declaredRows.listShard(shardOf(name))).find((row) => row.name === name);

export const allAccepted = async (ledger: LedgerPorts): Promise<readonly AcceptedDeclarationRow[]> =>
  (await Promise.all(ALL_SHARDS.map((shard) => ledger.declaredRows.listShard(shard)))).flat();

/** Declares `name` at minute 0 with uid `uid-<name>`. */
export const declare = (ledger: LedgerPorts, name: string): Promise<void> =>
  ledger.declaredRows.declare({
    declared: declaredCertificate({ name }),
    seen: undefined,
    uid: `uid-${name}`,
    now: minute(0),
  });

export const dueAt = (ledger: LedgerPorts, now: Date): Promise<readonly DueRow[]> =>
  ledger.dueRows.due({ now, limit: 1000 });

/** Books the next run of the one row that is due. */
export const bookNext = async (ledger: LedgerPorts, now: Date): Promise<void> => {
  const [row] = await dueAt(ledger, now);
  if (row === undefined || !(await ledger.dueRows.book({ row, now, lookAgainAt: minute(60) })))
    throw new Error('nothing could be booked');
};

/** Claims `name` for a run at minute 0; the lease ends at minute 5. */
export const claim = (
  ledger: LedgerPorts,
  { name, run, now = minute(0), until = minute(5) }: { name: string; run: number; now?: Date; until?: Date },
): Promise<CertificateRow | 'gone' | 'held'> =>
  ledger.claimedRows.claim({ name, uid: `uid-${name}`, run, now, leaseUntil: until });

/** A row that is declared, booked for run 1 and claimed by it until minute 5. */
export const claimed = async (ledger: LedgerPorts, name: string): Promise<CertificateRow> => {
  await declare(ledger, name);
  await bookNext(ledger, minute(0));
  const row = await claim(ledger, { name, run: 1 });
  if (typeof row === 'string') throw new Error(`claim: ${row}`);
  return row;
};

/** A claim at `_acme-challenge.<host>` in the zone example.com. */
export const txt = ({ value, holder, since = 0, host = 'example.com' }: TxtStory): TxtClaim => ({
  zone: { id: 'Z1', name: 'example.com', access: { role: 'arn:aws:iam::1:role/dns', externalId: 'x' } },
  name: `_acme-challenge.${host}`,
  value,
  holder,
  since: minute(since).toISOString(),
});

interface TxtStory {
  readonly value: string;
  readonly holder: string;
  readonly since?: number;
  readonly host?: string;
}
