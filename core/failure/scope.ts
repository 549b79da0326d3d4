// Which faults hit more than one certificate, and whom. One table; pure. It must never know who is told.
import type { ErrorCode } from '../codes.ts';
import type { IssuerSpec } from '../declaration/issuer-model.ts';
import { issuerText } from '../declaration/issuer-types.ts';
import type { DeclaredCertificate } from '../declaration/model.ts';
import type { EvercertError } from '../errors.ts';
import { namesLimit } from '../limits/learned.ts';

export type ScopeKind = 'issuer' | 'zone' | 'store';

/** Codes that are not here are one certificate's own. */
export const SCOPE_OF: Readonly<Partial<Record<ErrorCode, ScopeKind>>> = {
  ACCOUNT_KEY_MISSING: 'issuer',
  ACCOUNT_KEY_UNFIT: 'issuer',
  ACCOUNT_REFUSED: 'issuer',
  AWS_DENIED: 'store',
  CA_PROFILE_UNKNOWN: 'issuer',
  CA_PROTOCOL: 'issuer',
  CA_RATE_LIMITED: 'issuer',
  CA_UNREACHABLE: 'issuer',
  CA_UNTRUSTED: 'issuer',
  DNS_DENIED: 'zone',
  DNS_NOT_SETTLED: 'zone',
  DNS_UNAVAILABLE: 'zone',
  EAB_KEY_MISSING: 'issuer',
  EAB_SPENT: 'issuer',
  KMS_UNUSABLE: 'store',
  PRIVATE_CA_DENIED: 'issuer',
  PRIVATE_CA_QUOTA: 'issuer',
  PRIVATE_CA_UNUSABLE: 'issuer',
  SECRET_DENIED: 'store',
  SECRET_UNAVAILABLE: 'store',
  SIGNER_UNFIT: 'issuer',
};

/** What a failure proves to work: whoever fails later in the journey has got past these. */
const PROVEN_BY: Readonly<Partial<Record<ErrorCode, readonly ScopeKind[]>>> = {
  CA_CONSTRAINS: ['issuer', 'store'],
  CAA_FORBIDS: ['issuer', 'store'],
  CA_PAUSED: ['issuer', 'store'],
  CA_REFUSED: ['issuer', 'store'],
  CERT_REJECTED: ['issuer', 'store', 'zone'],
  CHALLENGE_FAILED: ['issuer', 'store', 'zone'],
  CSR_REFUSED: ['issuer', 'store'],
  DNS_CHANGE_REFUSED: ['issuer', 'store'],
  DNS_CNAME_LOOP: ['issuer', 'store'],
  DNS_DENIED: ['issuer', 'store'],
  DNS_LOOKUP_FAILED: ['issuer', 'store'],
  DNS_NOT_SETTLED: ['issuer', 'store'],
  DNS_NO_ZONE: ['issuer', 'store'],
  DNS_TXT_CONFLICT: ['issuer', 'store'],
  DNS_UNAVAILABLE: ['issuer', 'store'],
  ORDER_INVALID: ['issuer', 'store'],
  ORDER_SLOW: ['issuer', 'store'],
  PRIVATE_CA_SLOW: ['issuer', 'store'],
};

export const STORE_SCOPE = 'store';

/** One circuit for each declared issuer: its directory, its trust and its account stand or fall together. */
export const issuerScope = (issuer: IssuerSpec): string => `issuer#${issuerText(issuer)}`;

export const zoneScope = (zoneId: string): string => `zone#${zoneId}`;

const kindOf = (scope: string): ScopeKind => scope.split('#')[0] as ScopeKind;

/** The scope that an error speaks of; undefined: this certificate alone. A DNS fault without a zone is of no known scope. */
export const scopeOf = (error: EvercertError, declared: DeclaredCertificate): string | undefined => {
  const kind = SCOPE_OF[error.code];
  if (error.code === 'CA_RATE_LIMITED' && namesLimit(error)) return undefined;
  if (kind === 'issuer') return issuerScope(declared.issuer);
  if (kind === 'store') return STORE_SCOPE;
  return kind === 'zone' && error.detail.zoneId !== undefined ? zoneScope(error.detail.zoneId) : undefined;
};

/** Whether this failure of the one that probes shows that the scope works. */
export const isProven = (scope: string, error: EvercertError): boolean => {
  if (kindOf(scope) === 'issuer' && error.detail.beforeOrder === true) return false;
  return PROVEN_BY[error.code]?.includes(kindOf(scope)) ?? false;
};
