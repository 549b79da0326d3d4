// One certificate's row as an item: its attributes, and those that are derived for the two indexes. It must never know
// who writes when.
import { issuerText, signerOf } from '#core/declaration/issuer-types.ts';
import type { DeclaredCertificate } from '#core/declaration/model.ts';
import { EvercertError } from '#core/errors.ts';
import { thresholdsOf } from '#core/health/life.ts';
import { isRepeated } from '#core/health/repeated.ts';
import { lifeOf } from '#core/health/row-life.ts';
import type { CertificateRow, Progress } from '#core/journey/row.ts';
import { nextActionAt, type Timers } from '#core/journey/timers.ts';
import { dueShard, failingShard, instant, LEDGER_SCHEMA, LIVING, REPEATED_PREFIX } from '#core/ledger-format.ts';
import { shardOf } from '#core/names.ts';
import { pastWindowOf } from '#core/renewal/ari.ts';
import type { Item } from './table.ts';

const ROW_ATTRIBUTES = [
  ['schema', 'name', 'uid', 'origin', 'declared', 'generation', 'retiredAt', 'run', 'fence'],
  [
    'leaseUntil',
    'leaseRun',
    'progress',
    'nextActionAt',
    'startAt',
    'ariAt',
    'checkAt',
    'renewRequestedAt',
    'signerTrust',
  ],
].flat();

/** The named attributes that are there. */
export const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]));

/** Refuses an item that another version of Evercert has written in another shape (INTERNAL). */
export const known = (item: Item): Item => {
  if (item.schema === LEDGER_SCHEMA) return item;
  const found = `ledger item ${String(item.pk)} ${String(item.sk)} has schema ${String(item.schema)}`;
  throw new EvercertError('INTERNAL', `${found}, this version reads ${LEDGER_SCHEMA}`);
};

/** The item as the core's row. */
export const rowOf = (item: Item): CertificateRow => pick(known(item), ROW_ATTRIBUTES) as unknown as CertificateRow;

/** An execution at that time, whatever else the row waits for: `startAt` and `nextActionAt`, with its sparse index key. */
export const dueFields = (name: string, startAt: Date): Item => ({
  startAt: instant(startAt),
  nextActionAt: instant(startAt),
  dueShard: dueShard(shardOf(name)),
});

/** All timers, and the earliest of them as `nextActionAt` with its sparse index key; none takes both off. */
export const timerFields = (name: string, timers: Timers): Item => {
  const next = nextActionAt(timers);
  return {
    startAt: timers.startAt,
    ariAt: timers.ariAt,
    checkAt: timers.checkAt,
    nextActionAt: next,
    dueShard: next && dueShard(shardOf(name)),
  };
};

/** The declaration, and the index key of whom a declared CA certificate signs. */
export const declaredFields = (declared: DeclaredCertificate): Item => ({
  declared,
  declaredHash: declared.hash,
  signer: signerOf(declared.issuer),
});

/** A lease, and the look that follows when its holder crashes. */
export const leaseFields = (name: string, leaseUntil: Date): Item => ({
  leaseUntil: instant(leaseUntil),
  ...dueFields(name, leaseUntil),
});

/** What the index of lives has of a row; all off where nothing is current, or it is retired. */
const lifeFields = (row: CertificateRow, progress: Progress): Item => {
  const life = lifeOf({ ...row, progress });
  return {
    life: life && LIVING,
    renewAt: life && instant(thresholdsOf(life).renewAt),
    notBefore: life?.notBefore,
    versionId: life && progress.current?.versionId,
    issuer: life && issuerText(row.declared.issuer),
  };
};

/** Progress, and what the indexes tell of it; a retired row counts neither as failing nor as living. */
export const progressFields = (row: CertificateRow, progress: Progress): Item => {
  const failure = row.retiredAt === undefined ? progress.failure : undefined;
  return {
    progress,
    endedRun: progress.endedRun,
    notAfter: progress.current?.notAfter,
    failures: progress.failure?.count ?? 0,
    pastWindow: pastWindowOf(progress),
    failingShard: failure && failingShard(shardOf(row.name)),
    failingAt: failure && (isRepeated(failure) ? `${REPEATED_PREFIX}${failure.at}` : failure.at),
    ...lifeFields(row, progress),
  };
};
