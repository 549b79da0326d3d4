// The structured log of a function (Powertools). The last fence before CloudWatch: whatever looks like key material
// or a token is blanked, although nothing upstream may ever log any.
import { Logger } from '@aws-lambda-powertools/logger';
import { EvercertError } from '#core/errors.ts';
import type { Correlation } from '#core/journey/ports.ts';
import type { Log } from '#core/ports.ts';

type Fields = Readonly<Record<string, unknown>>;

const SECRETS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /"(d|p|q|dp|dq|qi|k)"\s*:\s*"[A-Za-z0-9_-]{20,}"/g,
  // A cluster's bearer token, and the presigned URL inside it.
  /k8s-aws-v1\.[A-Za-z0-9_-]+/g,
  /X-Amz-(Signature|Security-Token)=[^&\s"\\]+/g,
];

const blanked = (text: string): string => SECRETS.reduce((left, pattern) => left.replace(pattern, '[sealed]'), text);

/** An error as plain fields, its causes by name and message only: an SDK error may carry a whole request. */
const plainError = (error: Error): Record<string, unknown> => ({
  name: error.name,
  message: blanked(error.message),
  ...(error instanceof EvercertError
    ? { code: error.code, detail: error.detail }
    : { stack: blanked(error.stack ?? '') }),
  ...(error.cause instanceof Error ? { cause: plainError(error.cause) } : {}),
});

/** A private member of a JSON Web Key (RFC 7518 section 6), as a field of its own. */
const isKeyPart = (name: string, value: string): boolean =>
  /^(d|p|q|dp|dq|qi|k)$/.test(name) && /^[A-Za-z0-9_-]{20,}$/.test(value);

const clean = (name: string, value: unknown): unknown => {
  if (value instanceof Error) return plainError(value);
  if (typeof value !== 'string') return value;
  return isKeyPart(name, value) ? '[sealed]' : blanked(value);
};

const plain = (fields: Fields): Record<string, unknown> =>
  JSON.parse(JSON.stringify(fields, clean)) as Record<string, unknown>;

/** One JSON line an entry: level, message, timestamp, function, and the fields. */
export const structuredLog = (options: { functionName: string }): Log & Correlation => {
  const logger = new Logger({ serviceName: 'evercert', persistentKeys: { function: options.functionName } });
  return {
    info: (message, fields = {}) => logger.info(message, plain(fields)),
    warn: (message, fields = {}) => logger.warn(message, plain(fields)),
    error: (message, fields = {}) => logger.error(message, plain(fields)),
    about: (fields) => {
      logger.resetKeys();
      logger.appendKeys(plain(fields));
    },
  };
};
