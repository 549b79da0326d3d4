// RFC 8555 objects as the server sent them -> the shapes of the port. Servers err: what is missing is CA_PROTOCOL.
// It must never send anything.
import type { AcmeAuthorization, AcmeOrder } from '#core/acme/ports.ts';
import { EvercertError, type ProblemDocument } from '#core/errors.ts';
import { isObject, type Json, problemDocument } from './bodies.ts';

const ORDER_STATES = ['pending', 'ready', 'processing', 'valid', 'invalid'] as const;
/** `processing` is a challenge's state (section 7.1.6); some CAs give it to the authorization too. */
const AUTHORIZATION_STATES = [
  'processing',
  'pending',
  'valid',
  'invalid',
  'deactivated',
  'expired',
  'revoked',
] as const;
const CHALLENGE_STATES = ['pending', 'processing', 'valid', 'invalid'] as const;

const broken = (url: string, what: string): EvercertError =>
  new EvercertError('CA_PROTOCOL', `${url}: ${what}`, { detail: { action: url } });

const oneOf = <T extends string>(states: readonly T[], value: unknown, url: string): T => {
  const found = states.find((state) => state === value);
  if (found === undefined) throw broken(url, `unknown status ${JSON.stringify(value)}`);
  return found;
};

const text = (value: unknown, url: string, what: string): string => {
  if (typeof value !== 'string' || value === '') throw broken(url, `${what} is missing`);
  return value;
};

const list = (value: unknown, url: string, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw broken(url, `${what} are missing`);
  return value;
};

const errorOf = (value: unknown): { error?: ProblemDocument } => {
  const error = isObject(value) ? problemDocument(JSON.stringify(value)) : undefined;
  return error === undefined ? {} : { error };
};

const waitOf = (retryAfterMs: number | undefined) => (retryAfterMs === undefined ? {} : { retryAfterMs });

const nameOf = (identifier: unknown, url: string): string => {
  const value = isObject(identifier) ? identifier.value : undefined;
  return text(value, url, 'an identifier').toLowerCase();
};

const optional = <K extends string>(key: K, value: unknown): { [P in K]?: string } =>
  (typeof value === 'string' ? { [key]: value } : {}) as { [P in K]?: string };

/** Section 7.1.3; names in lower case. */
export const orderOf = (data: Json, retryAfterMs: number | undefined): AcmeOrder => {
  const url = text(data.url, 'order', 'the order URL');
  const authorizations = list(data.authorizations, url, 'authorizations');
  return {
    url,
    status: oneOf(ORDER_STATES, data.status, url),
    dnsNames: list(data.identifiers, url, 'identifiers').map((identifier) => nameOf(identifier, url)),
    authorizationUrls: authorizations.map((authorization) => text(authorization, url, 'an authorization URL')),
    ...optional('finalizeUrl', data.finalize),
    ...optional('certificateUrl', data.certificate),
    ...optional('profile', data.profile),
    ...optional('replaces', data.replaces),
    ...errorOf(data.error),
    ...waitOf(retryAfterMs),
  };
};

/** The dns-01 challenge of an authorization, with what is needed to compute its TXT value (section 8.4). */
export interface Dns01Challenge {
  readonly type: 'dns-01';
  readonly url: string;
  readonly token: string;
  readonly status: (typeof CHALLENGE_STATES)[number];
  readonly error?: ProblemDocument;
}

export const dns01Of = (data: Json): Dns01Challenge | undefined => {
  const url = String(data.url);
  const found = list(data.challenges, url, 'challenges').find(
    (challenge): challenge is Json => isObject(challenge) && challenge.type === 'dns-01',
  );
  if (found === undefined) return undefined;
  return {
    type: 'dns-01',
    url: text(found.url, url, 'the challenge URL'),
    token: text(found.token, url, 'the challenge token'),
    status: oneOf(CHALLENGE_STATES, found.status, url),
    ...errorOf(found.error),
  };
};

/** Section 7.1.4; `txtValue` is what acme-client computed for `challenge`. */
export const authorizationOf = (
  data: Json,
  dns01: { challenge: Dns01Challenge; txtValue: string } | undefined,
  retryAfterMs: number | undefined,
): AcmeAuthorization => {
  const url = text(data.url, 'authorization', 'the authorization URL');
  const name = nameOf(data.identifier, url);
  const status = oneOf(AUTHORIZATION_STATES, data.status, url);
  return {
    url,
    dnsName: name.replace(/^\*\./, ''),
    wildcard: data.wildcard === true || name.startsWith('*.'),
    status: status === 'processing' ? 'pending' : status,
    ...(dns01 === undefined ? {} : { dns01: challengeOf(dns01) }),
    ...waitOf(retryAfterMs),
  };
};

const challengeOf = (dns01: { challenge: Dns01Challenge; txtValue: string }) => ({
  url: dns01.challenge.url,
  status: dns01.challenge.status,
  txtValue: dns01.txtValue,
  ...(dns01.challenge.error === undefined ? {} : { error: dns01.challenge.error }),
});
