// The ACM Private CA issuer: its segment of the journey. The intent is written down, then the request is sent, then the
// certificate's ARN is written down, then the certificate is fetched. It must never know how AWS is called.

import { chainPem, parseChain } from '../certificate/chain.ts';
import type { PrivateCaIssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText, ofType } from '../declaration/issuer-types.ts';
import { EvercertError } from '../errors.ts';
import type { Authorities } from '../health/ports.ts';
import type { Issuer, SegmentInput, SegmentOutcome } from '../journey/issuer.ts';
import type { AwsQuotas } from '../limits/figures.ts';
import type { Limits } from '../limits/ports.ts';
import { limitReached } from '../limits/reached.ts';
import { privateCaToken } from '../names.ts';
import type { Clock } from '../ports.ts';
import { demandActive, leafEnd } from './authority.ts';
import { issueBucket, issueTakes } from './limits.ts';
import { GIVE_UP_MS, LOOK_DEADLINE_MS, lookGapMs, restMs, TOKEN_LIVES_MS } from './pace.ts';
import type { CaAccess, CaDescription, PrivateCa } from './ports.ts';
import { openState, type PrivateCaState, sealState } from './state.ts';
import { chooseTemplate, templateArn } from './templates.ts';

export interface PrivateCaPorts {
  readonly ca: PrivateCa;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly authorities: Pick<Authorities, 'saw'>;
}

export interface PrivateCaSettings {
  readonly quotas: AwsQuotas;
}

/** A CA that was found in order is not looked at again for so long, in one container. */
const KNOWN_MS = 5 * 60_000;

const specOf = ({ declared }: Pick<SegmentInput, 'declared'>): PrivateCaIssuerSpec => ofType(declared.issuer, 'awspca');

const accessOf = ({ awspca }: PrivateCaIssuerSpec): CaAccess => ({
  arn: awspca.arn,
  region: awspca.region,
  ...(awspca.role === undefined ? {} : { role: awspca.role }),
  ...(awspca.externalId === undefined ? {} : { externalId: awspca.externalId }),
});

const ageMs = (since: string, now: Date): number => now.getTime() - new Date(since).getTime();

/** `ca.crt` is the root where the chain ends in one; servers send the rest alone. */
const issued = (state: PrivateCaState, pem: string): SegmentOutcome => {
  const chain = parseChain(pem);
  const top = chain.at(-1);
  const hasRoot = chain.length > 1 && top !== undefined && top.checkIssued(top);
  const served = hasRoot ? chain.slice(0, -1) : chain;
  return {
    kind: 'issued',
    state: sealState(state),
    chainPem: chainPem(served),
    ...(hasRoot ? { caPem: chainPem([top]) } : {}),
  };
};

const fetchCertificate = async (
  { ca }: PrivateCaPorts,
  input: SegmentInput,
  state: PrivateCaState,
): Promise<SegmentOutcome> => {
  const certificateArn = state.certificateArn!;
  const pem = await ca.certificate({ access: accessOf(specOf(input)), certificateArn });
  if (pem !== undefined) return issued(state, pem);
  const age = ageMs(state.issuedAt!, input.now);
  if (age > GIVE_UP_MS)
    throw new EvercertError('ORDER_INVALID', `${certificateArn} has not come in a day; it is asked for anew`);
  if (age > LOOK_DEADLINE_MS)
    throw new EvercertError('PRIVATE_CA_SLOW', `${certificateArn} is still in progress`, {
      detail: { offenders: [certificateArn] },
    });
  return {
    kind: 'wait',
    state: sealState({ ...state, looks: state.looks + 1 }),
    until: new Date(input.now.getTime() + lookGapMs(state.looks)),
    waitingFor: 'ACM Private CA to issue the certificate',
  };
};

