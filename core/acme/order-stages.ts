// order and authorize: an order is opened once (its URL in the row always wins), and each pending authorization becomes a
// wanted TXT value in its zone.
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import type { TxtClaim } from '../ports.ts';
import { declaredPlace } from './challenge-place.ts';
import { type AcmeStep, fewAtATime, lookAgain, type Stage, stageAgeMs } from './context.ts';
import { countAfterAll } from './order-limits.ts';
import { decisionDeadlineMs, pollGapMs } from './pace.ts';
import type { AcmeAuthorization, AcmeOrder } from './ports.ts';
import { type AcmeChallenge, type AcmeStage, enter } from './state.ts';

const sameNames = (order: AcmeOrder, asked: readonly string[]): boolean => {
  const answered = new Set(order.dnsNames);
  return answered.size === new Set(asked).size && asked.every((name) => answered.has(name));
};

/** Where an order that is not invalid goes on: one that needs no challenge (authorizations reused) is finalized at once. */
const stageOf = ({ status }: AcmeOrder): AcmeStage =>
  status === 'ready' ? 'finalize' : status === 'pending' || status === 'invalid' ? 'authorize' : 'issue';

/** RFC 9773 section 5: a CA that takes `replaces` says it back. Where it does not, its limits are not waived either. */
const noteEcho = async ({ ports, input, state }: AcmeStep, opened: AcmeOrder): Promise<void> => {
  const { replaces, holder } = input;
  if (replaces === undefined) return;
  const fields = { holder, order: opened.url, replaces };
  if (opened.replaces === replaces) ports.log.info('the order replaces its predecessor', fields);
  else {
    ports.log.warn('the CA did not confirm which certificate the order replaces', { ...fields, said: opened.replaces });
    await countAfterAll(ports, { input, accountUrl: state.accountUrl });
  }
};

/** The declared duration as the end that is asked for, to the second (RFC 8555 section 7.4), where the issuer has that on. */
const askedEnd = ({ declared: { certificate, issuer }, now }: AcmeStep['input']): { notAfter?: Date } => {
  const { durationMs } = certificate;
  if (acmeOf(issuer).enableDurationFeature !== true || durationMs === undefined) return {};
  return { notAfter: new Date(Math.floor((now.getTime() + durationMs) / 1_000) * 1_000) };
};

/** CAs word it freely that they take no notAfter: their refusal is told with what was asked. */
const explained = (thrown: unknown, { notAfter }: { notAfter?: Date }): unknown => {
  if (!(thrown instanceof EvercertError) || thrown.code !== 'CA_REFUSED') return thrown;
  if (notAfter === undefined || thrown.detail.offenders !== undefined) return thrown;
  const words = `the order asked for notAfter ${notAfter.toISOString()}; remove enableDurationFeature from the issuer if this CA takes none`;
  return new EvercertError('CA_REFUSED', `${thrown.message}; ${words}`, { detail: thrown.detail, cause: thrown });
};

const open = async ({ input, session }: AcmeStep): Promise<AcmeOrder> => {
  const { certificate, issuer } = input.declared;
  const { profile } = acmeOf(issuer);
  const { replaces } = input;
  const end = askedEnd(input);
  try {
    return await session.orders.open({
      dnsNames: certificate.dnsNames,
      ...(profile === undefined ? {} : { profile }),
      ...(replaces === undefined ? {} : { replaces }),
      ...end,
    });
  } catch (thrown) {
    throw explained(thrown, end);
  }
};

/** The intent to order lies in the row already; a request whose answer was lost leaves at most one orphan at the CA. */
export const order: Stage = async (step) => {
  const { input, state, ports } = step;
  const { certificate } = input.declared;
  // Nothing has gone out on the intent that lies there: it is written anew, so that a later finder knows it from one on which it may have.
  if (input.waited)
    return { kind: 'moved', state: enter(state, 'order', input.now), waitingFor: 'the CA to take the order' };
  if (input.resumed)
    ports.log.warn('an order may have been opened without its URL being recorded', {
      holder: input.holder,
      fact: 'OrphanOrder',
    });
  const opened = await open(step);
  await noteEcho(step, opened);
  if (!sameNames(opened, certificate.dnsNames))
    throw new EvercertError(
      'CA_PROTOCOL',
      `the CA answered an order for ${opened.dnsNames.join(', ')}, asked were ${certificate.dnsNames.join(', ')}`,
    );
  const known = {
    orderUrl: opened.url,
    orderedAt: input.now.toISOString(),
    authorizationUrls: opened.authorizationUrls,
    challenges: [],
    changes: [],
  };
  return { kind: 'moved', state: enter(state, stageOf(opened), input.now, known) };
};

