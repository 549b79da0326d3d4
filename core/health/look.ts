// The sweep's look at the fleet's health: figures for the metrics, and an event for each threshold that was crossed. What it
// costs grows with what is due within a day. It must never stop a sweep, nor read every row.
import { atOnce } from '../at-once.ts';
import { asEvercertError } from '../errors.ts';
import type { Clock, EventBus, Log } from '../ports.ts';
import { type Crossing, crossingEvent, crossings } from './crossings.ts';
import type { FleetFigures } from './figures.ts';
import { fleetFigures, HORIZON_MS } from './fleet.ts';
import type { Counters, LastSweep, Lives, SweepRecord } from './ports.ts';

export interface HealthPorts {
  readonly clock: Clock;
  readonly lives: Lives;
  readonly counters: Counters;
  readonly lastSweep: LastSweep;
  readonly bus: EventBus;
  readonly log: Log;
}

/** More are not counted: what is alarming is alarming by then. */
const MOST = 5_000;
/** Told in one sweep; the others are told by the next ones, the worst first. */
const MOST_TOLD = 100;
const AT_ONCE = 10;

/** Published before it is remembered: told at least once. */
const tellOne = async ({ lives, bus, clock }: HealthPorts, crossing: Crossing): Promise<void> => {
  const { life, lateness } = crossing;
  await bus.publish(crossingEvent(crossing, clock.now()));
  await lives.tell({ life, lateness });
};

const tellAll = async (ports: HealthPorts, crossed: readonly Crossing[]): Promise<void> => {
  await atOnce(AT_ONCE, crossed.slice(0, MOST_TOLD), async (crossing) => {
    const [told] = await Promise.allSettled([tellOne(ports, crossing)]);
    if (told.status === 'fulfilled') return;
    const error = asEvercertError(told.reason);
    ports.log.warn('how late a certificate is was not told', {
      certificate: crossing.life.name,
      code: error.code,
      error,
    });
  });
};

/** Undefined: it could not be looked at, as the log says; the next sweep looks again. Never throws. */
export const lookAtHealth = async (
  ports: HealthPorts,
  { failing }: { readonly failing: number },
): Promise<FleetFigures | undefined> => {
  const now = ports.clock.now();
  const until = new Date(now.getTime() + HORIZON_MS);
  const [due, totals] = await Promise.allSettled([
    ports.lives.dueBefore({ until, limit: MOST }),
    ports.counters.read(),
  ]);
  if (totals.status === 'rejected') ports.log.warn('the totals of the fleet are not known', { error: totals.reason });
  if (due.status === 'rejected') {
    ports.log.warn("the fleet's health is not known", { error: due.reason });
    return undefined;
  }
  await tellAll(ports, crossings(due.value.lives, now));
  return fleetFigures(
    { due: due.value, totals: totals.status === 'fulfilled' ? totals.value : undefined, failing },
    now,
  );
};

/** The last act of a sweep; where it fails, the sweep has completed all the same. */
export const recordSweep = async ({ lastSweep, log }: HealthPorts, record: SweepRecord): Promise<void> => {
  const [written] = await Promise.allSettled([lastSweep.write(record)]);
  if (written.status === 'rejected') log.warn('the end of the sweep was not written down', { error: written.reason });
};
