// answer, validate, finalize, issue: tells the CA to look, waits by its Retry-After, sends the request, fetches the chain.
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import { type AcmeStep, fewAtATime, lookAgain, type Stage, type StageOutcome, stageAgeMs } from './context.ts';
import { demandDecision, orderError } from './order-stages.ts';
import { ISSUE_DEADLINE_MS, ORDER_DEADLINE_MS, pollGapMs, VALIDATE_CEILING_MS } from './pace.ts';
import type { AcmeAuthorization, AcmeOrder } from './ports.ts';
import { enter } from './state.ts';

/** Tells the CA to look at each name; on resume only where it has not been told yet. */
export const answer: Stage = async ({ session, state, input }) => {
  await fewAtATime(state.challenges, async ({ authorizationUrl, challengeUrl }) => {
    if (input.resumed && (await session.authorizations.read(authorizationUrl)).dns01?.status !== 'pending') return;
    await session.authorizations.answer({ dns01: { url: challengeUrl } });
  });
  return { kind: 'moved', state: enter(state, 'validate', input.now), waitingFor: 'the CA to validate' };
};

const failedNames = (authorizations: readonly AcmeAuthorization[]): string =>
  authorizations
    .filter(({ status }) => status !== 'valid' && status !== 'pending')
    .map(({ dnsName, status, dns01 }) => `${dnsName}: ${dns01?.error?.detail ?? status}`)
    .join('; ');

/** An order that turned invalid: its authorizations tell which name and why. */
const challengeError = async (step: AcmeStep, found: AcmeOrder): Promise<EvercertError> => {
  const authorizations = await fewAtATime(found.authorizationUrls, (url) => step.session.authorizations.read(url));
  const words = failedNames(authorizations);
  if (words === '') return orderError(found);
  const problem = authorizations.find(({ dns01 }) => dns01?.error !== undefined)?.dns01?.error;
  const forbidden = problem?.type?.endsWith(':caa') === true;
  return new EvercertError(forbidden ? 'CAA_FORBIDS' : 'CHALLENGE_FAILED', `the CA could not validate ${words}`, {
    detail: {
      offenders: authorizations.filter(({ status }) => status === 'invalid').map(({ dnsName }) => dnsName),
      ...(problem === undefined ? {} : { problem }),
    },
  });
};

const download = async ({ session, state, input }: AcmeStep, found: AcmeOrder) => {
  const { preferredChain } = acmeOf(input.declared.issuer);
  const chosen = preferredChain === undefined ? {} : { preferredChain };
  const { chainPem, offered } = await session.certificates.download({ order: found, ...chosen });
  const issued = { kind: 'issued', state, chainPem } as const;
  if (offered === undefined) return issued;
  const words = `no chain of the CA leads to the preferred "${preferredChain}" (it offers ${offered.join(', ')}): the default one is used`;
  return { ...issued, warnings: [words] };
};

/** finalize itself, on an order that was just seen to be `ready`. */
const sendRequest = async (step: AcmeStep, ready: AcmeOrder): Promise<StageOutcome> => {
  const issuing = enter(step.state, 'issue', step.input.now);
  const finalized = await step.session.orders.finalize({ order: ready, csrDer: await step.input.csr() });
  if (finalized.status === 'valid') return download({ ...step, state: issuing }, finalized);
  return { kind: 'moved', state: issuing, waitingFor: 'the CA to issue' };
};

/** Polls the order, not each authorization: one request whatever the number of names. */
export const validate: Stage = async (step) => {
  const { session, state, input } = step;
  const found = await session.orders.read(state.orderUrl!);
  if (found.status === 'invalid') throw await challengeError(step, found);
  if (found.status === 'ready') return sendRequest(step, found);
  if (found.status !== 'pending') return { kind: 'moved', state: enter(state, 'issue', input.now) };
  demandDecision(step, found.retryAfterMs);
  return lookAgain(step, pollGapMs(state.looks, found.retryAfterMs, VALIDATE_CEILING_MS), 'the CA to validate');
};

/** Not idempotent: the order is read first, and only one that is `ready` is finalized. */
export const finalize: Stage = async (step) => {
  const { session, state, input } = step;
  const found = await session.orders.read(state.orderUrl!);
  if (found.status === 'invalid') throw orderError(found);
  if (found.status === 'pending') return { kind: 'moved', state: enter(state, 'authorize', input.now) };
  if (found.status !== 'ready') return { kind: 'moved', state: enter(state, 'issue', input.now) };
  return sendRequest(step, found);
};

/** A CA may issue by hand: the order is kept for a week, and told of daily. */
const tooSlow = ({ state, input }: AcmeStep, found: AcmeOrder): EvercertError => {
  const since = state.orderedAt ?? state.stageSince;
  const isOld = input.now.getTime() - new Date(since).getTime() > ORDER_DEADLINE_MS;
  const words = `the CA has been processing the order ${found.url} of ${since} for more than`;
  return isOld
    ? new EvercertError('ORDER_INVALID', `${words} a week: it is given up`)
    : new EvercertError('ORDER_SLOW', `${words} a day`);
};

export const issue: Stage = async (step) => {
  const { session, state, input } = step;
  const found = await session.orders.read(state.orderUrl!);
  if (found.status === 'valid') return download(step, found);
  if (found.status === 'invalid') throw orderError(found);
  if (found.status === 'ready') return { kind: 'moved', state: enter(state, 'finalize', input.now) };
  if (found.status === 'pending') return { kind: 'moved', state: enter(state, 'authorize', input.now) };
  if (stageAgeMs(step) > ISSUE_DEADLINE_MS) throw tooSlow(step, found);
  return lookAgain(step, pollGapMs(state.looks, found.retryAfterMs), 'the CA to issue');
};
