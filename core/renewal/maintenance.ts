// Maintenance windows (cert-manager's spec.renewal.windows): when a renewal may begin. Pure. It must never decide whether a
// certificate can wait that long.
import type { RenewalWindow } from '../declaration/model.ts';
import { nextFire, parseCron } from './cron.ts';

export interface Wanted {
  /** When it would be renewed without windows. */
  readonly desired: Date;
  readonly now: Date;
  /** 0 to 1: where in the first half of an opening that it waited for; so that not all begin as it opens. */
  readonly share: number;
}

const openingOf = ({ cron, durationMs, timeZone }: RenewalWindow, from: Date): Date | undefined => {
  const parsed = parseCron(cron);
  // Not yet over: whatever opened less than its duration ago.
  return 'fault' in parsed ? undefined : nextFire(parsed, timeZone, new Date(from.getTime() - durationMs + 1));
};

/** The earliest instant, neither past nor before `desired`, at which one of the windows is open; undefined: never. */
export const openAt = (windows: readonly RenewalWindow[], { desired, now, share }: Wanted): Date | undefined => {
  const earliest = Math.max(desired.getTime(), now.getTime());
  const candidates = windows.flatMap((window) => {
    const opening = openingOf(window, new Date(earliest))?.getTime();
    if (opening === undefined) return [];
    const waited = desired.getTime() <= opening;
    const spread = waited ? opening + Math.floor((share * window.durationMs) / 2000) * 1000 : opening;
    return [Math.max(earliest, spread)];
  });
  return candidates.length === 0 ? undefined : new Date(Math.min(...candidates));
};
