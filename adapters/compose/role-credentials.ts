// Credentials of a role that a declaration names, in another account or not. STS is loaded only then. It must never know
// what they are used for.
import type { ErrorCode } from '#core/codes.ts';
import { EvercertError } from '#core/errors.ts';
import { PATIENT } from './parts.ts';

const SESSION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;

/** A way of access: whose rights, and where. */
export interface Access {
  readonly role?: string;
  readonly externalId?: string;
  readonly region?: string;
}

/** One client for each way of access, made at its first use and kept: its credentials are renewed by the SDK. */
export const clientPerAccess = <A extends Access, C>(make: (access: A) => C): ((access: A) => Promise<C>) => {
  const clients = new Map<string, C>();
  return async (access) => {
    const key = JSON.stringify([access.role, access.externalId, access.region]);
    const client = clients.get(key) ?? make(access);
    clients.set(key, client);
    return client;
  };
};

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
