// order and authorize: an order is opened once (its URL in the row always wins), and each pending authorization becomes a
// wanted TXT value in its zone.
import { acmeOf } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import type { TxtClaim } from '../ports.ts';
import { declaredPlace } from './challenge-place.ts';
import { type AcmeStep, fewAtATime, lookAgain, type Stage, stageAgeMs } from './context.ts';
import { countAfterAll } from './order-limits.ts';
import { pollGapMs, VALIDATE_DEADLINE_MS } from './pace.ts';
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

/** The intent to order lies in the row already; a request whose answer was lost leaves at most one orphan at the CA. */
export const order: Stage = async (step) => {
  const { input, session, state, ports } = step;
  const { certificate, issuer } = input.declared;
  // Nothing has gone out on the intent that lies there: it is written anew, so that a later finder knows it from one on which it may have.
  if (input.waited)
    return { kind: 'moved', state: enter(state, 'order', input.now), waitingFor: 'the CA to take the order' };
  if (input.resumed)
    ports.log.warn('an order may have been opened without its URL being recorded', {
      holder: input.holder,
      fact: 'OrphanOrder',
    });
  const { profile } = acmeOf(issuer);
  const { replaces } = input;
  const opened = await session.orders.open({
    dnsNames: certificate.dnsNames,
    ...(profile === undefined ? {} : { profile }),
    ...(replaces === undefined ? {} : { replaces }),
  });
  await noteEcho(step, opened);
  if (!sameNames(opened, certificate.dnsNames))
    throw new EvercertError(
      'CA_PROTOCOL',
      `the CA answered an order for ${opened.dnsNames.join(', ')}, asked were ${certificate.dnsNames.join(', ')}`,
    );
  const known = { orderUrl: opened.url, authorizationUrls: opened.authorizationUrls, challenges: [], changes: [] };
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

/** ORDER_INVALID once the CA has had an hour to decide on an order that wants nothing more of us. */
export const demandDecision = (step: AcmeStep): void => {
  if (stageAgeMs(step) > VALIDATE_DEADLINE_MS)
    throw new EvercertError('ORDER_INVALID', `the CA has not decided on the order ${step.state.orderUrl} for an hour`);
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
