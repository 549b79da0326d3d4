// What ACM Private CA's errors mean in our codes, in one place. It must never know why a call was made.
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError } from '#core/errors.ts';
import type { CaAccess } from '#core/private-ca/ports.ts';

/** What a call was about, for the words of its error. */
export interface CaSubject {
  /** Like `acm-pca:IssueCertificate`. */
  readonly action: string;
  readonly access: CaAccess;
  readonly templateArn?: string;
  readonly certificateArn?: string;
}

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const DENIED =
  /^(AccessDenied(Exception)?|NotAuthorized|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException)$/;
const THROTTLED = /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded)$/;
/** LimitExceededException stands for both: a rate, and a quota that does not come back. */
const SPEAKS_OF_RATE = /rate|throttl|too many requests|per second/i;

/** An AWS error, one of its connection or credentials, or an answer that could not be read. */
const isOfACall = (error: unknown): error is Error =>
  error instanceof Error &&
  !(error instanceof EvercertError) &&
  ('$metadata' in error || 'code' in error || /^(CredentialsProvider|Timeout)Error$/.test(error.name));

const statusOf = (error: Error): number => (error as AwsError).$metadata?.httpStatusCode ?? 0;

const isThrottled = (error: Error): boolean =>
  THROTTLED.test(error.name) ||
  statusOf(error) === 429 ||
  (error.name === 'LimitExceededException' && SPEAKS_OF_RATE.test(error.message));

/** The certificate is still being made (or AWS is still at the same request). */
export const isInProgress = (error: unknown): boolean =>
  error instanceof Error && error.name === 'RequestInProgressException';

/** Nobody knows whether the call arrived: it may be made again. A page of HTML in the place of an answer is one of these. */
export const isLost = (error: unknown): boolean =>
  isOfACall(error) &&
  !isThrottled(error) &&
  (statusOf(error) >= 500 || statusOf(error) === 0 || /^(TimeoutError|SyntaxError)$/.test(error.name));

const CODE_OF: Readonly<Record<string, ErrorCode>> = {
  LimitExceededException: 'PRIVATE_CA_QUOTA',
  MalformedCSRException: 'CSR_REFUSED',
  InvalidArgsException: 'CA_REFUSED',
  InvalidRequestException: 'CA_REFUSED',
  ValidationException: 'CA_REFUSED',
  InvalidArnException: 'PRIVATE_CA_UNUSABLE',
  InvalidStateException: 'PRIVATE_CA_UNUSABLE',
};

const codeOf = (error: Error, { certificateArn }: CaSubject): ErrorCode => {
  if (isThrottled(error)) return 'CA_RATE_LIMITED';
  if (error.name === 'ResourceNotFoundException')
    return certificateArn === undefined ? 'PRIVATE_CA_UNUSABLE' : 'ORDER_INVALID';
  if (error.name === 'RequestFailedException') return certificateArn === undefined ? 'CA_UNREACHABLE' : 'ORDER_INVALID';
  return CODE_OF[error.name] ?? (statusOf(error) >= 400 && statusOf(error) < 500 ? 'CA_REFUSED' : 'CA_UNREACHABLE');
};

/** The IAM statement whose absence a denial shows. */
const missingStatement = ({ action, access, templateArn }: CaSubject): Record<string, unknown> => ({
  Effect: 'Allow',
  Action: action,
  Resource: access.arn,
  ...(templateArn === undefined ? {} : { Condition: { StringEquals: { 'acm-pca:TemplateArn': templateArn } } }),
});

const denied = (error: Error, subject: CaSubject): EvercertError => {
  const { action, access } = subject;
  const statement = JSON.stringify(missingStatement(subject));
  return new EvercertError(
    'PRIVATE_CA_DENIED',
    `${access.role ?? 'the role of the advance function'} may not ${action} on ${access.arn}; add this statement to its policy: ${statement}`,
    { detail: { action, offenders: [access.arn] }, cause: error },
  );
};

/** The error as ours; a fault of our own stays as it is. The text of an answer that is no error of AWS's is left out. */
export const translated = (error: unknown, subject: CaSubject): unknown => {
  if (!isOfACall(error)) return error;
  if (DENIED.test(error.name)) return denied(error, subject);
  const { action, access, certificateArn } = subject;
  const said = error.name === 'SyntaxError' ? 'the answer is no JSON' : `${error.name}: ${error.message.slice(0, 300)}`;
  return new EvercertError(codeOf(error, subject), `${action} on ${certificateArn ?? access.arn}: ${said}`, {
    detail: { action, offenders: [certificateArn ?? access.arn] },
    cause: error,
  });
};
