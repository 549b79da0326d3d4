// The render phase: what is current is put into a new version with other outputs, from the same pair and without an order.
// It must never issue, nor take a key from anywhere but the current version.
import { leafFacts, parseChain } from '../certificate/chain.ts';
import { anchorsOf, chainOf, handOverOf, privateKeyOf } from '../certificate/secret-value.ts';
import { EvercertError } from '../errors.ts';
import { secretsTake } from '../limits/order-takes.ts';
import type { Sealed } from '../sealed.ts';
import { type Pair, stageBundle } from './stage-bundle.ts';
import { type StepResult, withWork } from './step.ts';
import { trustToFollow } from './trust.ts';
import { issuerAtWork, secretName, type Visit } from './visit.ts';

/** The anchors that the version carries, or the issuer's present ones where its signer has told of others. */
const anchorsNow = async (visit: Visit, value: Sealed<string>): Promise<string | undefined> => {
  const carried = anchorsOf(value);
  if (trustToFollow(visit.row) === undefined) return carried;
  return (await issuerAtWork(visit).anchors?.(visit.row.declared)) ?? carried;
};

/** The pair that a value carries, as it is; undefined: it carries none. */
export const carriedPair = (value: Sealed<string>): Pair | undefined => {
  const key = privateKeyOf(value);
  const chainPem = chainOf(value)?.open();
  const leaf = chainPem === undefined ? undefined : parseChain(chainPem)[0];
  if (key === undefined || chainPem === undefined || leaf === undefined) return undefined;
  const [caPem, handOver] = [anchorsOf(value), handOverOf(value)];
  return {
    chainPem,
    key,
    facts: leafFacts(leaf),
    ...(caPem === undefined ? {} : { caPem }),
    ...(handOver === undefined ? {} : { handOver }),
  };
};

const pairOf = async (visit: Visit, value: Sealed<string>): Promise<Pair | undefined> => {
  const pair = carriedPair(value);
  const caPem = await anchorsNow(visit, value);
  return pair && { ...pair, ...(caPem === undefined ? {} : { caPem }) };
};

/** The version, AWSCURRENT, the label off again. */
const WRITES = 3;

/** A change of all declarations at once renders thousands anew: they queue for the store. Errors: LIMIT_REACHED. */
export const takePlace = async ({ ports, settings, row }: Visit): Promise<void> => {
  const answer = await ports.limits.take({ takes: [secretsTake(settings.quotas, WRITES)], now: ports.clock.now() });
  if (answer.kind === 'taken') return;
  const { at, bucket } = answer;
  throw new EvercertError('LIMIT_REACHED', `${row.name}: ${bucket.words}: its turn comes about ${at.toISOString()}`, {
    detail: { retryAt: at },
  });
};

/** render: reads the current version by its VersionId and stages it with the declared outputs; where it is gone, a new certificate is issued. */
export const render = async (visit: Visit): Promise<StepResult> => {
  const { current } = visit.row.progress;
  const versionId = current?.versionId ?? '';
  const value = await visit.ports.versions.read({ name: secretName(visit), versionId });
  const pair = value === undefined ? undefined : await pairOf(visit, value);
  if (current === undefined || pair === undefined) {
    const message = `version ${versionId} of the secret holds no pair any more: there is nothing to render anew`;
    return { kind: 'next', progress: withWork(visit, { phase: 'key', reason: { code: 'DataMissing', message } }) };
  }
  await takePlace(visit);
  const staged = await stageBundle(visit, pair);
  return { kind: 'next', progress: withWork(visit, { phase: 'store', bundle: { ...staged, asked: current.asked } }) };
};
