// Route53 as the DNS provider that answers challenges. It must never know of orders or of who wants a value.
import { GetChangeCommand } from '@aws-sdk/client-route-53';
import type { Clock, DnsProvider, Zone } from '#core/ports.ts';
import { type Ask, asker, type Route53Access } from './ask.ts';
import { applyChange } from './changes.ts';
import { isNoSuch } from './errors.ts';
import { type ConfiguredZone, ZoneFinder } from './zones.ts';

export interface Route53DnsOptions extends Route53Access {
  readonly clock: Clock;
  readonly zones: readonly ConfiguredZone[];
  readonly validationZones: readonly ConfiguredZone[];
}

/**
 * The port's implementer; keep one for the life of a container, it remembers zones. Our own account's zones are the
 * configured ones (`zones` and `validationZones`); without `zones`, all public ones that Route53 lists, as with a role.
 */
export const route53Dns = (options: Route53DnsOptions): DnsProvider => {
  const ask = asker(options);
  const configured = options.zones.length > 0 ? [...options.zones, ...options.validationZones] : [];
  const finder = new ZoneFinder({ ask, clock: options.clock, configured });
  return {
    zoneFor: (request) => finder.find(request),
    change: async (change) => joinedIds(await applyChange(ask, change)),
    isSettled: async ({ zone, changeId }) => {
      for (const id of changeId.split(ID_SEPARATOR)) if (!(await isInSync(ask, zone, id))) return false;
      return true;
    },
  };
};

/** A change that needed several requests has several ids, all of which must settle; the core sees one opaque text. */
const ID_SEPARATOR = '+';
const joinedIds = (ids: readonly string[]): string | undefined =>
  ids.length === 0 ? undefined : ids.join(ID_SEPARATOR);

const isInSync = (ask: Ask, zone: Zone, id: string): Promise<boolean> =>
  ask({
    action: 'route53:GetChange',
    access: zone.access,
    zone,
    send: async (client) => {
      try {
        const answer = await client.send(new GetChangeCommand({ Id: id }));
        return answer.ChangeInfo?.Status === 'INSYNC';
      } catch (error) {
        // Route53 forgets changes that settled long ago.
        if (isNoSuch(error, 'Change')) return true;
        throw error;
      }
    },
  });
