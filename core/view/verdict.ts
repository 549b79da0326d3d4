// The one line that says whether all is well. Pure.
import type { FleetView } from './model.ts';
import { distance } from './times.ts';
import { urgencyOf } from './urgency.ts';

export interface Verdict {
  /** `stopped`: Evercert itself does not do its work; what it says of certificates grows old. */
  readonly tone: 'well' | 'attention' | 'critical' | 'stopped';
  readonly text: string;
}

/** As the dead man's alarm has it: two periods and three minutes. */
const SLACK_MS = 3 * 60_000;
export const isSweepLate = (since: Date, periodMs: number, now: Date): boolean =>
  now.getTime() - since.getTime() > 2 * periodMs + SLACK_MS;

const stoppedSince = ({ at, lastSweep, isStarting }: FleetView): string | undefined => {
  const now = new Date(at);
  if (isStarting) return undefined;
  if (lastSweep === undefined) return 'no sweep has completed yet';
  const completedAt = new Date(lastSweep.completedAt);
  return isSweepLate(completedAt, lastSweep.periodMs, now)
    ? `the last sweep was ${distance(completedAt, now)}`
    : undefined;
};

const CRITICAL = ['expired', 'emergency', 'critical'];

export const verdictOf = (view: FleetView): Verdict => {
  const { attention, more, counts } = view;
  const stopped = stoppedSince(view);
  const total = attention.length + more;
  if (stopped !== undefined && (counts.managed > 0 || !view.isCounted || view.lastSweep !== undefined)) {
    const also = total === 0 ? '' : `, and ${total} need${total === 1 ? 's' : ''} attention`;
    return { tone: 'stopped', text: `Evercert does not sweep: ${stopped}${also}` };
  }
  if (total > 0) {
    const isCritical = attention.some((one) => CRITICAL.includes(urgencyOf(one)));
    return { tone: isCritical ? 'critical' : 'attention', text: `${total} need${total === 1 ? 's' : ''} attention` };
  }
  if (!view.isCounted) return { tone: 'well', text: 'Nothing needs attention' };
  if (counts.managed === 0) return { tone: 'well', text: 'Nothing is declared yet' };
  const issuing = counts.managed - counts.ready;
  if (view.isStarting && issuing > 0)
    return { tone: 'well', text: `The first sweep is under way, ${issuing} being issued` };
  return { tone: 'well', text: issuing > 0 ? `All is well, ${issuing} being issued` : 'All is well' };
};
