// A look at the whole ledger of a local cloud, for people and tests. It must never write, nor be used where a fleet is large.
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '#core/bridge/model.ts';
import type { SweepRecord } from '#core/health/ports.ts';
import type { CertificateRow } from '#core/journey/row.ts';
import type { OutcomeRecord } from '#core/journey/rows.ts';
import { CATALOGUE_KEY, type ItemKey, LAST_SWEEP_KEY, TABLE_KEYS } from '#core/ledger-format.ts';

export interface LedgerLook {
  /** By name. */
  readonly rows: ReadonlyMap<string, CertificateRow>;
  /** Every outcome, oldest first. */
  readonly history: readonly OutcomeRecord[];
  /** Targets of each certificate, by name; sorted by cluster and namespace. */
  readonly deliveries: ReadonlyMap<string, readonly Delivery[]>;
  /** When the last deploy asked for its catalogue (ISO 8601). */
  readonly wantedAt: string | undefined;
  /** The last one that completed. */
  readonly lastSweep?: Pick<SweepRecord, 'completedAt' | 'durationMs'>;
}

const byCertificate = (items: readonly Delivery[]): ReadonlyMap<string, readonly Delivery[]> =>
  Map.groupBy(items, ({ target }) => target.certificate);

/** Reads everything, strongly consistent. */
export const lookAtLedger = async (table: {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}): Promise<LedgerLook> => {
  const items: Record<string, unknown>[] = [];
  const request = { TableName: table.tableName, ConsistentRead: true };
  for await (const page of paginateScan({ client: table.client }, request)) items.push(...(page.Items ?? []));
  const of = (kind: string): Record<string, unknown>[] =>
    items.filter((item) => String(item[TABLE_KEYS.partition]).startsWith(`${kind}#`));
  const history = of('history') as unknown as OutcomeRecord[];
  const at = ({ pk, sk }: ItemKey): Record<string, unknown> | undefined =>
    items.find((item) => item[TABLE_KEYS.partition] === pk && item[TABLE_KEYS.sort] === sk);
  const lastSweep = at(LAST_SWEEP_KEY) as unknown as SweepRecord | undefined;
  return {
    rows: new Map((of('cert') as unknown as CertificateRow[]).map((row) => [row.name, row])),
    deliveries: byCertificate(
      (of('target') as unknown as (Delivery & { readonly sk: string })[]).sort((a, b) => (a.sk < b.sk ? -1 : 1)),
    ),
    history: history.sort((a, b) => (a.at < b.at ? -1 : 1)),
    wantedAt: at(CATALOGUE_KEY)?.wantedAt as string | undefined,
    ...(lastSweep === undefined ? {} : { lastSweep }),
  };
};
