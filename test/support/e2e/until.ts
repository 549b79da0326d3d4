// Waits for what must come by itself, and says what the ledger says when it does not. It must never cause anything.
import { setTimeout as pause } from 'node:timers/promises';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { CATALOGUE_KEY } from '#core/ledger-format.ts';
import type { LedgerLook } from '#local/cloud/ledger-look.ts';
import type { Cloud } from '#local/cloud/options.ts';

const GAP_MS = 250;

const line = (row: NonNullable<ReturnType<LedgerLook['rows']['get']>>): string => {
  const { work, current, failure, revision } = row.progress;
  const parts = [
    `run ${row.run}`,
    `revision ${revision}`,
    `generation ${row.generation}`,
    work && `at work since ${work.startedAt}: ${work.phase}, waiting for ${work.waitingFor ?? 'nothing'}`,
    current && `current until ${current.notAfter}`,
    failure && `${failure.code} (${failure.count}, next try ${failure.retryAt}): ${failure.message}`,
    `looked at again ${row.nextActionAt ?? 'never'}`,
  ];
  return `${row.name}: ${parts.filter(Boolean).join('; ')}`;
};

/** What the ledger says, a line a row. */
export const ledgerText = ({ rows }: LedgerLook): string => [...rows.values()].map(line).sort().join('\n');

/**
 * Looks until `found` gives something; gives that. Throws after `deadlineMs` (default three minutes: the machine may be busy)
 * with what was missing and the whole ledger.
 */
export const until = async <T>(
  cloud: Cloud,
  sentence: string,
  found: (look: LedgerLook) => T | undefined | Promise<T | undefined>,
  deadlineMs = 180_000,
): Promise<T> => {
  const end = performance.now() + deadlineMs;
  for (;;) {
    const look = await cloud.look();
    const result = await found(look);
    if (result !== undefined) return result;
    if (performance.now() > end)
      throw new Error(`not seen within ${deadlineMs / 1000} s: ${sentence}\n${ledgerText(look)}`);
    await pause(GAP_MS);
  }
};

/** Waits until each of these certificates (`namespace/name`) is current at this generation, and nothing is in progress. */
export const untilCurrent = (cloud: Cloud, names: readonly string[]): Promise<LedgerLook> =>
  until(cloud, `${names.join(', ')} are current`, (look) => {
    const ready = names.every((name) => {
      const row = look.rows.get(name);
      return (
        row?.progress.current?.generation === row?.generation && row?.progress.work === undefined && row !== undefined
      );
    });
    return ready ? look : undefined;
  });

/** Waits until a sweep has carried what the last deploy wants into the rows. */
export const untilApplied = (cloud: Cloud): Promise<true> =>
  until(cloud, 'the catalogue is applied', async () => {
    const request = { TableName: cloud.outputs.tableName, Key: CATALOGUE_KEY, ConsistentRead: true };
    const { Item } = await cloud.directClients.dynamodb.send(new GetCommand(request));
    return Item?.appliedHash !== undefined && Item.appliedHash === Item.wantedHash ? true : undefined;
  });
