// Whether the public DNS leads to our hosted zone: the servers that the world is sent to against those that Route53
// gave the zone. Pure.
import type { DnsAnswer } from './ports.ts';

/** Route53 gives every private zone these four: whoever sees them is inside a VPC with a zone of that name. */
const PRIVATE_SERVERS = new Set([
  'ns-0.awsdns-00.com',
  'ns-512.awsdns-00.net',
  'ns-1024.awsdns-00.org',
  'ns-1536.awsdns-00.co.uk',
]);

export type Delegation = 'ours' | 'partly ours' | 'elsewhere' | 'unknown';

/** By the names of the servers alone; `elsewhere` may still be our servers under names of the owner's own (white label). */
export const delegationOf = (seen: DnsAnswer<string>, ours: readonly string[]): Delegation => {
  if (seen.kind !== 'records' || ours.length === 0) return 'unknown';
  if (seen.records.every((server) => PRIVATE_SERVERS.has(server))) return 'unknown';
  const own = new Set(ours);
  const common = seen.records.filter((server) => own.has(server)).length;
  if (common === 0) return 'elsewhere';
  return common === seen.records.length ? 'ours' : 'partly ours';
};

/** Whether the addresses show that the servers are others: certain only where both sides are known and share none. */
export const areOthers = (seen: readonly string[], ours: readonly string[]): boolean =>
  seen.length > 0 && ours.length > 0 && !seen.some((address) => ours.includes(address));
