// One call to Secrets Manager, its errors in our codes. It must never know what is asked.
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { isAwsError, translated } from './errors.ts';

export interface SecretsCall<T> {
  /** Like `PutSecretValue`. */
  readonly action: string;
  /** The secret's name. */
  readonly name: string;
  send(client: SecretsManagerClient): Promise<T>;
  /** SDK error names that are an answer here: they give undefined. */
  readonly absent?: readonly string[];
}

/** Makes one call. Errors: SECRET_DELETED, SECRET_DENIED, KMS_UNUSABLE, SECRET_UNAVAILABLE, INTERNAL (refused input). */
export type Ask = <T>(call: SecretsCall<T>) => Promise<T | undefined>;

export const asker =
  (client: SecretsManagerClient): Ask =>
  async ({ action, name, send, absent = [] }) => {
    try {
      return await send(client);
    } catch (error) {
      if (absent.length > 0 && isAwsError(error, ...absent)) return undefined;
      throw translated(error, { action: `secretsmanager:${action}`, name });
    }
  };
