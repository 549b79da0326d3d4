// ZoneFacts on Route53: a zone's name servers, and private zones. Read only; what it learned is remembered for the life
// of the container.
import {
  GetHostedZoneCommand,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
} from '@aws-sdk/client-route-53';
import { EvercertError } from '#core/errors.ts';
import type { Zone, ZoneAccess } from '#core/ports.ts';
import type { ZoneFacts } from '#core/preflight/ports.ts';
import { asker, type Route53Access } from './ask.ts';
import { covers, plainId, plainName } from './names.ts';

/** Private zones are looked for only to say more in a failure: a few pages are enough. */
const MOST_PAGES = 5;

type Ask = ReturnType<typeof asker>;

const serversOf = async (ask: Ask, { id, name, access }: Zone): Promise<readonly string[] | undefined> => {
  const answer = await ask({
    action: 'route53:GetHostedZone',
    access,
    zone: { id, name },
    send: (client) => client.send(new GetHostedZoneCommand({ Id: id })),
  });
  return answer.DelegationSet?.NameServers?.map(plainName);
};

const privateZone = async (ask: Ask, name: string, access: ZoneAccess): Promise<string | undefined> => {
  let page: ListHostedZonesByNameCommandInput = {};
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const input = page;
    const answer = await ask({
      action: 'route53:ListHostedZonesByName',
      access,
      send: (client) => client.send(new ListHostedZonesByNameCommand(input)),
    });
    const found = (answer.HostedZones ?? []).find(
      (zone) => zone.Config?.PrivateZone === true && covers(plainName(zone.Name ?? ''), plainName(name)),
    );
    if (found !== undefined) return `${plainName(found.Name ?? '')} (${plainId(found.Id ?? '')})`;
    if (answer.IsTruncated !== true || answer.NextDNSName === undefined) return undefined;
    page = { DNSName: answer.NextDNSName };
  }
  return undefined;
};

/** Keep one for the life of a container: a zone's servers never change. */
export const route53ZoneFacts = (options: Route53Access): ZoneFacts => {
  const ask = asker(options);
  const known = new Map<string, Promise<readonly string[] | undefined>>();
  return {
    servers: (zone) => {
      const before = known.get(zone.id);
      if (before !== undefined) return before;
      const asked = serversOf(ask, zone);
      known.set(zone.id, asked);
      asked.catch(() => known.delete(zone.id));
      return asked;
    },
    privateZone: async ({ name, access }) => {
      try {
        return await privateZone(ask, name, access);
      } catch (error) {
        // With zones set, listing is not granted; and it is only asked for a better word.
        if (error instanceof EvercertError && error.code === 'DNS_DENIED') return undefined;
        throw error;
      }
    },
  };
};
