// The DNS provider over the zones that the settings name, with one client for each way of access. In a file of its own,
// because the sweep loads it only when something is left over.
import { Route53Client } from '@aws-sdk/client-route-53';
import type { DnsProvider, ZoneAccess } from '#core/ports.ts';
import type { ZoneFacts } from '#core/preflight/ports.ts';
import { systemClock, systemTimer } from '../node-moment.ts';
import { route53Dns } from '../route53/dns-provider.ts';
import { route53ZoneFacts } from '../route53/zone-facts.ts';
import { PATIENT, type Surroundings } from './parts.ts';
import { roleCredentials } from './role-credentials.ts';

const CODES = { refused: 'DNS_DENIED', unavailable: 'DNS_UNAVAILABLE' } as const;

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
        ...(access.role === undefined
          ? {}
          : { credentials: roleCredentials({ ...access, role: access.role, prefix, codes: CODES }) }),
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
