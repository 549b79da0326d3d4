// What a person is told of a fact: sentences that never lack a part, each safe between the quotes of a JSON template
// (EventBridge does not escape what an input transformer puts in). Pure; it must never hold a secret.
import { CODES, type ErrorCode } from '../codes.ts';

/** One line of plain text each. */
export interface Notice {
  readonly title: string;
  readonly what: string;
  /** What still works, and until when. */
  readonly still: string;
  /** What Evercert does by itself. */
  readonly next: string;
  readonly fix: string;
  /** File and heading. */
  readonly runbook: string;
}

const MAX_LENGTH = 800;
/** Control characters, line ends, and what turns the direction of a text or cannot be seen. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
const INSTEAD: Readonly<Record<string, string>> = { '"': "'", '\\': '/', '<': '(', '>': ')' };

/** One line without quotes, backslashes and angle brackets; what is longer than 800 characters is cut off. */
export const plainLine = (text: string): string => {
  const line = text
    .replace(UNSEEN, ' ')
    .replace(/["\\<>]/g, (sign) => INSTEAD[sign]!)
    .replace(/\s+/g, ' ')
    .trim();
  const signs = [...line];
  return signs.length <= MAX_LENGTH ? line : `${signs.slice(0, MAX_LENGTH - 1).join('')}…`;
};

const isCode = (code: string): code is ErrorCode => Object.hasOwn(CODES, code);

/** `2027-02-03 09:12Z`. */
export const readable = (at: string): string => `${at.slice(0, 16).replace('T', ' ')}Z`;

export const plainNotice = (notice: Notice): Notice => ({
  title: plainLine(notice.title),
  what: plainLine(notice.what),
  still: plainLine(notice.still),
  next: plainLine(notice.next),
  fix: plainLine(notice.fix),
  runbook: plainLine(notice.runbook),
});

export const runbookAt = (heading: string): string => `docs/runbook.md#${heading.toLowerCase()}`;

/** The runbook has the codes that call a person; every code has a heading in docs/codes.md. */
const helpOn = (code: string): string => {
  const calls = isCode(code) && ['human', 'delivery'].includes(CODES[code].class);
  return calls ? runbookAt(code) : `docs/codes.md#${code.toLowerCase()}`;
};

/** What the current certificate is worth. */
export const stillUntil = (notAfter: string | undefined): string =>
  notAfter === undefined
    ? 'nothing is current yet: readers get no certificate'
    : `the current certificate, until ${readable(notAfter)}`;

export const fixOf = (code: string | undefined): string =>
  code !== undefined && isCode(code) ? CODES[code].fix : 'read the runbook';

/** A stored message ends with its fix, which has a line of its own here. */
const withoutFix = (message: string, fix: string): string => message.replace(` (fix: ${fix})`, '');

export interface FailedFact {
  readonly certificate: string;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly class?: string | undefined;
  readonly count?: number | undefined;
  readonly retryAt?: string | undefined;
  readonly notAfter?: string | undefined;
}

export const failedNotice = (fact: FailedFact): Notice => {
  const { certificate, code = 'INTERNAL', message = '', count = 1, retryAt, notAfter } = fact;
  const fix = fixOf(code);
  const when = retryAt === undefined ? 'it is tried again' : `it is tried again at ${readable(retryAt)}`;
  return plainNotice({
    title: `${certificate}: attempt ${count} in a row failed, ${code}`,
    what: withoutFix(message, fix),
    still: stillUntil(notAfter),
    next: fact.class === 'human' ? `${when}, and then once a day; it will not succeed by itself` : when,
    fix,
    runbook: helpOn(code),
  });
};

export const driftedNotice = (fact: {
  readonly certificate: string;
  readonly reason?: string | undefined;
  readonly message?: string | undefined;
  readonly repaired?: string | undefined;
  readonly notAfter?: string | undefined;
}): Notice =>
  plainNotice({
    title: `${fact.certificate}: its secret was changed by somebody else, ${fact.reason ?? 'unknown'}`,
    what: fact.message ?? '',
    still: `what Evercert has issued${fact.notAfter === undefined ? '' : `, until ${readable(fact.notAfter)}`}; readers get what the secret holds now`,
    next: fact.repaired ?? 'nothing, as declared (onDrift); it is looked at again once a day',
    fix: 'find out who did it (CloudTrail), and declare onDrift: repair or report',
    runbook: runbookAt('SECRET_DRIFTED'),
  });

export const undeliveredNotice = (fact: {
  readonly certificate: string;
  readonly cluster: string;
  readonly secret: string;
  readonly namespace: string;
  readonly code: string;
  readonly message: string;
}): Notice => {
  const fix = fixOf(fact.code);
  return plainNotice({
    title: `${fact.certificate}: not delivered to cluster ${fact.cluster}, ${fact.code}`,
    what: `${fact.namespace}/${fact.secret}: ${withoutFix(fact.message, fix)}`,
    still: 'what the cluster holds, until its end; issuance and other clusters are not held up',
    next: 'it is tried again after 1, 2, 5 and 15 minutes, then hourly, and at once with a new version',
    fix,
    runbook: helpOn(fact.code),
  });
};
