// A look at the ledger for people: the fleet from totals and sparse indexes, one certificate from its items. It must never read
// every row: what it costs grows with what is not well, and with how many are to be listed.
import { atOnce } from '../at-once.ts';
import type { DeliveryAims } from '../bridge/ports.ts';
import { fleetFigures, HORIZON_MS, isOverdue } from '../health/fleet.ts';
import { latenessAt } from '../health/life.ts';
import type { Counters, DatedLife, LastSweep, Lives } from '../health/ports.ts';
import type { Clock, RowReader } from '../ports.ts';
import { certificateDetail, certificateView } from './certificate.ts';
import { fleetView } from './fleet.ts';
import type { CertificateDetail, CertificateView, FleetView } from './model.ts';
import type { Histories, Troubles } from './ports.ts';

export interface LookPorts {
  readonly clock: Clock;
  readonly lives: Pick<Lives, 'dueBefore'>;
  readonly counters: Counters;
  readonly lastSweep: Pick<LastSweep, 'read'>;
  readonly troubles: Troubles;
  readonly rows: RowReader;
  readonly deliveries: Pick<DeliveryAims, 'ofCertificate'>;
  readonly histories: Histories;
}

export interface LookSettings {
  readonly prefix: string;
  readonly sweepPeriodMs: number;
  /** Of the setting `clusters`. */
  readonly clusterNames: readonly string[];
}

/** Most that are listed. */
export interface Limits {
  readonly attention: number;
  readonly others: number;
}

const AT_ONCE = 10;
/** Two megabytes of the index at most: the timeline of a larger fleet shows those that are renewed first. */
const MOST_LIVES = 10_000;
const AHEAD_MS = 400 * 24 * 60 * 60_000;
const MOST_FAILING_OF_A_SHARD = 200;
const MOST_UNDELIVERED = 200;
/** A push takes seconds, and is first repeated after a minute: what waits for less is on its way. */
const ON_ITS_WAY_MS = 60_000;
const MOST_HISTORY = 60;

const viewOf = async (
  { rows, deliveries }: LookPorts,
  name: string,
  now: Date,
): Promise<readonly CertificateView[]> => {
  const [row, targets] = await Promise.all([rows.read(name), deliveries.ofCertificate(name)]);
  return row === undefined ? [] : [certificateView({ row, deliveries: targets, now })];
};

const byEnd = (a: DatedLife, b: DatedLife): number => (a.notAfter < b.notAfter ? -1 : 1);

/** Late ones, those that end first before the others; then what fails; then what a cluster waits for. */
const troubled = async (
  { troubles }: LookPorts,
  { clusterNames }: LookSettings,
  { late, now }: { late: readonly DatedLife[]; now: Date },
) => {
  const since = new Date(now.getTime() - ON_ITS_WAY_MS);
  const [failing, ...undelivered] = await Promise.all([
    troubles.failing({ limit: MOST_FAILING_OF_A_SHARD }),
    ...clusterNames.map((cluster) => troubles.undelivered({ cluster, since, limit: MOST_UNDELIVERED })),
  ]);
  const names = [...new Set([...[...late].sort(byEnd).map(({ name }) => name), ...failing, ...undelivered.flat()])];
  return { names, failing: failing.length };
};

/** Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL. */
export const lookAtFleet = async (ports: LookPorts, settings: LookSettings, limits: Limits): Promise<FleetView> => {
  const now = ports.clock.now();
  const [sweep, totals, { lives }] = await Promise.all([
    ports.lastSweep.read(),
    ports.counters.read(),
    ports.lives.dueBefore({ until: new Date(now.getTime() + AHEAD_MS), limit: MOST_LIVES }),
  ]);
  const tomorrow = new Date(now.getTime() + HORIZON_MS).toISOString();
  const due = lives.filter(({ renewAt }) => renewAt <= tomorrow);
  const late = due.filter((life) => isOverdue(latenessAt(life, now)));
  const trouble = await troubled(ports, settings, { late, now });
  const looked = trouble.names.slice(0, limits.attention);
  const known = new Set(trouble.names);
  const calm = lives.map(({ name }) => name).filter((name) => !known.has(name));
  const listed = [...looked, ...calm.slice(0, limits.others)];
  const certificates = (await atOnce(AT_ONCE, listed, (name) => viewOf(ports, name, now))).flat();
  const clusters = (sweep?.clusters ?? []).map(({ cluster, unconfirmed, oldestSeconds }) => ({
    name: cluster,
    unconfirmed,
    oldestSeconds,
  }));
  return fleetView({
    service: settings.prefix,
    now,
    sweepPeriodMs: settings.sweepPeriodMs,
    counts: fleetFigures({ due: { lives: due }, totals, failing: trouble.failing }, now),
    certificates,
    beyond: trouble.names.length - looked.length,
    lives,
    clusters,
    limits,
    ...(sweep === undefined ? {} : { lastSweep: { completedAt: sweep.completedAt, durationMs: sweep.durationMs } }),
  });
};

/** Undefined: there is no such row. Errors: LEDGER_UNAVAILABLE, AWS_DENIED, INTERNAL. */
export const lookAtCertificate = async (
  ports: LookPorts,
  { prefix }: Pick<LookSettings, 'prefix'>,
  name: string,
): Promise<CertificateDetail | undefined> => {
  const [row, deliveries, history] = await Promise.all([
    ports.rows.read(name),
    ports.deliveries.ofCertificate(name),
    ports.histories.newest({ name, limit: MOST_HISTORY }),
  ]);
  const now = ports.clock.now();
  return row === undefined ? undefined : certificateDetail({ row, deliveries, history, prefix, now });
};
