// One call to Route53: through the right account, again while Route53 is busy, its errors in our codes. It must never
// know what is asked.
import type { Route53Client } from '@aws-sdk/client-route-53';
import { EvercertError } from '#core/errors.ts';
import type { Timer, ZoneAccess } from '#core/ports.ts';
import { isBusy, type Route53Subject, translated } from './errors.ts';

export interface Route53Access {
  /** A client that acts in the zone's account (with its role assumed, where there is one). */
  clientFor(access: ZoneAccess): Promise<Route53Client>;
  readonly timer: Timer;
  /** From 0 to 1, for the jitter of the gaps. */
  random(): number;
}

/** Makes one call. Errors: DNS_DENIED, DNS_NO_ZONE, DNS_CHANGE_REFUSED, DNS_UNAVAILABLE. */
export type Ask = <T>(call: Route53Subject & { send(client: Route53Client): Promise<T> }) => Promise<T>;

/** All gaps of one call together; after that the row's own backoff is the better wait. */
const PATIENCE_MS = 10_000;
const FIRST_GAP_MS = 200;
const LONGEST_GAP_MS = 3_000;

export const asker =
  (route53: Route53Access): Ask =>
  async ({ send, ...subject }) => {
    let waitedMs = 0;
    for (let attempt = 0; ; attempt++) {
      try {
        return await send(await route53.clientFor(subject.access));
      } catch (error) {
        if (!isBusy(error)) throw translated(error, subject);
        const gapMs = Math.min(LONGEST_GAP_MS, FIRST_GAP_MS * 2 ** attempt) * (0.5 + route53.random());
        if (waitedMs + gapMs > PATIENCE_MS) throw tooBusy(error, subject, waitedMs);
        await route53.timer.sleep(gapMs);
        waitedMs += gapMs;
      }
    }
  };

const tooBusy = (error: unknown, subject: Route53Subject, waitedMs: number): EvercertError =>
  new EvercertError(
    'DNS_UNAVAILABLE',
    `Route53 was too busy for ${subject.action} during ${Math.round(waitedMs)} ms (${(error as Error).name})`,
    { detail: { action: subject.action }, cause: error },
  );
