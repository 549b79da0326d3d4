// What Route53's errors mean in our codes, in one place. It must never know why a call was made.
import { EvercertError } from '#core/errors.ts';
import type { ZoneAccess } from '#core/ports.ts';

/** What a call was about, for the words of its error. */
export interface Route53Subject {
  /** Like `route53:ChangeResourceRecordSets`. */
  readonly action: string;
  readonly access: ZoneAccess;
  readonly zone?: { readonly id: string; readonly name?: string };
  /** Record names (no trailing dot) that the call would write. */
  readonly recordNames?: readonly string[];
}

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: unknown;
  readonly messages?: readonly string[];
}

const DENIED =
  /^(AccessDenied(Exception)?|NotAuthorized|UnrecognizedClientException|InvalidClientTokenId|SignatureDoesNotMatch)$/;
const BUSY = /^(Throttling(Exception)?|TooManyRequestsException|RequestLimitExceeded|PriorRequestNotComplete)$/;

/** Too fast for Route53, or a change is under way in the zone: the same call may be made again shortly. */
export const isBusy = (error: unknown): boolean => error instanceof Error && BUSY.test(error.name);

/** An AWS error, or one of its connection. */
const isAwsError = (error: unknown): error is AwsError =>
  error instanceof Error && ('$metadata' in error || 'code' in error || error.name === 'CredentialsProviderError');

/** Route53 has no such zone, change or delegation; false for anything else. */
export const isNoSuch = (error: unknown, what: 'HostedZone' | 'Change'): boolean =>
  error instanceof Error && error.name === `NoSuch${what}`;

/** The messages of an InvalidChangeBatch, one a fault; undefined when it is another error. */
export const refusalMessages = (error: unknown): readonly string[] | undefined => {
  if (!isAwsError(error) || error.name !== 'InvalidChangeBatch') return undefined;
  if (error.messages && error.messages.length > 0) return error.messages;
  // The other wire form has one text, `[first, second]`: each fault begins in its own way.
  return error.message
    .replace(/^\[|\]$/g, '')
    .split(/,\s+(?=(?:Tried to|RRSet |Invalid |The request|Duplicate |Number of|A HostedZone)\b)/);
};

/** The error as ours: DNS_DENIED, DNS_NO_ZONE, DNS_UNAVAILABLE or DNS_CHANGE_REFUSED; a fault of our own stays as it is. */
export const translated = (error: unknown, subject: Route53Subject): unknown => {
  if (error instanceof EvercertError || !isAwsError(error)) return error;
  const where = subject.zone ? ` in zone ${zoneWords(subject.zone)}` : '';
  if (DENIED.test(error.name)) return denied(error, subject, where);
  const said = `${error.name}: ${error.message}`;
  const detail = { action: subject.action, ...(subject.zone === undefined ? {} : { zoneId: subject.zone.id }) };
  if (isNoSuch(error, 'HostedZone')) {
    return new EvercertError('DNS_NO_ZONE', `there is no hosted zone ${subject.zone?.id ?? ''} (${said})`, {
      detail,
      cause: error,
    });
  }
  const status = error.$metadata?.httpStatusCode ?? 0;
  const isOurs = status >= 400 && status < 500 && status !== 408 && !isBusy(error) && !/^Expired/.test(error.name);
  return new EvercertError(
    isOurs ? 'DNS_CHANGE_REFUSED' : 'DNS_UNAVAILABLE',
    `${subject.action}${where} failed: ${said}`,
    { detail, cause: error },
  );
};

const zoneWords = (zone: { readonly id: string; readonly name?: string }): string =>
  zone.name === undefined ? zone.id : `${zone.id} (${zone.name})`;

const denied = (error: AwsError, subject: Route53Subject, where: string): EvercertError => {
  const who = subject.access.role ?? 'the role of the advance function';
  if (/sts:AssumeRole/.test(error.message)) {
    return new EvercertError(
      'DNS_DENIED',
      `we may not assume ${who}${where}: its trust policy must name the advance role${subject.access.externalId === undefined ? '' : ` and sts:ExternalId ${subject.access.externalId}`}`,
      { detail: { action: 'sts:AssumeRole' }, cause: error },
    );
  }
  return new EvercertError(
    'DNS_DENIED',
    `${who} may not ${subject.action}${where}; add this statement to its policy: ${JSON.stringify(missingStatement(subject))}`,
    {
      detail: {
        action: subject.action,
        offenders: subject.recordNames ?? [],
        ...(subject.zone === undefined ? {} : { zoneId: subject.zone.id }),
      },
      cause: error,
    },
  );
};

/** The IAM statement whose absence a denial shows (condition keys: Route53 developer guide, "specifying conditions"). */
const missingStatement = (subject: Route53Subject): Record<string, unknown> => {
  const statement = { Effect: 'Allow', Action: subject.action };
  if (subject.action === 'route53:GetChange') return { ...statement, Resource: 'arn:aws:route53:::change/*' };
  if (subject.zone === undefined) return { ...statement, Resource: '*' };
  const onZone = { ...statement, Resource: `arn:aws:route53:::hostedzone/${subject.zone.id}` };
  if (subject.action !== 'route53:ChangeResourceRecordSets') return onZone;
  const key = (name: string): string => `route53:ChangeResourceRecordSets${name}`;
  return {
    ...onZone,
    Condition: {
      'ForAllValues:StringEquals': {
        [key('NormalizedRecordNames')]: [...new Set(subject.recordNames)].sort(),
        [key('RecordTypes')]: ['TXT'],
        [key('Actions')]: ['UPSERT', 'DELETE'],
      },
      Null: { [key('NormalizedRecordNames')]: 'false' },
    },
  };
};
