// What Secrets Manager's errors mean in our codes, in one place. It must never let a secret's value into an error: AWS may
// quote what was sent, so messages of refused input are withheld and the SDK's own error is not kept as the cause.
import { EvercertError } from '#core/errors.ts';

/** What a call was about, for the words of its error. */
export interface SecretsSubject {
  /** Like `secretsmanager:PutSecretValue`. */
  readonly action: string;
  readonly name: string;
}

interface AwsError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

const DENIED =
  /^(AccessDenied(Exception)?|UnrecognizedClientException|InvalidSignatureException|NotAuthorized|PublicPolicyException|MalformedPolicyDocumentException)$/;
const KMS_NAMES = /^(DecryptionFailure|EncryptionFailure|KMS\w*Exception|KMSAccessDenied)$/;
const KMS_WORDS = /\bKMS\b|\bkms:|customer master key/;
const THROTTLED = /^(Throttling(Exception)?|ThrottledException|TooManyRequestsException|RequestLimitExceeded)$/;
const QUOTES_INPUT = /^(InvalidParameterException|ValidationException|SerializationException)$/;

/** An error of AWS or of its connection, by its name. */
export const isAwsError = (error: unknown, ...names: readonly string[]): error is AwsError =>
  error instanceof Error &&
  ('$metadata' in error || 'code' in error || error.name === 'CredentialsProviderError') &&
  (names.length === 0 || names.includes(error.name));

/** The error as ours; a fault of our own stays as it is. */
export const translated = (error: unknown, subject: SecretsSubject): unknown => {
  if (error instanceof EvercertError || !isAwsError(error)) return error;
  const code = codeOf(error);
  const said = QUOTES_INPUT.test(error.name) ? error.name : `${error.name}: ${error.message}`;
  return new EvercertError(code, `${subject.action} on ${subject.name}: ${said}`, {
    detail: {
      action: subject.action,
      offenders: [subject.name],
      ...(THROTTLED.test(error.name) ? { throttled: true } : {}),
    },
    cause: traceOf(error),
  });
};

const codeOf = (error: AwsError) => {
  if (KMS_NAMES.test(error.name) || (DENIED.test(error.name) && KMS_WORDS.test(error.message))) return 'KMS_UNUSABLE';
  if (DENIED.test(error.name)) return 'SECRET_DENIED';
  if (error.name === 'InvalidRequestException') {
    if (/marked (for deletion|deleted)|scheduled for deletion/.test(error.message)) return 'SECRET_DELETED';
    return KMS_WORDS.test(error.message) ? 'KMS_UNUSABLE' : 'SECRET_UNAVAILABLE';
  }
  return QUOTES_INPUT.test(error.name) ? 'INTERNAL' : 'SECRET_UNAVAILABLE';
};

/** What a person needs to find the call in CloudTrail. */
const traceOf = (error: AwsError): Error => {
  const trace = new Error(`request ${error.$metadata?.requestId ?? 'without id'}`);
  trace.name = error.name;
  return trace;
};
