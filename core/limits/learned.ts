// Which limit a CA's refusal of a new order speaks of, by its words (Boulder's ratelimits/limiter.go). Pure.
import { acmeOf } from '../declaration/issuer-types.ts';
import type { EvercertError } from '../errors.ts';
import type { Bucket } from './bucket.ts';
import { domainBucket, failureBucket, nameSetBucket, type OrderAsked, orderBucket } from './order-takes.ts';

const DAY = 24 * 3_600_000;
/** What a CA says beyond that is asked again by then. */
const LONGEST_MS = 7 * DAY;

/** Whether the words name a limit of the account, a domain, a name or a name set: then it is not the whole issuer's. */
export const namesLimit = (error: EvercertError): boolean =>
  /new orders|failed authorizations|certificates .*already issued/.test(error.detail.problem?.detail ?? '');

/** The bucket to block; of words that nobody knows, the name set alone: others are not held up for one. */
export const limitOf = (
  error: EvercertError,
  { declared, accountUrl }: Pick<OrderAsked, 'declared' | 'accountUrl'>,
): Bucket => {
  const said = error.detail.problem?.detail ?? '';
  const { server } = acmeOf(declared.issuer);
  const named = /for "([^"]+)"/.exec(said)?.[1];
  if (/new orders/.test(said)) return orderBucket(server, accountUrl);
  if (/failed authorizations/.test(said) && named !== undefined) return failureBucket(server, accountUrl, named);
  if (/certificates .*already issued/.test(said) && named !== undefined) return domainBucket(server, named);
  return nameSetBucket(server, accountUrl, declared.certificate.dnsNames);
};

/** How long no new order goes into a zone that stays busy beyond the tries of one call. */
const BUSY_ZONE_MS = 30_000;

/** Route53 throttles a zone's changes, or is still at an earlier one (PriorRequestNotComplete); it never says until when. */
export const busyZoneUntil = (error: EvercertError, now: Date): Date | undefined =>
  error.code === 'DNS_UNAVAILABLE' &&
  /PriorRequestNotComplete|Throttling|TooManyRequests|RequestLimit/.test(error.message)
    ? new Date(now.getTime() + BUSY_ZONE_MS)
    : undefined;

/** The Retry-After that is kept to: at most seven days. */
export const blockedUntil = (error: EvercertError, now: Date): Date | undefined => {
  const { retryAt } = error.detail;
  return retryAt === undefined ? undefined : new Date(Math.min(retryAt.getTime(), now.getTime() + LONGEST_MS));
};
