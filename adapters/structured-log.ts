// The structured log of a function (Powertools). The last fence before CloudWatch: whatever looks like key material is
// blanked, although nothing upstream may ever log any.
import { Logger } from '@aws-lambda-powertools/logger';
import { EvercertError } from '#core/errors.ts';
import type { Log } from '#core/ports.ts';

type Fields = Readonly<Record<string, unknown>>;

const KEY_MATERIAL = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /"(d|p|q|dp|dq|qi|k)"\s*:\s*"[A-Za-z0-9_-]{20,}"/g,
];

const blanked = (text: string): string =>
  KEY_MATERIAL.reduce((clean, pattern) => clean.replace(pattern, '[sealed]'), text);

/** An error as plain fields, its causes by name and message only: an SDK error may carry a whole request. */
const plainError = (error: Error): Record<string, unknown> => ({
  name: error.name,
  message: blanked(error.message),
  ...(error instanceof EvercertError
    ? { code: error.code, detail: error.detail }
    : { stack: blanked(error.stack ?? '') }),
  ...(error.cause instanceof Error ? { cause: plainError(error.cause) } : {}),
});

const plain = (fields: Fields): Record<string, unknown> =>
  JSON.parse(
    blanked(JSON.stringify(fields, (_key, value: unknown) => (value instanceof Error ? plainError(value) : value))),
  ) as Record<string, unknown>;

/** One JSON line an entry: level, message, timestamp, function, and the fields. */
export const structuredLog = (options: { functionName: string }): Log => {
  const logger = new Logger({ serviceName: 'evercert', persistentKeys: { function: options.functionName } });
  return {
    info: (message, fields = {}) => logger.info(message, plain(fields)),
    warn: (message, fields = {}) => logger.warn(message, plain(fields)),
    error: (message, fields = {}) => logger.error(message, plain(fields)),
  };
};
