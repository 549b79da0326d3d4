// Which limit a CA's refusal of a new order speaks of, by its words (Boulder's ratelimits/limiter.go). Pure.
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
  { declared, accountUrl }: Omit<OrderAsked, 'kind' | 'quotas'>,
): Bucket => {
  const said = error.detail.problem?.detail ?? '';
  const { server } = declared.issuer.acme;
  const named = /for "([^"]+)"/.exec(said)?.[1];
  if (/new orders/.test(said)) return orderBucket(server, accountUrl);
  if (/failed authorizations/.test(said) && named !== undefined) return failureBucket(server, accountUrl, named);
  if (/certificates .*already issued/.test(said) && named !== undefined) return domainBucket(server, named);
  return nameSetBucket(server, accountUrl, declared.certificate.dnsNames);
};

/** The Retry-After that is kept to: at most seven days. */
export const blockedUntil = (error: EvercertError, now: Date): Date | undefined => {
  const { retryAt } = error.detail;
  return retryAt === undefined ? undefined : new Date(Math.min(retryAt.getTime(), now.getTime() + LONGEST_MS));
};
