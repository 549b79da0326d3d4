// The one table of refusals: ACME problem type (RFC 8555 section 6.7, and profiles, RFC 9773) -> code of ours.
// It must never send anything.
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError, type ProblemDocument } from '#core/errors.ts';
import type { Resource } from './call.ts';
import { retryAfter } from './retry-after.ts';

const PREFIX = 'urn:ietf:params:acme:error:';

const CODE_OF: Readonly<Record<string, ErrorCode>> = {
  accountDoesNotExist: 'ACCOUNT_LOST',
  alreadyReplaced: 'CA_REFUSED',
  badCSR: 'CSR_REFUSED',
  badNonce: 'CA_UNREACHABLE',
  badPublicKey: 'CSR_REFUSED',
  badSignatureAlgorithm: 'ACCOUNT_REFUSED',
  caa: 'CAA_FORBIDS',
  connection: 'CHALLENGE_FAILED',
  dns: 'CHALLENGE_FAILED',
  externalAccountRequired: 'ACCOUNT_REFUSED',
  incorrectResponse: 'CHALLENGE_FAILED',
  invalidContact: 'ACCOUNT_REFUSED',
  invalidProfile: 'CA_PROFILE_UNKNOWN',
  malformed: 'CA_REFUSED',
  orderNotReady: 'CA_PROTOCOL',
  rateLimited: 'CA_RATE_LIMITED',
  rejectedIdentifier: 'CA_REFUSED',
  serverInternal: 'CA_UNREACHABLE',
  tls: 'CHALLENGE_FAILED',
  unauthorized: 'CA_REFUSED',
  unsupportedContact: 'ACCOUNT_REFUSED',
  unsupportedIdentifier: 'CA_REFUSED',
  userActionRequired: 'ACCOUNT_REFUSED',
};

/** A 429 that says nothing of when: come back then. */
const UNSAID_LIMIT_MS = 15 * 60_000;

/** Whether this is the document of that problem type, e.g. `badNonce`. */
export const isProblem = (problem: ProblemDocument | undefined, type: string): boolean =>
  problem?.type === PREFIX + type;

/** An answer that refuses: status 400 or higher. `problem` is absent where the body was no problem document. */
export interface Refusal {
  readonly url: string;
  readonly resource: Resource;
  readonly status: number;
  readonly problem?: ProblemDocument;
  readonly retryAfter?: string | undefined;
  readonly now: Date;
}

/** The link that Let's Encrypt gives in `detail` when it has paused a name: rateLimited without Retry-After. */
const unpauseUrl = (detail: string): string | undefined => {
  if (!/paused|unpause/i.test(detail)) return undefined;
  return detail.match(/https?:\/\/[^\s"'<>]+/)?.[0].replace(/[.,;)]+$/, '');
};

const shortType = (problem: ProblemDocument | undefined): string | undefined =>
  problem?.type?.startsWith(PREFIX) ? problem.type.slice(PREFIX.length) : undefined;

/** `compound` only says that the subproblems differ: the first that we know decides. */
const decidingType = (problem: ProblemDocument | undefined): string | undefined => {
  const types = [problem, ...(problem?.subproblems ?? [])].map(shortType);
  return types.find((type) => type !== undefined && type in CODE_OF) ?? types[0];
};

const withoutType = (refusal: Refusal): ErrorCode => {
  if (refusal.status === 429) return 'CA_RATE_LIMITED';
  return refusal.status >= 500 ? 'CA_UNREACHABLE' : 'CA_PROTOCOL';
};

const OF_AN_ORDER: ReadonlySet<Resource> = new Set(['order', 'finalize', 'authorization', 'challenge', 'certificate']);

/** What a refusal says of an order that we hold by URL only; undefined where it says something else. */
const ofAnOrder = ({ resource, status }: Refusal, type: string | undefined): ErrorCode | undefined => {
  if (!OF_AN_ORDER.has(resource)) return undefined;
  if (status === 404 || status === 410) return 'ORDER_EXPIRED';
  // RFC 8555 section 7.4: names of the request that are not the order's are unauthorized.
  if (type === 'unauthorized' && resource === 'finalize' && status !== 401) return 'CSR_REFUSED';
  // An order of another account (the account was replaced meanwhile) is as good as gone.
  if (type === 'unauthorized') return 'ORDER_EXPIRED';
  // A read has no content that could be malformed: smallstep's way of saying that it knows no such order.
  return type === 'malformed' && resource === 'order' ? 'ORDER_EXPIRED' : undefined;
};

const codeOf = (refusal: Refusal): ErrorCode => {
  // A key that another account has (section 7.3.5), or a CA that lists keyChange and has none (smallstep's).
  if (refusal.resource === 'keyChange' && (refusal.status === 409 || refusal.status === 501)) return 'ACCOUNT_REFUSED';
  const type = decidingType(refusal.problem);
  const code = (type === undefined ? undefined : CODE_OF[type]) ?? withoutType(refusal);
  const outage = code === 'CA_UNREACHABLE' || code === 'CA_RATE_LIMITED';
  if (outage || code === 'ACCOUNT_LOST') return code;
  if (refusal.status >= 500) return 'CA_UNREACHABLE';
  const ofAccount = refusal.resource === 'account' || refusal.resource === 'keyChange';
  const aboutAccount = ofAccount || (type === 'unauthorized' && refusal.status === 401);
  return ofAnOrder(refusal, type) ?? (aboutAccount && type !== undefined ? 'ACCOUNT_REFUSED' : code);
};

const offendersOf = (problem: ProblemDocument | undefined): readonly string[] =>
  (problem?.subproblems ?? []).flatMap((sub) => (sub.identifier === undefined ? [] : [sub.identifier.value]));

const wordsOf = (refusal: Refusal, offenders: readonly string[]): string => {
  const { problem } = refusal;
  const type = problem?.type?.replace(PREFIX, '') ?? 'no problem document';
  const named = offenders.length === 0 ? '' : `; offending: ${offenders.join(', ')}`;
  const instance = problem?.instance === undefined ? '' : `; see ${problem.instance}`;
  const said = problem?.detail === undefined ? '' : `: ${problem.detail}`;
  const host = URL.parse(refusal.url)?.host ?? refusal.url;
  return `${host} answered ${refusal.status} (${type})${said}${named}${instance}`;
};

/** Judges a refusal. Codes: all that CODE_OF names, CA_PAUSED and ORDER_EXPIRED; the document stays whole in `detail.problem`. */
export const refusalError = (refusal: Refusal): EvercertError => {
  const offenders = offendersOf(refusal.problem);
  const code = codeOf(refusal);
  const told = retryAfter(refusal.retryAfter, refusal.now);
  const detail = {
    action: refusal.url,
    ...(refusal.problem === undefined ? {} : { problem: refusal.problem }),
    ...(offenders.length === 0 ? {} : { offenders }),
  };
  const words = wordsOf(refusal, offenders);
  if (code !== 'CA_RATE_LIMITED') {
    return new EvercertError(code, words, { detail: { ...detail, ...(told === undefined ? {} : { retryAt: told }) } });
  }
  const unpause = told === undefined ? unpauseUrl(refusal.problem?.detail ?? '') : undefined;
  if (unpause !== undefined) return new EvercertError('CA_PAUSED', `${words}; unpause at ${unpause}`, { detail });
  const retryAt = told ?? new Date(refusal.now.getTime() + UNSAID_LIMIT_MS);
  return new EvercertError('CA_RATE_LIMITED', words, { detail: { ...detail, retryAt } });
};
