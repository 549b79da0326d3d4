// What ails more than one certificate, in three figures for the alarms: who fails again and again, issuers that are out, CAs
// that end. Each costs nothing while all is well, or one read. It must never stop a sweep.
import { asEvercertError } from '../errors.ts';
import type { Circuits } from '../failure/ports.ts';
import type { Clock, FleetCounts, Log } from '../ports.ts';
import { endingSoon } from './authority.ts';
import type { FleetFigures } from './figures.ts';
import type { Authorities } from './ports.ts';

export interface TroublePorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: FleetCounts;
  readonly circuits: Pick<Circuits, 'look'>;
  readonly authorities: Pick<Authorities, 'all'>;
}

/** What could not be looked at is absent, as the log says. */
export interface Troubles {
  readonly failingRepeatedly?: number;
  /** Circuits of issuers that are open. */
  readonly issuersOut?: number;
  readonly authoritiesEnding?: number;
}

interface Known {
  readonly failing: number;
  readonly figures: FleetFigures | undefined;
}

const issuersOut = async ({ circuits }: TroublePorts): Promise<number> =>
  (await circuits.look()).filter(({ scope }) => scope.startsWith('issuer#')).length;

const authoritiesEnding = async ({ authorities, clock, log }: TroublePorts, { figures }: Known): Promise<number> => {
  const counted = figures?.countedAt === undefined ? undefined : Object.entries(figures.byIssuer);
  const managed = counted && Object.fromEntries(counted.map(([issuer, of]) => [issuer, of.managed]));
  const ending = endingSoon(await authorities.all(), { now: clock.now(), managed });
  for (const authority of ending) log.warn('a CA ends soon', { ...authority });
  return ending.length;
};

const settled = async (log: Log, what: string, ask: () => Promise<number>): Promise<number | undefined> => {
  const [answer] = await Promise.allSettled([ask()]);
  if (answer.status === 'fulfilled') return answer.value;
  const error = asEvercertError(answer.reason);
  log.warn('a figure of the alarms is not known', { what, code: error.code, error });
  return undefined;
};

/** Never throws. */
export const lookAtTroubles = async (ports: TroublePorts, known: Known): Promise<Troubles> => {
  const { log, counts } = ports;
  const [again, out, ending] = await Promise.all([
    known.failing === 0 ? 0 : settled(log, 'failingRepeatedly', () => counts.failingRepeatedly()),
    settled(log, 'issuersOut', () => issuersOut(ports)),
    settled(log, 'authoritiesEnding', () => authoritiesEnding(ports, known)),
  ]);
  return {
    ...(again === undefined ? {} : { failingRepeatedly: again }),
    ...(out === undefined ? {} : { issuersOut: out }),
    ...(ending === undefined ? {} : { authoritiesEnding: ending }),
  };
};
