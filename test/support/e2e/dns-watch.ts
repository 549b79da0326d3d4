// Looks at one TXT name in the local DNS all the time, to tell the most values that stood there. It must never change it.

import type { Cloud } from '#local/cloud/options.ts';
import { nodeAt } from '#local/dns/zone-data.ts';

const GAP_MS = 10;

/** Begins to look; the function that it gives ends that, and tells the most values seen at once. */
export const watchValues = ({ dnsData }: Cloud, name: string): (() => number) => {
  let most = 0;
  const look = (): void => {
    const zone = dnsData.zoneOf(name);
    if (zone !== undefined) most = Math.max(most, nodeAt(zone, name).types.get('TXT')?.size ?? 0);
  };
  const timer = setInterval(look, GAP_MS);
  return () => {
    clearInterval(timer);
    return most;
  };
};
