// What the fake CA holds: accounts, orders and authorizations (RFC 8555 section 7.1), as plain records.
// It must never decide anything.
import { createHash, createPublicKey } from 'node:crypto';
import type { AcmeAuthorization, AcmeOrder } from '#core/acme/ports.ts';
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError, type ProblemDocument } from '#core/errors.ts';

export interface FakeOrder {
  readonly url: string;
  readonly account: string;
  readonly dnsNames: readonly string[];
  readonly authorizations: readonly FakeAuthorization[];
  readonly lifetimeMs: number;
  readonly notAfter: Date | undefined;
  readonly profile: string | undefined;
  readonly replaces: string | undefined;
  readonly expiresAt: Date;
  status: AcmeOrder['status'];
  error: ProblemDocument | undefined;
  pollsLeft: number;
  chains: readonly string[];
}

export interface FakeAuthorization {
  readonly url: string;
  readonly account: string;
  readonly dnsName: string;
  readonly wildcard: boolean;
  readonly token: string;
  /** The TXT value of the account that answered. */
  wanted: string;
  readonly expiresAt: Date;
  status: AcmeAuthorization['status'];
  challenge: 'pending' | 'processing' | 'valid' | 'invalid';
  pollsLeft: number;
  error: ProblemDocument | undefined;
}

const PREFIX = 'urn:ietf:params:acme:error:';

export const problem = (type: string, detail: string, name?: string): ProblemDocument => ({
  type: PREFIX + type,
  detail,
  ...(name === undefined
    ? {}
    : { subproblems: [{ type: PREFIX + type, detail, identifier: { type: 'dns', value: name } }] }),
});

/** What the real adapter throws for the same refusal. */
export const refusal = (code: ErrorCode, document: ProblemDocument): EvercertError => {
  const offenders = (document.subproblems ?? []).flatMap(({ identifier }) => (identifier ? [identifier.value] : []));
  return new EvercertError(code, `the fake CA answered ${document.type}: ${document.detail}`, {
    detail: { problem: document, ...(offenders.length === 0 ? {} : { offenders }) },
  });
};

export const expired = (url: string): EvercertError =>
  new EvercertError('ORDER_EXPIRED', `the fake CA answered 404: ${url}`, { detail: { action: url } });

/** RFC 7638 thumbprint of the public half of a PEM private key. */
export const thumbprint = (privatePem: string): string => {
  const jwk = createPublicKey(privatePem).export({ format: 'jwk' }) as Record<string, string>;
  const required = Object.fromEntries(['crv', 'e', 'kty', 'n', 'x', 'y'].flatMap((k) => (jwk[k] ? [[k, jwk[k]]] : [])));
  return createHash('sha256').update(JSON.stringify(required)).digest('base64url');
};

/** Section 8.4. */
export const txtValue = (token: string, accountThumbprint: string): string =>
  createHash('sha256').update(`${token}.${accountThumbprint}`).digest('base64url');

/** One key for a set of names, whatever their order. */
export const nameSet = (dnsNames: readonly string[]): string => [...dnsNames].sort().join(',');
