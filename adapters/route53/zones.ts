// Finds the hosted zone of a name, and remembers what it learned for the life of the container. It must never write.
import {
  GetHostedZoneCommand,
  type HostedZone,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
} from '@aws-sdk/client-route-53';
import { EvercertError } from '#core/errors.ts';
import type { Clock, Zone, ZoneAccess } from '#core/ports.ts';
import type { Ask } from './ask.ts';
import { covers, plainId, plainName } from './names.ts';

/** A zone of the settings; without a name, it is asked once. */
export interface ConfiguredZone {
  readonly id: string;
  readonly name?: string | undefined;
}

export interface ZoneFinding {
  readonly ask: Ask;
  readonly clock: Clock;
  /** Zones of our own account that we may use; none: all that a listing shows. Solvers with a role always use the listing. */
  readonly configured: readonly ConfiguredZone[];
}

interface KnownZone {
  readonly id: string;
  readonly name: string;
}

interface Listing {
  readonly at: number;
  readonly zones: Promise<readonly KnownZone[]>;
}

const LISTING_LIVES_MS = 5 * 60_000;
/** A name that no zone covers is looked for again in a new listing when the old one is older than this. */
const MISS_LIVES_MS = 30_000;

export class ZoneFinder {
  readonly #finding: ZoneFinding;
  readonly #byId = new Map<string, Promise<KnownZone | undefined>>();
  readonly #listings = new Map<string, Listing>();

  constructor(finding: ZoneFinding) {
    this.#finding = finding;
  }

  /** The pinned zone, else the longest public one, whose name is `name` or an ancestor. Errors: DNS_DENIED, DNS_NO_ZONE (pinned and absent), DNS_UNAVAILABLE. */
  async find(request: { name: string; pinnedZoneId?: string; access: ZoneAccess }): Promise<Zone | undefined> {
    const { access, pinnedZoneId } = request;
    const name = plainName(request.name);
    const found =
      pinnedZoneId === undefined
        ? await this.#longest(name, access)
        : longestOf(await this.#named([{ id: plainId(pinnedZoneId) }], access), name);
    return found && { ...found, access };
  }

  async #longest(name: string, access: ZoneAccess): Promise<KnownZone | undefined> {
    const { configured, clock } = this.#finding;
    if (access.role === undefined && configured.length > 0) {
      return longestOf(await this.#named(configured, access), name);
    }
    const listing = this.#listing(access, LISTING_LIVES_MS);
    const found = longestOf(await listing.zones, name);
    const isYoung = clock.now().getTime() - listing.at < MISS_LIVES_MS;
    return found || isYoung ? found : longestOf(await this.#listing(access, MISS_LIVES_MS).zones, name);
  }

  async #named(zones: readonly ConfiguredZone[], access: ZoneAccess): Promise<readonly KnownZone[]> {
    const known = await Promise.all(
      zones.map(({ id, name }) => (name === undefined ? this.#zone(id, access) : { id, name: plainName(name) })),
    );
    return known.filter((zone) => zone !== undefined);
  }

  /** Undefined for a private zone. */
  #zone(id: string, access: ZoneAccess): Promise<KnownZone | undefined> {
    return remembered(this.#byId, keyOf(access, id), () => this.#readZone(id, access));
  }

  async #readZone(id: string, access: ZoneAccess): Promise<KnownZone | undefined> {
    try {
      const answer = await this.#finding.ask({
        action: 'route53:GetHostedZone',
        access,
        zone: { id },
        send: (client) => client.send(new GetHostedZoneCommand({ Id: id })),
      });
      return answer.HostedZone && knownPublic(answer.HostedZone);
    } catch (error) {
      // Roles made for cert-manager may list zones, but not read one.
      if (!(error instanceof EvercertError && error.code === 'DNS_DENIED')) throw error;
      const listed = await this.#listing(access, LISTING_LIVES_MS).zones.catch(() => {
        throw error;
      });
      const zone = listed.find((one) => one.id === id);
      if (!zone) throw error;
      return zone;
    }
  }

  #listing(access: ZoneAccess, livesMs: number): Listing {
    const key = keyOf(access);
    const now = this.#finding.clock.now().getTime();
    const known = this.#listings.get(key);
    if (known && now - known.at < livesMs) return known;
    const listing: Listing = { at: now, zones: this.#list(access) };
    this.#listings.set(key, listing);
    listing.zones.catch(() => {
      if (this.#listings.get(key) === listing) this.#listings.delete(key);
    });
    return listing;
  }

  async #list(access: ZoneAccess): Promise<readonly KnownZone[]> {
    const zones = new Map<string, KnownZone>();
    let page: ListHostedZonesByNameCommandInput = {};
    for (;;) {
      const input = page;
      const answer = await this.#finding.ask({
        action: 'route53:ListHostedZonesByName',
        access,
        send: (client) => client.send(new ListHostedZonesByNameCommand(input)),
      });
      for (const zone of answer.HostedZones ?? []) {
        const known = knownPublic(zone);
        if (known) zones.set(known.id, known);
      }
      if (answer.IsTruncated !== true || answer.NextDNSName === undefined) return [...zones.values()];
      // The name alone goes on at its first zone (the emulator loses zones otherwise); the id only where one name fills a page.
      const isStuck = answer.NextDNSName === input.DNSName;
      page = { DNSName: answer.NextDNSName, ...(isStuck ? { HostedZoneId: answer.NextHostedZoneId } : {}) };
    }
  }
}

const knownPublic = (zone: HostedZone): KnownZone | undefined =>
  zone.Config?.PrivateZone === true ? undefined : { id: plainId(zone.Id ?? ''), name: plainName(zone.Name ?? '') };

const longestOf = (zones: readonly KnownZone[], name: string): KnownZone | undefined =>
  zones
    .filter((zone) => covers(zone.name, name))
    .sort((a, b) => b.name.length - a.name.length || a.id.localeCompare(b.id))[0];

const keyOf = (access: ZoneAccess, id = ''): string => JSON.stringify([access.role ?? '', access.externalId ?? '', id]);

/** What was asked once; a failure is not remembered. */
const remembered = <T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> => {
  const known = memory.get(key);
  if (known) return known;
  const asked = ask();
  memory.set(key, asked);
  asked.catch(() => memory.delete(key));
  return asked;
};
