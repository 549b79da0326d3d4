// The ledger's table: key names, indexes and derived keys, shared by what deploys the table and what reads and writes
// it (docs/decisions/0003-ledger-format.md). Pure: it must never know a client.
import { SHARDS, shardOf } from './names.ts';

/** Version of every item's shape; a reader refuses items of another. */
export const LEDGER_SCHEMA = 1;

/** Table keys; both are strings. */
export const TABLE_KEYS = { partition: 'pk', sort: 'sk' } as const;

/** Rows that the sweep must look at, by time: sparse, because `dueShard` goes with `nextActionAt`. */
export const DUE_INDEX = {
  name: 'due',
  partition: 'dueShard',
  sort: 'nextActionAt',
  /** Projected beside the keys. */
  include: ['name', 'uid', 'run', 'endedRun', 'notAfter', 'failures', 'startAt', 'ariAt', 'checkAt', 'pastWindow'],
} as const;

/** Rows whose last attempt failed: sparse, keys only. */
export const FAILING_INDEX = { name: 'failing', partition: 'failingShard', sort: 'failingAt' } as const;

/** Rows with a current certificate, by when it should be renewed: sparse; one partition, written with each issuance. */
export const LIFE_INDEX = {
  name: 'life',
  partition: 'life',
  sort: 'renewAt',
  /** Projected beside the keys; all speak for what is current. */
  include: ['name', 'uid', 'notBefore', 'notAfter', 'versionId', 'issuer', 'told'],
} as const;
/** Value of its partition. */
export const LIVING = 'living';

/** Rows that a declared CA certificate signs: sparse; `signer` is that certificate's `namespace/name`. */
export const SIGNER_INDEX = {
  name: 'signer',
  partition: 'signer',
  sort: 'name',
  /** Projected beside the keys. */
  include: ['uid'],
} as const;

/** Targets that are to be looked at by a cluster's sync function: sparse, because `lagCluster` goes with `tryAt`. */
export const LAGGING_INDEX = {
  name: 'lagging',
  partition: 'lagCluster',
  sort: 'tryAt',
  /** Projected beside the keys; `waitingSince` is the wanted version's `since` while it is not confirmed. */
  include: ['target', 'waitingSince'],
} as const;

/** Live challenge values that Route53 answers at one name. */
export const MAX_TXT_VALUES = 8;

export interface ItemKey {
  readonly pk: string;
  readonly sk: string;
}

/** Every shard number, 0 to SHARDS-1. */
export const ALL_SHARDS: readonly number[] = Array.from({ length: SHARDS }, (_, shard) => shard);

/** The partition in which the rows of one shard lie. */
export const ROW_PREFIX = 'cert#';
export const rowPartition = (shard: number): string => `${ROW_PREFIX}${shard}`;
/** Undefined: it holds no rows. */
export const shardOfPartition = (partition: string): number | undefined =>
  partition.startsWith(ROW_PREFIX) ? Number(partition.slice(ROW_PREFIX.length)) : undefined;
export const rowKey = (name: string): ItemKey => ({ pk: rowPartition(shardOf(name)), sk: name });

/** Partition key values of the two indexes. */
export const dueShard = (shard: number): string => `due#${shard}`;
export const failingShard = (shard: number): string => `failing#${shard}`;
/** Before the time in `failingAt`, of those that a person should look at: they are counted apart, and sort last. */
export const REPEATED_PREFIX = 'repeated#';

/** All outcomes of one certificate lie together. */
export const historyPartition = (certificate: string): string => `history#${certificate}`;
/** One outcome; sorts by time inside its certificate. */
export const historyKey = (record: { name: string; at: string; id: string }): ItemKey => ({
  pk: historyPartition(record.name),
  sk: `${record.at}#${record.id}`,
});

/** All targets of one certificate lie together, one item a cluster and namespace (`*`: a ClusterExternalSecret). */
export const targetPartition = (certificate: string): string => `target#${certificate}`;
export const targetKey = (target: { certificate: string; cluster: string; namespace: string }): ItemKey => ({
  pk: targetPartition(target.certificate),
  sk: `${target.cluster}/${target.namespace}`,
});
export const lagCluster = (cluster: string): string => `lag#${cluster}`;

/** All TXT names with live claims lie in one partition: the janitor reads it whole. */
export const TXT_PARTITION = 'txt';
export const txtKey = (zoneId: string, name: string): ItemKey => ({ pk: TXT_PARTITION, sk: `${zoneId}#${name}` });

export const accountKey = (id: string): ItemKey => ({ pk: `account#${id}`, sk: 'account' });

/** One limit's bucket; the buckets of one account spread over partitions. */
export const limitKey = (id: string): ItemKey => ({ pk: `limit#${id}`, sk: 'limit' });

/** All circuits lie in one partition: a look at what is open is one read. Few items, and none while all is well. */
export const CIRCUIT_PARTITION = 'circuit';
export const circuitKey = (scope: string): ItemKey => ({ pk: CIRCUIT_PARTITION, sk: scope });

/** Which sweep feeds now. */
export const TURN_KEY: ItemKey = { pk: 'sweep', sk: 'turn' };

/** CAs that sign here and are no certificates of ours, one an issuer: the one that it signed with last. Few items, read by one query. */
export const AUTHORITY_PARTITION = 'authority';
export const authorityKey = ({ issuer }: { issuer: string }): ItemKey => ({ pk: AUTHORITY_PARTITION, sk: issuer });

/** What the watchdog remembers between two looks. */
export const WATCHDOG_KEY: ItemKey = { pk: 'watchdog', sk: 'watchdog' };

/** The last sweep that completed. */
export const LAST_SWEEP_KEY: ItemKey = { pk: 'sweep', sk: 'last' };

/** Totals of the rows of one shard; all lie in one partition and are read by one query. */
export const COUNTERS_PARTITION = 'counters';
export const countersKey = (shard: number): ItemKey => ({ pk: COUNTERS_PARTITION, sk: String(shard).padStart(2, '0') });

export const CATALOGUE_KEY: ItemKey = { pk: 'catalogue', sk: 'catalogue' };

/** Instants in the ledger: ISO 8601, UTC, milliseconds, so that strings sort as times do. */
export const instant = (date: Date): string => date.toISOString();
