// What belongs to one hosted zone goes to Route53 in one change: grouped by the zone and the way to reach it. Pure.
import type { Zone } from './ports.ts';

/** Groups in the order in which their zones come first. */
export const byZone = <T extends { readonly zone: Zone }>(items: readonly T[]): { zone: Zone; items: T[] }[] =>
  [...Map.groupBy(items, ({ zone }) => JSON.stringify([zone.id, zone.access])).values()].map((group) => ({
    zone: group[0]!.zone,
    items: group,
  }));
