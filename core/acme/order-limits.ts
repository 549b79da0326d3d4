// The limits of an order, taken before it is opened, learned from what the CA answers, and given back when it comes to
// nothing. It must never know how they are kept.

import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import type { SegmentInput } from '../journey/issuer.ts';
import type { Rate, Take } from '../limits/bucket.ts';
import type { AwsQuotas } from '../limits/figures.ts';
import { blockedUntil, busyZoneUntil, limitOf } from '../limits/learned.ts';
import { failureBucket, isCountedAtIssue, nameSetBucket, orderTakes, zoneBucket } from '../limits/order-takes.ts';
import { limitReached } from '../limits/reached.ts';
import { declaredPlace } from './challenge-place.ts';
import { type AcmePorts, type AcmeSettings, fewAtATime } from './context.ts';
import type { AcmeState } from './state.ts';

type Declared = SegmentInput['declared'];

/** A place that cannot be found now is looked for once more when the order is open; its zone is then not counted. */
const zoneIdsOf = async (ports: AcmePorts, declared: Declared): Promise<readonly string[]> => {
  const found = await fewAtATime(declared.certificate.dnsNames, async (name) => {
    const [place] = await Promise.allSettled([declaredPlace(ports, declared, name)]);
    return place.status === 'fulfilled' && place.value !== undefined ? [place.value.zone.id] : [];
  });
  return [...new Set(found.flat())];
};

const paceOf = ({ capacity, msPerToken }: Rate): string =>
  msPerToken < 1_000
    ? `${capacity} at once, then ${Math.round(1_000 / msPerToken)} a second`
    : `${capacity} at once, then one every ${Math.round(msPerToken / 1_000)} s`;

/** LIMIT_REACHED (with `retryAt`) where a limit is used up. Gives what is to be given back if no certificate follows. */
export const takeForOrder = async (
  ports: AcmePorts,
  settings: AcmeSettings,
  { input, accountUrl }: { input: SegmentInput; accountUrl: string },
): Promise<readonly Take[]> => {
  const { declared, now, countsAs: kind } = input;
  const zoneIds = await zoneIdsOf(ports, declared);
  const takes = orderTakes({ declared, accountUrl, kind, quotas: settings.quotas, zoneIds });
  const answer = await ports.limits.take({ takes, now });
  if (answer.kind === 'taken') return takes.filter(isCountedAtIssue);
  const { bucket } = answer;
  const bound = bucket.rate === undefined ? '' : ` (${paceOf(bucket.rate)})`;
  throw limitReached(`${bucket.words}${bound}`, answer);
};

/** An order that was thought to be waived is none: it counts for its names after all. */
export const countAfterAll = async (
  ports: AcmePorts,
  { input, accountUrl }: { input: SegmentInput; accountUrl: string },
): Promise<void> => {
  const { declared, countsAs, now } = input;
  if (countsAs !== 'ari') return;
  const bucket = nameSetBucket(acmeOf(declared.issuer).server, accountUrl, declared.certificate.dnsNames);
  await ports.limits.learn({ take: { bucket, tokens: 1 }, now });
};

/** What an answer to this order teaches: a limit that the CA names, names that it could not validate, a zone that stays busy. */
export const learnFrom = async (
  ports: AcmePorts,
  error: unknown,
  { declared, state, quotas }: { declared: Declared; state: AcmeState; quotas: AwsQuotas },
): Promise<void> => {
  if (!(error instanceof EvercertError)) return;
  const now = ports.clock.now();
  const { accountUrl, stage } = state;
  const until = blockedUntil(error, now);
  if (error.code === 'CA_RATE_LIMITED' && stage === 'order' && until !== undefined) {
    const bucket = limitOf(error, { declared, accountUrl });
    await ports.limits.learn({ take: { bucket, tokens: 0 }, now, blockedUntil: until });
  }
  const busyUntil = busyZoneUntil(error, now);
  if (busyUntil !== undefined && error.detail.zoneId !== undefined) {
    const bucket = zoneBucket(error.detail.zoneId, quotas);
    await ports.limits.learn({ take: { bucket, tokens: 0 }, now, blockedUntil: busyUntil });
  }
  if (stage !== 'validate' || (error.code !== 'CHALLENGE_FAILED' && error.code !== 'CAA_FORBIDS')) return;
  for (const name of new Set(error.detail.offenders ?? [])) {
    const bucket = failureBucket(acmeOf(declared.issuer).server, accountUrl, name);
    await ports.limits.learn({ take: { bucket, tokens: 1 }, now });
  }
};

/** An order that is given up before the CA has issued is not counted by it. */
export const giveBackOf = async (ports: AcmePorts, { stage, taken = [] }: AcmeState): Promise<void> => {
  if (taken.length > 0 && stage !== 'issue') await ports.limits.giveBack({ takes: taken, now: ports.clock.now() });
};
