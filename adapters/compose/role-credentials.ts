// Credentials of a role that a declaration names, in another account or not. STS is loaded only then. It must never know
// what they are used for.
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError } from '#core/errors.ts';
import { PATIENT } from './parts.ts';

const SESSION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;

export interface AssumedRole {
  readonly role: string;
  readonly externalId?: string | undefined;
  readonly region?: string | undefined;
  /** Also the session's name. */
  readonly prefix: string;
  readonly codes: { readonly refused: ErrorCode; readonly unavailable: ErrorCode };
}

/** A provider as SDK clients take it: they renew shortly before the session's end. */
export const roleCredentials =
  ({ role, externalId, region, prefix, codes }: AssumedRole) =>
  async () => {
    const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
    const client = new STSClient({ ...PATIENT, ...(region === undefined ? {} : { region }) });
    try {
      const { Credentials: given } = await client.send(
        new AssumeRoleCommand({
          RoleArn: role,
          RoleSessionName: prefix.slice(0, 64),
          DurationSeconds: SESSION_SECONDS,
          ...(externalId === undefined ? {} : { ExternalId: externalId }),
        }),
      );
      return {
        accessKeyId: given!.AccessKeyId!,
        secretAccessKey: given!.SecretAccessKey!,
        sessionToken: given!.SessionToken!,
        expiration: new Date(given!.Expiration!.getTime() - RENEW_BEFORE_MS),
      };
    } catch (cause) {
      const refused = (cause as Error).name === 'AccessDenied' || (cause as Error).name === 'AccessDeniedException';
      const detail = { action: 'sts:AssumeRole', offenders: [role] };
      const code = refused ? codes.refused : codes.unavailable;
      throw new EvercertError(code, `sts:AssumeRole of ${role}: ${(cause as Error).message}`, { cause, detail });
    }
  };
