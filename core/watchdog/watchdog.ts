// One look of the watchdog: sees what it can, judges, tells what is new or old. It must never need the sweep, nor be stopped
// by one thing that it cannot see.
import type { Names } from '../alarms/model.ts';
import { asEvercertError } from '../errors.ts';
import type { LastSweep } from '../health/ports.ts';
import type { Clock, Log } from '../ports.ts';
import { type Finding, judge, type Unseen } from './judge.ts';
import { message, untold } from './message.ts';
import type { DeadLetterDepth, ScheduleLook, Topic, WatchdogMemory, WatchdogState } from './ports.ts';

export interface WatchdogPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly lastSweep: Pick<LastSweep, 'read'>;
  readonly schedule: ScheduleLook;
  readonly deadLetters: DeadLetterDepth;
  readonly topic: Topic;
  readonly memory: WatchdogMemory;
}

export interface WatchdogReport {
  readonly findings: readonly Finding[];
  /** How many of them were told just now. */
  readonly told: number;
}

const settled = async <T>(what: string, ask: () => Promise<T>): Promise<T | Unseen> => {
  const [answer] = await Promise.allSettled([ask()]);
  if (answer.status === 'fulfilled') return answer.value;
  const { code, message: words } = asEvercertError(answer.reason);
  return { unseen: `${what}: ${code} ${words}` };
};

const isUnseen = (value: object | undefined): value is Unseen => value !== undefined && 'unseen' in value;

const remember = async ({ memory, log }: WatchdogPorts, state: WatchdogState): Promise<void> => {
  const [written] = await Promise.allSettled([memory.write(state)]);
  if (written.status === 'rejected')
    log.warn('what was told was not written down: it is told again', { error: written.reason });
};

/** Throws where nobody could be told of a finding, so that Lambda and the dead-man's alarm see it. */
export const watchdog = async (
  ports: WatchdogPorts,
  settings: { readonly sweepPeriodMs: number; readonly names: Names },
): Promise<WatchdogReport> => {
  const now = ports.clock.now();
  const [lastSweep, schedule, deadLetters, remembered] = await Promise.all([
    settled('the ledger', () => ports.lastSweep.read()),
    settled('the schedule', () => ports.schedule.state()),
    settled('the dead-letter queue', () => ports.deadLetters.depth()),
    settled('the memory', () => ports.memory.read()),
  ]);
  const memory = isUnseen(remembered) ? undefined : remembered;
  const since = new Date(memory?.since ?? now);
  const { sweepPeriodMs, names } = settings;
  const findings = judge({ now, sweepPeriodMs, since, lastSweep, schedule, deadLetters });
  const fresh = untold(findings, memory?.told ?? {}, now);
  if (fresh.length > 0) {
    ports.log.warn('the watchdog has found something', { findings });
    await ports.topic.tell(message(findings, names));
  }
  const at = now.toISOString();
  const told = Object.fromEntries(
    findings.map(({ code }) => [code, fresh.length > 0 ? at : (memory?.told[code] ?? at)]),
  );
  // A memory that cannot be read is left alone: what it holds may be older and right.
  if (!isUnseen(remembered)) await remember(ports, { since: since.toISOString(), told });
  return { findings, told: fresh.length };
};
