// ClaimedRows on DynamoDB: every write after the claim is conditional on its fence. It must never know phases or issuers.
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { EvercertError } from '#core/errors.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import type { Timers } from '#core/journey/timers.ts';
import { historyKey, instant, LEDGER_SCHEMA, rowKey } from '#core/ledger-format.ts';
import type { ClaimedRows } from '#core/ports.ts';
import { dueFields, leaseFields, progressFields, rowOf, timerFields } from './row-item.ts';
import { attempt, type LedgerTable } from './table.ts';
import { update, updateParts, type Write } from './write.ts';

type ClaimRequest = Parameters<ClaimedRows['claim']>[0];

const LEASE_IS_MINE_TO_TAKE = '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :now OR #leaseRun = :run)';

const claimWrite = ({ name, uid, run, now, leaseUntil }: ClaimRequest): Write => ({
  key: rowKey(name),
  fields: { leaseRun: run, ...leaseFields(name, leaseUntil) },
  increase: { fence: 1 },
  // A row of another shape is not touched: the code that knows it takes it up.
  when: `#schema = :schema AND #uid = :uid AND #run <= :run AND ${LEASE_IS_MINE_TO_TAKE}`,
  values: { uid, run, now: instant(now), schema: LEDGER_SCHEMA },
});

const claim = async (table: LedgerTable, request: ClaimRequest): Promise<CertificateRow | 'gone' | 'held'> => {
  const outcome = await update(table, claimWrite(request));
  if (outcome.met) return rowOf(outcome.item);
  const { item } = outcome;
  if (item?.schema !== LEDGER_SCHEMA) return 'gone';
  return item.uid === request.uid && (item.run as number) <= request.run ? 'held' : 'gone';
};

const leaseLost = (row: CertificateRow): EvercertError =>
  new EvercertError('LEASE_LOST', `${row.name}: the claim with fence ${row.fence} is no longer the newest`);

const FENCE_HOLDS = '#uid = :uid AND #fence = :fence';

const saveWrite = ({ row, progress, leaseUntil }: Parameters<ClaimedRows['save']>[0]): Write => ({
  key: rowKey(row.name),
  fields: { ...progressFields(row, progress), ...leaseFields(row.name, leaseUntil) },
  when: `${FENCE_HOLDS} AND attribute_exists(#leaseRun)`,
  values: { uid: row.uid, fence: row.fence },
});

/** Row and history in one transaction. It gives no item (API_TransactWriteItems), and none is asked for: `release` sees what is newer. */
const saveWithRecord = async (
  table: LedgerTable,
  { row, ...change }: Parameters<ClaimedRows['save']>[0],
  record: OutcomeRecord,
): Promise<CertificateRow> => {
  const write = saveWrite({ row, ...change });
  const history = { ...historyKey(record), schema: LEDGER_SCHEMA, ...record };
  const command = new TransactWriteCommand({
    TransactItems: [{ Update: updateParts(table, write) }, { Put: { TableName: table.tableName, Item: history } }],
  });
  const outcome = await attempt('TransactWriteItems', () => table.client.send(command));
  if (!outcome.met) throw leaseLost(row);
  const { nextActionAt, startAt } = dueFields(row.name, change.leaseUntil);
  const { progress, leaseUntil } = change;
  return { ...row, progress, leaseUntil: instant(leaseUntil), ...({ nextActionAt, startAt } as Timers) };
};

/** What others write beside a claim is as it was seen. */
const same = (attribute: string, value: string | undefined): string =>
  value === undefined ? `attribute_not_exists(#${attribute})` : `#${attribute} = :${value}`;

const release = async (
  table: LedgerTable,
  { row, progress, timers }: Parameters<ClaimedRows['release']>[0],
): Promise<'released' | 'changed'> => {
  const { renewRequestedAt: mark, signerTrust: told } = row;
  const outcome = await update(table, {
    key: rowKey(row.name),
    fields: {
      ...progressFields(row, progress),
      ...timerFields(row.name, timers),
      leaseUntil: undefined,
      leaseRun: undefined,
    },
    when: [
      `${FENCE_HOLDS} AND #generation = :generation`,
      same('renewRequestedAt', mark === undefined ? undefined : 'mark'),
      same('signerTrust', told === undefined ? undefined : 'told'),
    ].join(' AND '),
    values: {
      uid: row.uid,
      fence: row.fence,
      generation: row.generation,
      ...(mark === undefined ? {} : { mark }),
      ...(told === undefined ? {} : { told }),
    },
  });
  if (outcome.met) return 'released';
  if (outcome.item?.uid !== row.uid || outcome.item.fence !== row.fence) throw leaseLost(row);
  return 'changed';
};

/** Errors: LEASE_LOST; LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL as of `ledgerError`. Safe to repeat after any of them. */
export const dynamodbClaimedRows = (table: LedgerTable): ClaimedRows => ({
  claim: (request) => claim(table, request),
  save: async (change) => {
    const { row, record } = change;
    if (record !== undefined) return saveWithRecord(table, change, record);
    const outcome = await update(table, saveWrite(change));
    if (!outcome.met) throw leaseLost(row);
    return rowOf(outcome.item);
  },
  release: (change) => release(table, change),
});
