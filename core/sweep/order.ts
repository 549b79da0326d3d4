// Who of the due rows gets a place: most urgent first, fair between namespaces, and what fails never in the way of what
// does not. Pure.
import type { DueRow } from '../journey/rows.ts';

const NEAR_END_MS = 2 * 24 * 3_600_000;

/**
 * Healthy before failing; among them what the CA wants replaced now, then what ends first; what was never issued comes after
 * what is about to end.
 */
export const byUrgency = (a: DueRow, b: DueRow): number => {
  const failing = Number(a.failures > 0) - Number(b.failures > 0);
  if (failing !== 0) return failing;
  const past = Number(b.pastWindow !== undefined) - Number(a.pastWindow !== undefined);
  if (past !== 0) return past;
  const end = (a.notAfter ?? '9').localeCompare(b.notAfter ?? '9');
  return end !== 0 ? end : a.nextActionAt.localeCompare(b.nextActionAt);
};

const namespaceOf = ({ name }: DueRow): string => name.slice(0, Math.max(0, name.indexOf('/')));

/** One of each namespace in turn, each namespace in its own order. */
export const inTurns = (rows: readonly DueRow[]): DueRow[] => {
  const queues = [...Map.groupBy(rows, namespaceOf).values()];
  const longest = Math.max(0, ...queues.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) => queues.flatMap((queue) => queue[i] ?? [])).flat();
};

/**
 * The healthy ones in three classes: near their end or wanted back by the CA (there no namespace waits for another), to be
 * renewed, never issued.
 */
const healthyInOrder = (rows: readonly DueRow[], now: Date): DueRow[] => {
  const nearEnd = new Date(now.getTime() + NEAR_END_MS).toISOString();
  const isNear = ({ notAfter, pastWindow }: DueRow) =>
    notAfter !== undefined && (notAfter < nearEnd || pastWindow !== undefined);
  const near = rows.filter(isNear);
  const renewed = rows.filter((row) => row.notAfter !== undefined && !isNear(row));
  return [...near, ...inTurns(renewed), ...inTurns(rows.filter(({ notAfter }) => notAfter === undefined))];
};

/**
 * The rows to start now. What fails gets only what the healthy leave, and never the half of all places that is kept free
 * for healthy ones that become due while it runs.
 */
export const nextRows = (
  due: readonly DueRow[],
  { free, inFlight, now }: { free: number; inFlight: number; now: Date },
): readonly DueRow[] => {
  const sorted = [...due].sort(byUrgency);
  const healthy = healthyInOrder(
    sorted.filter(({ failures }) => failures === 0),
    now,
  ).slice(0, free);
  const left = Math.min(free - healthy.length, free - Math.floor(inFlight / 2));
  const failing = inTurns(sorted.filter(({ failures }) => failures > 0)).slice(0, Math.max(0, left));
  return [...healthy, ...failing];
};