/** Makes the Private CA issuer over its ports; the only state that it keeps is which CAs it has looked at lately. */
export const privateCaIssuer = (ports: PrivateCaPorts, settings: PrivateCaSettings): Issuer => {
  const known = new Map<string, { description: CaDescription; at: number }>();

  const described = async (issuer: PrivateCaIssuerSpec, now: Date): Promise<CaDescription> => {
    const access = accessOf(issuer);
    const key = JSON.stringify(access);
    const before = known.get(key);
    if (before !== undefined && now.getTime() - before.at < KNOWN_MS) return before.description;
    const description = await ports.ca.describe(access);
    demandActive(description, issuer);
    known.set(key, { description, at: now.getTime() });
    const { notBefore, notAfter } = description;
    if (notAfter !== undefined)
      await ports.authorities.saw({
        id: access.arn,
        issuer: issuerText(issuer),
        notAfter: notAfter.toISOString(),
        ...(notBefore === undefined ? {} : { notBefore: notBefore.toISOString() }),
      });
    return description;
  };

  /** LIMIT_REACHED (with `retryAt`): others are before it. */
  const take = async (issuer: PrivateCaIssuerSpec, now: Date): Promise<void> => {
    const answer = await ports.limits.take({ takes: issueTakes(accessOf(issuer), settings.quotas), now });
    if (answer.kind === 'refused') throw limitReached(answer.bucket.words, answer);
  };

  /** The request in full, written down before it is sent: what is sent again must be the same. */
  const intend = async (input: SegmentInput, before: PrivateCaState | undefined): Promise<SegmentOutcome> => {
    const { declared, now, issuance } = input;
    const issuer = specOf(input);
    const { name: template, notes } = chooseTemplate(declared.certificate, issuer);
    const description = await described(issuer, now);
    const notAfter = leafEnd(description, { issuer, durationMs: declared.certificate.durationMs, now });
    await take(issuer, now);
    const state: PrivateCaState = {
      stage: 'issue',
      template,
      signingAlgorithm: description.signingAlgorithm,
      notAfter: notAfter.toISOString(),
      token: privateCaToken(issuance),
      begunAt: before?.begunAt ?? now.toISOString(),
      intendedAt: now.toISOString(),
      looks: 0,
    };
    const orphan =
      before === undefined || input.waited
        ? []
        : [`a request of ${before.intendedAt} had no answer: ACM Private CA may have issued one certificate more`];
    return { kind: 'moved', state: sealState(state), warnings: [...notes, ...orphan], waitingFor: 'ACM Private CA' };
  };

  const send = async (input: SegmentInput, state: PrivateCaState): Promise<SegmentOutcome> => {
    const issuer = specOf(input);
    const certificateArn = await ports.ca.issue({
      access: accessOf(issuer),
      csr: await input.csr(),
      templateArn: templateArn(issuer.awspca.arn, state.template),
      signingAlgorithm: state.signingAlgorithm,
      notAfter: new Date(state.notAfter),
      token: state.token,
    });
    const issuedAt = input.now.toISOString();
    return {
      kind: 'moved',
      state: sealState({ ...state, stage: 'fetch', certificateArn, issuedAt }),
      waitingFor: 'ACM Private CA to issue the certificate',
    };
  };

  /** A throttled CA is left alone by all of us, and longer each time. */
  const throttled = async (error: EvercertError, input: SegmentInput, state: PrivateCaState | undefined) => {
    const { now } = input;
    const retryAt = new Date(now.getTime() + restMs(ageMs(state?.begunAt ?? now.toISOString(), now)));
    const bucket = issueBucket(accessOf(specOf(input)), settings.quotas);
    await ports.limits.learn({ take: { bucket, tokens: 0 }, now, blockedUntil: retryAt });
    return new EvercertError(error.code, error.message, { detail: { ...error.detail, retryAt }, cause: error });
  };

  const next = (input: SegmentInput, state: PrivateCaState | undefined): Promise<SegmentOutcome> => {
    if (state === undefined) return intend(input, undefined);
    if (state.stage === 'fetch') return fetchCertificate(ports, input, state);
    // Nothing has gone out, or the CA no longer knows the token: the end is counted from now.
    const isStale = input.waited || ageMs(state.intendedAt, input.now) > TOKEN_LIVES_MS;
    return isStale ? intend(input, state) : send(input, state);
  };

  const step = async (input: SegmentInput): Promise<SegmentOutcome> => {
    const state = openState(input.state);
    try {
      return await next(input, state);
    } catch (error) {
      if (!(error instanceof EvercertError)) throw error;
      if (error.code === 'PRIVATE_CA_UNUSABLE') known.clear();
      throw error.code === 'CA_RATE_LIMITED' ? await throttled(error, input, state) : error;
    }
  };

  return { step, scopes: () => [], clean: async ({ state }) => state };
};