/** An order's error, in words: the CA's detail and that of each name. */
export const orderError = (found: AcmeOrder): EvercertError => {
  const problem = found.error;
  const words = [
    problem?.detail,
    ...(problem?.subproblems ?? []).map((sub) => `${sub.identifier?.value}: ${sub.detail}`),
  ];
  return new EvercertError(
    'ORDER_INVALID',
    `the order ${found.url} is invalid: ${words.filter(Boolean).join('; ') || 'no reason given'}`,
    {
      detail: problem === undefined ? {} : { problem },
    },
  );
};

/** ORDER_INVALID once the CA has had an hour (longer where it asks for it) to decide on an order that wants nothing more of us. */
export const demandDecision = (step: AcmeStep, retryAfterMs?: number): void => {
  const patienceMs = decisionDeadlineMs(retryAfterMs);
  if (stageAgeMs(step) <= patienceMs) return;
  const words = patienceMs === decisionDeadlineMs(undefined) ? 'for an hour' : 'for a day';
  throw new EvercertError('ORDER_INVALID', `the CA has not decided on the order ${step.state.orderUrl} ${words}`);
};

const challengesOf = async (step: AcmeStep, pending: readonly AcmeAuthorization[]): Promise<AcmeChallenge[]> => {
  const { ports, input } = step;
  const places = await fewAtATime(pending, async (authorization) => {
    if (authorization.dns01 === undefined)
      throw new EvercertError('CA_REFUSED', `the CA offers no dns-01 challenge for ${authorization.dnsName}`);
    const { dnsName, wildcard } = authorization;
    return {
      authorization,
      dns01: authorization.dns01,
      place: await declaredPlace(ports, input.declared, wildcard ? `*.${dnsName}` : dnsName),
    };
  });
  const homeless = [
    ...new Set(places.filter(({ place }) => place === undefined).map(({ authorization }) => authorization.dnsName)),
  ];
  if (homeless.length > 0)
    throw new EvercertError(
      'DNS_NO_ZONE',
      `no public hosted zone of ours covers ${homeless.map((name) => `_acme-challenge.${name}`).join(', ')}`,
      {
        detail: { offenders: homeless },
      },
    );
  return places.map(({ authorization, dns01, place }) => ({
    dnsName: authorization.dnsName,
    authorizationUrl: authorization.url,
    zone: place!.zone,
    txtName: place!.txtName,
    challengeUrl: dns01.url,
    txtValue: dns01.txtValue,
    since: input.now.toISOString(),
  }));
};

export const claimsOf = (challenges: readonly AcmeChallenge[], holder: string): TxtClaim[] =>
  challenges.map(({ zone, txtName, txtValue, since }) => ({ zone, name: txtName, value: txtValue, holder, since }));

const FULL_AGAIN_MS = 5_000;

/** Reads the order and its authorizations; what is pending is marked as wanted. An order that needs nothing goes on. */
export const authorize: Stage = async (step) => {
  const { session, state, input, ports } = step;
  let urls = input.resumed || state.looks > 0 ? undefined : state.authorizationUrls;
  if (urls === undefined) {
    const found = await session.orders.read(state.orderUrl!);
    if (found.status === 'invalid') throw orderError(found);
    if (found.status !== 'pending') return { kind: 'moved', state: enter(state, stageOf(found), input.now) };
    urls = found.authorizationUrls;
  }
  const authorizations = await fewAtATime(urls, (url) => session.authorizations.read(url));
  const challenges = await challengesOf(
    step,
    authorizations.filter(({ status }) => status === 'pending'),
  );
  if (challenges.length === 0) {
    demandDecision(step);
    return lookAgain(step, pollGapMs(state.looks, undefined), 'the CA to see its own valid authorizations');
  }
  const { full } = await ports.txt.want(claimsOf(challenges, input.holder));
  if (full.length > 0)
    return lookAgain(
      { ...step, state: { ...state, challenges } },
      FULL_AGAIN_MS,
      `a free place among the eight values at ${[...new Set(full.map(({ name }) => name))].join(', ')}`,
    );
  return { kind: 'moved', state: enter(state, 'present', input.now, { challenges }), waitingFor: 'Route53' };
};
