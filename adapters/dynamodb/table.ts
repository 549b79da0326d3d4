// The table as the ledger's adapters see it: one call with its errors translated once. It must never know what a row
// or a claim means.
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { EvercertError } from '#core/errors.ts';

/** A document client (marshalling with `removeUndefinedValues`) and the table that it speaks to. */
export interface LedgerTable {
  readonly client: DynamoDBDocumentClient;
  readonly tableName: string;
}

export type Item = Readonly<Record<string, unknown>>;

interface SdkError extends Error {
  readonly $fault?: 'client' | 'server';
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly code?: string;
  readonly Item?: Record<string, AttributeValue>;
  readonly CancellationReasons?: readonly { readonly Code?: string }[];
}

const DENIED = new Set(['AccessDeniedException', 'UnrecognizedClientException', 'KMSAccessDeniedException']);
const INVALID = new Set([
  'ValidationException',
  'SerializationException',
  'ResourceNotFoundException',
  'ItemCollectionSizeLimitExceededException',
  'IdempotentParameterMismatchException',
]);

const isConditionFailure = (error: SdkError): boolean =>
  error.name === 'ConditionalCheckFailedException' ||
  (error.name === 'TransactionCanceledException' &&
    (error.CancellationReasons ?? []).some(({ Code }) => Code === 'ConditionalCheckFailed'));

/** What the transaction was cancelled for, or the error's own name. */
const faultName = (error: SdkError): string =>
  error.name === 'TransactionCanceledException'
    ? ((error.CancellationReasons ?? []).map(({ Code }) => Code).find((code) => code && code !== 'None') ?? error.name)
    : error.name;

/** AWS_DENIED, INTERNAL (a request that is wrong, or no answer of AWS at all), else LEDGER_UNAVAILABLE: throttled, 5xx, timed out, cut off. */
export const ledgerError = (thrown: unknown, action: string): EvercertError => {
  if (!(thrown instanceof Error)) return new EvercertError('INTERNAL', `${action}: ${String(thrown)}`);
  const error = thrown as SdkError;
  const name = faultName(error);
  const told = { detail: { action }, cause: thrown };
  if (DENIED.has(name)) return new EvercertError('AWS_DENIED', `${action} is refused: ${error.message}`, told);
  const fromOutside = error.$metadata !== undefined || error.code !== undefined || error.name === 'TimeoutError';
  if (!fromOutside || INVALID.has(name) || name === 'ValidationError')
    return new EvercertError('INTERNAL', `${action}: ${name}: ${error.message}`, told);
  return new EvercertError('LEDGER_UNAVAILABLE', `${action}: ${name}: ${error.message}`, told);
};

/** Runs one call; what it throws is translated with the action's name (`dynamodb:GetItem`). */
export const ask = async <T>(action: string, call: () => Promise<T>): Promise<T> => {
  try {
    return await call();
  } catch (thrown) {
    throw ledgerError(thrown, `dynamodb:${action}`);
  }
};

/** A write whose condition did not hold, with the item as it was (undefined: there is none). */
export interface Unmet {
  readonly met: false;
  readonly item: Item | undefined;
}

/** The document client leaves errors as they are: the item of an unmet condition is still in attribute values. */
const itemOf = ({ Item }: SdkError): Item | undefined => (Item === undefined ? undefined : unmarshall(Item));

/** Runs one conditional write (ReturnValuesOnConditionCheckFailure ALL_OLD): an unmet condition is a value, not an error. */
export const attempt = async <T>(
  action: string,
  call: () => Promise<T>,
): Promise<{ readonly met: true; readonly answer: T } | Unmet> => {
  try {
    return { met: true, answer: await call() };
  } catch (thrown) {
    if (thrown instanceof Error && isConditionFailure(thrown)) return { met: false, item: itemOf(thrown) };
    throw ledgerError(thrown, `dynamodb:${action}`);
  }
};
