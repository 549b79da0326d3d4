// The DNS provider over the zones that the settings name, with one client for each way of access. In a file of its own,
// because the sweep loads it only when something is left over.
import { Route53Client } from '@aws-sdk/client-route-53';
import { EvercertError } from '#core/errors.ts';
import type { DnsProvider, ZoneAccess } from '#core/ports.ts';
import type { ZoneFacts } from '#core/preflight/ports.ts';
import { systemClock, systemTimer } from '../node-moment.ts';
import { route53Dns } from '../route53/dns-provider.ts';
import { route53ZoneFacts } from '../route53/zone-facts.ts';
import { PATIENT, type Surroundings } from './parts.ts';

const SESSION_SECONDS = 3600;
const RENEW_BEFORE_MS = 5 * 60_000;

/** Credentials of a role in another account; STS is loaded only where a solver names a role. */
const roleCredentials = (role: string, access: ZoneAccess, prefix: string) => async () => {
  const { AssumeRoleCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ ...PATIENT, ...(access.region === undefined ? {} : { region: access.region }) });
  try {
    const { Credentials: given } = await client.send(
      new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: prefix.slice(0, 64),
        DurationSeconds: SESSION_SECONDS,
        ...(access.externalId === undefined ? {} : { ExternalId: access.externalId }),
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
    const code = refused ? 'DNS_DENIED' : 'DNS_UNAVAILABLE';
    const detail = { action: 'sts:AssumeRole', offenders: [role] };
    throw new EvercertError(code, `sts:AssumeRole of ${role}: ${(cause as Error).message}`, { cause, detail });
  }
};

/** One Route53 client for each way of access; an assumed role is renewed by the SDK shortly before it ends. */
const route53Clients = (prefix: string) => {
  const clients = new Map<string, Route53Client>();
  return async (access: ZoneAccess): Promise<Route53Client> => {
    const key = JSON.stringify([access.role, access.externalId, access.region]);
    const client =
      clients.get(key) ??
      new Route53Client({
        ...PATIENT,
        ...(access.region === undefined ? {} : { region: access.region }),
        ...(access.role === undefined ? {} : { credentials: roleCredentials(access.role, access, prefix) }),
      });
    clients.set(key, client);
    return client;
  };
};

/** The DNS provider over the zones that the settings name. */
export const dnsOf = (surroundings: Surroundings): DnsProvider => dnsPartsOf(surroundings).dns;

/** The provider, and what pre-flight asks of Route53, over the same clients. */
export const dnsPartsOf = ({ settings }: Surroundings): { dns: DnsProvider; zoneFacts: ZoneFacts } => {
  const access = { clientFor: route53Clients(settings.prefix), timer: systemTimer, random: () => Math.random() };
  const dns = route53Dns({
    ...access,
    clock: systemClock,
    zones: settings.zones,
    validationZones: settings.validationZones,
  });
  return { dns, zoneFacts: route53ZoneFacts(access) };
};
